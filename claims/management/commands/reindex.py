"""manage.py reindex: make the search index and the columns anew from the publications."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from claims import search
from claims.interchange import bulk
from claims.management.progress import Progress
from claims.models import ColumnChunk, Publication, locks


class Command(BaseCommand):
    help = "Make the search index and the columns anew. Readers and editors go on; interrupted, nothing is changed."

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress(self.stderr, "publications", Publication.objects.count())
        for done in search.rebuild(connection):
            progress.at(done)
        with transaction.atomic():
            locks.wait_for(locks.CHAIN)
            ColumnChunk.objects.all().delete()
            search.seal()
        bulk.refresh_statistics()
        self.stdout.write(f"{progress.done:,} publications are in the index.")
