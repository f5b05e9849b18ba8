"""manage.py backup FILE: the whole database, of one moment, while it goes on being written to."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from claims.management import backups
from claims.management.progress import LongCommand


class Command(LongCommand):
    when_stopped = "No backup was made."
    help = "Write the whole database to FILE and what is in it to FILE.json. Writers go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backups.back_up(options["file"], self.stderr.write)
        except backups.BackupError as error:
            raise CommandError(f"No backup was made. {error}") from error
        rows = sum(count for count, _ in manifest.tables.values())
        self.stdout.write(f"{options['file']}: {rows:,} rows of {len(manifest.tables)} tables, proved equal.")
