"""What is said before anything is done to a database that this version cannot take further."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import WARNING, CheckMessage, Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.recorder import MigrationRecorder

LAST_OF_THE_FIRST = "0009_matching"


def has_static_files() -> bool:
    """Whether every page finds its stylesheet: they are collected, or served as they are."""
    return not hasattr(staticfiles_storage, "hashed_files") or bool(staticfiles_storage.hashed_files)


@register(deploy=True)
def can_serve(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Tell what is easily forgotten on a new machine, and lets every page fail or a secret be read."""
    messages: list[CheckMessage] = []
    if not has_static_files():
        messages.append(Error("The static files are missing.", hint="Run “manage.py collectstatic”.", id="claims.E002"))
    database = connections[DEFAULT_DB_ALIAS]
    path = Path(str(database.settings_dict["NAME"]))
    if database.vendor == "sqlite" and path.is_file() and path.stat().st_mode & 0o077:
        messages.append(
            CheckMessage(
                WARNING, f"Others on this machine can open {path.name}.", hint="Run chmod 600 on it.", id="claims.W001"
            )
        )
    return messages


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
