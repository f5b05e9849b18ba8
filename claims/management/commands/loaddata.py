"""manage.py loaddata, Django's own; the search index, the columns and missing cards follow what it loads."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.db import connection, transaction
from django.utils import timezone

from claims import search
from claims.models import Card, Publication
from claims.record import chain


class Command(loaddata.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if Publication.objects.exists() or Card.objects.exists():
            raise CommandError(
                "There are publications here, and loaddata would overwrite what stands beside them: use"
                " “manage.py import”, which only adds."
            )
        super().handle(*args, **options)
        if Publication.objects.exists():
            for _ in search.rebuild(connection):
                pass
            search.store_full_chunks()
            with transaction.atomic():
                chain.take_over(timezone.now().replace(microsecond=0))
