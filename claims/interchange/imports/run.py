"""A file of any known format into the database: what it is, what is in it, and what became of each item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from claims import matching, record
from claims.interchange.formats.external_review import ExternalReview, SheetRow
from claims.interchange.imports import claimreview_reader, columns, files, items, ratings, tables
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.drafts import DraftReading
from claims.interchange.imports.external_reviews import Reading, UnusableError, former_identity
from claims.interchange.imports.records import Intake, LocatedRecord, Problem, take
from claims.models import Batch, RatingWords
from claims.record.canonical import canonical
from claims.text import cleaning
from claims.vocabulary import ImportKind, SourceKind

REMEMBERED = 50  # imports in which the columns of a new one are looked for
LOOKED_UP = 500  # items of a trial that are compared with what is published
_DOES_NOT_FIT = {
    ImportKind.OURS: _("This is no export of this product: bring it in as drafts or as reviews."),
    ImportKind.DRAFTS: _("These are records of this product, no rows of a list: bring them in as ours or as reviews."),
}
_FIXTURE = re.compile(rb'\[\s*(\]|\{\s*("pk"|"fields"|"model")\s*:|[^\s{])')
#: What a file can be told to be, and how it is called.
FORMATS = {
    "jsonl": _("records of this product"),
    "table": _("a table"),
    "claimreview": "ClaimReview",
    "google": _("an answer of claims:search"),
    "rows": _("a list of JSON objects"),
}


@dataclass
class Plan:
    """How a file is to be read: its format, and for a table which column means what."""

    format: str
    kind: ImportKind | None = None  # what the file holds; None: as its records say
    mapping: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    has_header: bool = True
    encoding: str = ""
    notes: list[str] = field(default_factory=list)  # what is to be told of the file before it comes in
    is_day_first: bool | None = None
    language: str = "en"
    reviewer: str = ""
    claimant_kind: SourceKind = SourceKind.ORGANISATION  # where the file does not say

    @property
    def told(self) -> str:
        """How it is read, in words."""
        words = str(FORMATS[self.format])
        if not self.encoding:
            return words
        return gettext("%(format)s in %(encoding)s") % {"format": words, "encoding": self.encoding.upper()}

    @property
    def is_mapped(self) -> bool:
        """Whether it is known which column holds the claim, where there are columns."""
        return self.format not in {"table", "rows"} or bool({"claim", "title"} & set(self.mapping))

    @property
    def unused(self) -> list[str]:
        """The columns that nothing is taken from."""
        return [column for column in self.columns if column not in self.mapping.values()]


def plan(
    path: Path,
    *,
    format_name: str = "",
    has_header: bool = True,
    own_mapping: Any = None,
    kind: ImportKind | None = None,
    encoding: str = "",
) -> Plan:
    """Return what a file is and how it would be read; raises UnreadableError or MappingError."""
    with files.opened(path) as file:
        told = format_name or _told_by(path, files.beginning(file))
    found = Plan(told, kind, has_header=has_header, encoding=encoding)
    if (found.format == "jsonl") != (kind == ImportKind.OURS) and kind and kind != ImportKind.REVIEWS:
        raise files.UnreadableError(_DOES_NOT_FIT[kind])
    if found.format in {"table", "rows"}:
        is_sheet = kind == ImportKind.DRAFTS
        with files.opened(path) as file:
            found.columns = _columns(file, found)
        found.mapping = (
            columns.checked(own_mapping, found.columns, is_sheet=is_sheet)
            if own_mapping
            else _remembered(found) or columns.guessed(found.columns, is_sheet=is_sheet)
        )
    return found


def _remembered(found: Plan) -> dict[str, str] | None:
    """Return which column meant what when a file with these columns was last brought in as the same."""
    kind = found.kind or ImportKind.REVIEWS
    for used in Batch.objects.filter(kind=kind).exclude(columns={}).values_list("columns", flat=True)[:REMEMBERED]:
        if used["all"] == found.columns:
            return dict(used["mapping"])
    return None


def guessed_kind(found: Plan) -> ImportKind:
    """Return what a file seems to hold."""
    if found.format == "jsonl":
        return ImportKind.OURS
    is_own = found.format in {"table", "rows"} and columns.is_own_work(found.columns)
    return ImportKind.DRAFTS if is_own else ImportKind.REVIEWS


def is_fixture(path: Path) -> bool:
    """Whether a file begins as a Django fixture does; raises UnreadableError."""
    with files.opened(path) as file:
        head = files.beginning(file, 4096)
    return head == b"[" or _FIXTURE.match(head) is not None


def sample(path: Path, how: Plan, count: int) -> list[LocatedRecord]:
    """Return the first records, or drafts, that a file would become."""
    with files.opened(path) as file:
        return list(islice(_records(file, how, Intake(lambda problem: None)), count))


def bring_in(
    path: Path,
    how: Plan,
    importer: Importer,
    *,
    on_problem: Callable[[Problem], None],
    progress: Callable[[Intake, int], None] = lambda intake, done: None,
    is_trial: bool = False,
    most: int | None = None,
) -> Intake:
    """Take in a file, or its first `most` items.

    Raises UnreadableError where it breaks off (what came before it stays), MappingError where no column is known to
    hold the claim.
    """
    if not how.is_mapped:
        words = gettext("No column is known to hold the claim. Say which with a mapping; the file has %(columns)s.")
        raise columns.MappingError(words % {"columns": ", ".join(how.columns)})
    intake = Intake(on_problem)
    done = 0
    if not is_trial:
        importer.begin({"all": how.columns, "mapping": how.mapping} if how.columns else {})

    def counted(found: Iterator[LocatedRecord]) -> Iterator[LocatedRecord]:
        nonlocal done
        for item in found:
            done += 1
            if is_trial and item.is_external and done <= LOOKED_UP:
                _warn_if_known(item, intake)
            yield item

    with files.opened(path) as file:
        records = counted(_records(file, how, intake))
        first = islice(records, most) if most is not None else records
        take(first, intake, importer, progress=lambda: progress(intake, done), is_trial=is_trial)
        intake.is_cut = most is not None and next(records, None) is not None
    if not is_trial:
        importer.finish(intake.counts)
    return intake


def _warn_if_known(item: LocatedRecord, intake: Intake) -> None:
    """Say which published claim says very likely the same as one that is to come in."""
    best = matching.match(item.record.statement, language=item.record.language, limit=1, method="lexical").best
    if best and best.is_likely_the_same and best.publication.claim_id != item.record.uid:
        intake.counts["warnings"] += 1
        words = gettext("very likely published here already, as “%(slug)s”: look before you take it in")
        reason = words % {"slug": best.publication.slug}
        intake.on_problem(Problem(item.place, reason, item.record.statement[:100]))


def _told_by(path: Path, sample: bytes) -> str:
    """Return the format that a file's name and beginning tell."""
    first = sample.partition(b"\n")[0]
    if b'"factcheck/record/1"' in first:
        return "jsonl"
    names = path.name.lower().removesuffix(".gz")
    if names.endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")):
        return "table"
    if names.endswith((".html", ".htm")):
        return "claimreview"
    if names.endswith((".jsonl", ".ndjson")):
        return "claimreview" if b"ClaimReview" in first else "rows"
    if b'"claims"' in sample and b'"claimReview"' in sample:
        return "google"
    if b"ClaimReview" in sample or b"DataFeed" in sample:
        return "claimreview"
    if sample.startswith(b"["):
        with files.opened(path) as file:
            return "claimreview" if claimreview_reader.holds_review(files.json_document(file)) else "rows"
    words = gettext("%(file)s: the format cannot be told; give it the ending of what it is.")
    raise files.UnreadableError(words % {"file": path.name})


