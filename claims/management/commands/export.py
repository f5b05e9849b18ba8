from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import models
from django.http import QueryDict

from claims.filters import ClaimFilters, PublicationFilters, WorkFilters
from claims.interchange import fixture, store
from claims.interchange.formats import FORMATS
from claims.models import Claim, Publication


class Command(BaseCommand):
    help = "Write claims to a file, or to standard output with “-”. The same database gives the same bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write; “-” for standard output")
        parser.add_argument("--format", choices=FORMATS, default="fixture", help="jsonl holds public records only")
        parser.add_argument(
            "--scope",
            choices=["public", "all"],
            default="public",
            help="public: publications and what they name (default); all: the desk's working data too",
        )
        parser.add_argument(
            "--where", default="", metavar="QUERY", help='filters as in the address of a list: "verdict=false&topic=…"'
        )

    count = 0

    def handle(self, *args: Any, **options: Any) -> None:
        text = self._text(options["format"], options["scope"], options["where"])
        if options["file"] == "-":
            for chunk in text:
                self.stdout.write(chunk, ending="")
        else:
            self._write_atomically(Path(options["file"]), text)
        if self.count:
            self.stderr.write(f"{self.count:,} objects written.")

    def _text(self, name: str, scope: str, where: str) -> Iterator[str]:
        if name == "fixture":
            return fixture.write(self._counted(self._objects(scope, where)))
        if scope == "all":
            raise CommandError(f"{name} holds public records only: leave --scope out, or use --format fixture.")
        return FORMATS[name].write(_filtered(PublicationFilters, Publication.objects.all(), where))

    def _objects(self, scope: str, where: str) -> Iterator[models.Model]:
        if scope == "public":
            reviews = _filtered(PublicationFilters, Publication.objects.all(), where) if where else None
            return store.public_objects(reviews)
        return store.all_objects(_filtered(WorkFilters, Claim.objects.all(), where) if where else None)

    def _counted(self, objects: Iterable[models.Model]) -> Iterator[models.Model]:
        for obj in objects:
            self.count += 1
            if self.count % 10_000 == 0:
                self.stderr.write(f"{self.count:,} objects …")
            yield obj

    def _write_atomically(self, path: Path, text: Iterable[str]) -> None:
        """Replace the file in one step once all is on the disk; on any error it stays as it was."""
        try:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as error:
            raise CommandError(f"Cannot write to {path.parent}: {error.strerror}.") from error
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise


def _filtered(filters: type[ClaimFilters], rows: Any, where: str) -> Any:
    """Return the rows that `where` leaves; raises CommandError for what cannot be understood."""
    query = QueryDict(where)
    if unknown := set(query) - set(filters.base_filters):
        raise CommandError(f"--where: unknown filter “{min(unknown)}”; use {', '.join(filters.base_filters)}.")
    found = filters(query, queryset=rows)
    if not found.is_valid():
        raise CommandError("--where: " + " ".join(f"{name}: {' '.join(e)}" for name, e in found.errors.items()))
    return found.qs


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
