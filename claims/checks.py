"""What is said before anything is done to a database that this version cannot take further."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

LAST_OF_THE_FIRST = "0009_matching"


@register(Tags.database)
def is_past_the_first_migrations(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a database that stands between the migrations which the first one of now replaces."""
    replaced = set(import_module("claims.migrations.0001_squashed_0009").Migration.replaces)
    messages: list[CheckMessage] = []
    for alias in databases or ():
        applied = replaced & set(MigrationRecorder(connections[alias]).applied_migrations())
        if applied and applied != replaced:
            messages.append(
                Error(
                    f"This database stands at {max(applied)[1]}, before {LAST_OF_THE_FIRST}.",
                    hint=f"Take it through {LAST_OF_THE_FIRST} first: run “manage.py migrate” with the version of"
                    " 2026-11-24, then come back to this one. Nothing was changed.",
                    id="claims.E001",
                )
            )
    return messages
