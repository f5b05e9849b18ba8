from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models.signals import post_migrate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = _("Fact-checking desk")

    def ready(self) -> None:
        from claims import checks  # noqa: F401 — registers itself

        post_migrate.connect(ensure, sender=self, dispatch_uid="claims.ensure")


class DeskConfig(AdminConfig):
    """Django's admin with our front page and sign-in."""

    default_site = "claims.desk.site.DeskSite"


def ensure(sender: Any, using: str, **kwargs: Any) -> None:
    """After a migration: make what the models do not say and the desk needs. What is right already stays."""
    from claims import roles
    from claims.models import Publication, triggers
    from claims.record import chain
    from claims.search import desk_index, index

    connection = connections[using]
    models = sender.get_models(include_auto_created=True)
    missing = {model._meta.db_table for model in models} - set(connection.introspection.table_names())
    if missing and Publication._meta.db_table not in missing:
        return  # between two migrations: the last one makes it
    with transaction.atomic(using):
        if not missing:
            roles.ensure(using)
            triggers.ensure(connection)
            index.ensure(connection)
            desk_index.ensure(connection)
            if using == DEFAULT_DB_ALIAS:
                chain.take_over(timezone.now().replace(microsecond=0))
        else:  # migrated back to nothing
            index.remove(connection)
            desk_index.remove(connection)
