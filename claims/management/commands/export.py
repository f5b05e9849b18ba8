from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import starmap
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import models
from django.http import QueryDict

from claims.interchange import exports
from claims.interchange.exports import FORMATS
from claims.interchange.formats import fixture, stix
from claims.management.progress import LongCommand, Progress
from claims.models import Claim, Publication, SecondOpinion
from claims.search.filters import ClaimFilters, PublicationFilters, WorkFilters


class Command(LongCommand):
    when_stopped = "Nothing was written."
    help = "Write claims to a file, or to standard output with “-”. The same database gives the same bytes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write; “-” for standard output")
        parser.add_argument(
            "--format", choices=FORMATS, default="fixture", help="all but fixture and stix: public records only"
        )
        parser.add_argument("--versions", choices=["current", "all"], default="current", help="of formats but fixture")
        parser.add_argument(
            "--site", default=settings.SITE_URL, help="where the public pages stand (default %(default)s)"
        )
        parser.add_argument(
            "--scope",
            choices=["public", "all"],
            default="public",
            help="public: publications and what they name (default); all: the desk's working data too",
        )
        parser.add_argument(
            "--where", default="", metavar="QUERY", help='filters as in the address of a list: "verdict=false&topic=…"'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        chunks = self._chunks(options)
        if options["file"] == "-":
            for chunk in self._told(chunks):
                self.stdout.write(chunk.decode(), ending="")
            return
        path = Path(options["file"])
        try:
            with closing(chunks):  # before the database is
                exports.write_atomically(path, self._told(chunks))
        except OSError as error:
            raise CommandError(f"Cannot write to {path.parent}: {error.strerror}.") from error

    def _chunks(self, options: dict[str, Any]) -> Generator[bytes]:
        name, scope, where = options["format"], options["scope"], options["where"]
        if name == "fixture":
            yield from (text.encode() for text in fixture.write(self._counted(_objects(scope, where))))
            return
        if scope == "all" and name != "stix":
            raise CommandError(f"{name} holds public records only: leave --scope out, or use --format fixture.")
        reviews = _filtered(PublicationFilters, Publication.shown.all(), where)
        if options["versions"] == "all":
            chosen = reviews.order_by().values("claim_id") if where else None
            reviews = Publication.shown.filter(claim_id__in=chosen) if where else Publication.shown.all()
        site = options["site"].rstrip("/")
        if scope == "all":
            yield from stix.write(exports.documents_of(reviews), site, _second_opinions(reviews))
            return
        yield from FORMATS[name].write(reviews, site)

    def _told(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Pass the chunks on, and say every few seconds how much is done."""
        progress, done = Progress(self.stderr, "bytes"), 0
        for chunk in chunks:
            done += len(chunk)
            progress.at(done)
            yield chunk

    def _counted(self, objects: Iterable[models.Model]) -> Iterator[models.Model]:
        count = 0
        for count, obj in enumerate(objects, 1):  # noqa: B007
            yield obj
        self.stderr.write(f"{count:,} objects written.")


def _objects(scope: str, where: str) -> Iterator[models.Model]:
    if scope == "public":
        return exports.public_objects(
            _filtered(PublicationFilters, Publication.objects.all(), where) if where else None
        )
    return exports.all_objects(_filtered(WorkFilters, Claim.objects.all(), where) if where else None)


def _second_opinions(reviews: Any) -> Iterator[stix.GivenOpinion]:
    """Yield the desk's second opinions on the reviews, without who gave them."""
    given = SecondOpinion.objects.exclude(verdict="").order_by("pk")
    of_these = given.filter(claim__uid__in=reviews.order_by().values("claim_id"))
    columns = of_these.values_list("uid", "claim__uid", "verdict", "editor_verdict", "created")
    return starmap(stix.GivenOpinion, columns.iterator())


def _filtered(filters: type[ClaimFilters], rows: Any, where: str) -> Any:
    """Return the rows that `where` leaves; raises CommandError for what cannot be understood."""
    query = QueryDict(where)
    if unknown := set(query) - set(filters.base_filters):
        raise CommandError(f"--where: unknown filter “{min(unknown)}”; use {', '.join(filters.base_filters)}.")
    found = filters(query, queryset=rows)
    if not found.is_valid():
        raise CommandError("--where: " + " ".join(f"{name}: {' '.join(e)}" for name, e in found.errors.items()))
    if isinstance(found, PublicationFilters) and found.search_result and found.search_result.corrected_query:
        sys.stderr.write(
            f"Nothing has the words of q; written is what “{found.search_result.corrected_query}” finds.\n"
        )
    return found.qs
