"""Defaults of fields that migrations name. Nothing here is renamed, moved or removed: migrations keep importing it."""

from __future__ import annotations

import uuid

import uuid_utils.compat
from django.conf import settings


def uuid7() -> uuid.UUID:
    """Return a UUID version 7 (RFC 9562): ordered by time of creation."""
    return uuid_utils.compat.uuid7()


def review_language() -> str:
    """Return the language that reviews are written in."""
    return str(settings.LANGUAGE_CODE)
