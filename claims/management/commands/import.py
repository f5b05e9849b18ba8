from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.interchange import fixture, store


class Command(BaseCommand):
    help = "Bring in a fixture in one transaction. It only adds: nothing here is overwritten."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a fixture made by export; “-” for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = fixture.read(self._content(options["file"]))
            report = store.bring_in(rows, progress=lambda done: self._progress(done, len(rows)))
        except fixture.FixtureError as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        for line in report.kept:
            self.stderr.write(line)
        added = ", ".join(f"{count} × {name}" for name, count in report.added.items() if count) or "nothing"
        self.stderr.write(self.style.SUCCESS(f"Added {added}; {report.same} already here."))
        if report.is_rechained:
            self.stderr.write("Publications took new places in this database's chain; their records are unchanged.")

    def _content(self, name: str) -> bytes:
        try:
            return sys.stdin.buffer.read(fixture.MAX_BYTES + 1) if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(f"Cannot read {name}: {error.strerror}.") from error

    def _progress(self, done: int, total: int) -> None:
        if done % 1000 == 0:
            self.stderr.write(f"{done:,} of {total:,} objects …")
