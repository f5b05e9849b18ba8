"""manage.py reindex: make the search index and the columns anew from the publications."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from claims import matching, search
from claims.management.progress import LongCommand, Progress
from claims.models import ColumnChunk, Publication, bulk, locks


class Command(LongCommand):
    help = "Make the search index and the columns anew. Readers and editors go on; interrupted, nothing is changed."
    when_stopped = "The index is as it was; vectors that were made stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--vectors", action="store_true", help="make the vectors that are missing instead (factcheck[matching])"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["vectors"]:
            self._vectors()
            return
        progress = Progress(self.stderr, "publications", Publication.objects.count())
        for done in search.rebuild(connection):
            progress.at(done)
        with transaction.atomic():
            locks.wait_for(locks.CHAIN)
            ColumnChunk.objects.all().delete()
            search.store_full_chunks()
        bulk.refresh_statistics()
        self.stdout.write(f"{progress.done:,} publications are in the index.")

    def _vectors(self) -> None:
        models = matching.embeddings.models()
        if not models:
            raise CommandError(
                "No sentence model can be used: its files are missing or changed. Install the site anew."
            )
        made = 0
        for model in models:
            progress = Progress(self.stderr, "vectors", matching.vectors.missing(model).count())
            for done in matching.vectors.build(model):
                progress.at(done)
            made += progress.done
        self.stdout.write(f"{made:,} vectors were made." if made else "Every claim has its vectors already.")