def _columns(file: IO[bytes], how: Plan) -> list[str]:
    if how.format == "table":
        found = tables.opened(file, has_header=how.has_header, encoding=how.encoding)
        how.notes, how.encoding = found.notes, found.encoding
        return found.columns
    for _place, value in items.values(file):
        if isinstance(value, dict):
            return list(value)
    raise files.UnreadableError(gettext("The file holds no JSON objects."))


def _records(file: IO[bytes], how: Plan, intake: Intake) -> Iterator[LocatedRecord]:
    if how.format == "jsonl":
        yield from _own_records(file, intake)
        return
    own = {ratings.key(words): verdict for words, verdict in RatingWords.objects.values_list("words", "verdict")}
    yield from _external_records(items.of(file, how), how, intake, own, timezone.now().replace(microsecond=0))


def _own_records(file: IO[bytes], intake: Intake) -> Iterator[LocatedRecord]:
    for place, value in files.json_lines(file):
        if isinstance(value, files.UnreadableError):
            intake.refuse(place, str(value))
            continue
        try:
            document = record.parse(value)
            if canonical(document.as_json()) != canonical(value):
                intake.refuse(place, gettext("it would not leave again as it came; write it as our export does"))
                continue
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            intake.refuse(place, f"{where or 'record'}: {first['msg']}", str(first.get("input", ""))[:100])
            continue
        if cleaning.holds_unstorable(value):
            words = gettext("it holds a character that no database stores (NUL or half of a surrogate pair)")
            intake.refuse(place, words)
            continue
        yield LocatedRecord(place, document, value)


def _external_records(
    reviews: items.Items, how: Plan, intake: Intake, own_ratings: Mapping[str, str], moment: datetime
) -> Iterator[LocatedRecord]:
    here = ""

    def on_warning(reason: str, value: str) -> None:
        intake.counts["warnings"] += 1
        intake.on_problem(Problem(here, reason, value))

    is_draft = how.kind == ImportKind.DRAFTS
    reviewer = settings.REVIEWER_NAME if is_draft else how.reviewer
    reader = Reading(
        moment,
        own_ratings,
        how.is_day_first,
        how.language or settings.LANGUAGE_CODE,
        reviewer,
        on_warning,
        claimant_kind=how.claimant_kind,
    )
    desk = DraftReading(how.is_day_first, on_warning)
    for place, item in reviews:
        here = place
        if not isinstance(item, ExternalReview):
            intake.refuse(place, str(item) if isinstance(item, Exception) else gettext("there is no review here"))
            continue
        try:
            document, row = reader.record_of(item), None
            if is_draft:
                sheet_row = item if isinstance(item, SheetRow) else SheetRow(**asdict(item))
                document, row = desk.draft_of(sheet_row, document)
            former = None if is_draft else former_identity(document)
            yield LocatedRecord(place, document, is_external=True, former_uid=former, draft=row)
        except UnusableError as error:
            intake.refuse(place, str(error), (item.claim or item.title)[:100])
        except ValidationError as error:
            intake.refuse(place, str(error.errors()[0]["msg"]), str(error.errors()[0].get("input", ""))[:100])
