"""Ceilings on what one address may send in an hour. It is kept for that hour only, as a keyed hash."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600  # seconds


def is_exceeded(request: HttpRequest, what: str, most: int) -> bool:
    """Count the request; True once over the limit. Each server process counts by itself."""
    address = f"{settings.SECRET_KEY}|{request.META.get('REMOTE_ADDR', '')}"
    key = f"{what}-{hashlib.sha256(address.encode()).hexdigest()}"
    cache.add(key, 0, timeout=HOUR)
    return cache.incr(key) > most
