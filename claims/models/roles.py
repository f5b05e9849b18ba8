"""The roles' permissions, handed out by migrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth.management import create_permissions


def granting(roles: Mapping[str, Sequence[str]]) -> Callable[[Any, Any], None]:
    """Return a migration's step that adds permissions (by codename) to groups, making both where they are missing."""

    def grant(apps: Any, schema_editor: Any) -> None:
        using = schema_editor.connection.alias
        make_permissions(apps, using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
        for name, codenames in roles.items():
            group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
            group.permissions.add(
                *permissions.filter(content_type__app_label__in=["auth", "claims"], codename__in=codenames)
            )

    return grant


def make_permissions(apps: Any, using: str) -> None:
    """Make the permissions that a migration hands out: Django makes them only after all migrations."""
    for label in ("auth", "claims"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0, using=using)
        config.models_module = None
