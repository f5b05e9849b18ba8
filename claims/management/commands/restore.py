"""manage.py restore FILE: a backup into this site's database, which must be empty."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from claims.management import backups
from claims.management.progress import LongCommand


class Command(LongCommand):
    help = (
        "Put a backup into the database that DATABASE_URL names, which must be empty, and prove that it is all there."
    )
    when_stopped = "Take a new database for the next try: this one may hold part of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.restore(options["file"], self.stderr.write)
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        rows = sum(count for count, _ in manifest.tables.values())
        self.stdout.write(f"{rows:,} rows of {len(manifest.tables)} tables restored, equal to what was backed up.")
