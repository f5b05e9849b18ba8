"""The public record: what a publication says, as typed data. Pure.

Everything a reader, feed or export shows of a claim is made from a Record. Its JSON Schema
(`json_schema`) is published at /record.schema.json.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from claims import vocabulary
from claims.evidence_rules.origins import Independence, Trail, circular, independence, origins, trails
from claims.scales import ConfidenceScale
from claims.vocabulary import (
    ArticleStance,
    Credibility,
    DatePrecision,
    PublicationKind,
    RelationKind,
    Reliability,
    SourceKind,
    Stance,
    TextRights,
    Verdict,
)

#: What was added to the record since its first form. Optional, and absent from the JSON where it is empty,
#: so that every older record reads and writes as it did; nothing else is ever added, changed or removed.
ADDITIONS = (
    "Record.imported",
    "EvidenceRecord.traces_to",
    "Record.made_until",
    "Record.made_reason",
    "Record.event_on",
    "Record.event_until",
    "Record.event_precision",
    "AppearanceRecord.reported",
    "Record.replies",
    "ArticleRef.rights",
    "ArticleRef.published_on_precision",
    "ArticleRef.published_until",
    "ArticleRef.published_reason",
    "Record.successor",
    "ImportedReview.rating_best",
    "ImportedReview.rating_worst",
    "Record.translations",
    "Record.reviewed",
)

type Language = Annotated[str, StringConstraints(max_length=35)]
type Address = Annotated[str, StringConstraints(max_length=2000)]
type Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=120)]


def added() -> Any:
    """Return the default of a field named in ADDITIONS: empty, and then absent from the JSON."""
    return Field(default=None, exclude_if=lambda value: value is None)


class RecordPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceRef(RecordPart):
    slug: Slug
    name: str
    kind: SourceKind
    url: Address


class TopicRef(RecordPart):
    slug: Slug
    name: str


class ArticleRef(RecordPart):
    slug: Slug
    title: str
    authors: str
    publisher: SourceRef | None
    url: Address
    archived_url: Address
    published_on: date | None
    accessed_on: date | None
    language: Language
    #: Whose words the stored text is, and so the passages in `exact`: the author's, or a digest by the desk.
    rights: TextRights | None = added()
    #: How exact the date is, where it is no plain day; the last day of a span; why it is known no better.
    published_on_precision: DatePrecision | None = added()
    published_until: date | None = added()
    published_reason: str | None = added()

    @property
    def is_digest(self) -> bool:
        return self.rights == TextRights.DIGEST


class AppearanceRecord(RecordPart):
    """Where the claim appeared; positions count code points of the article's normalised text."""

    article: ArticleRef
    exact: str
    prefix: str
    suffix: str
    start: Annotated[int, Field(ge=0)] | None
    end: Annotated[int, Field(ge=1)] | None
    paragraph: Annotated[int, Field(ge=1)] | None
    attribution: str
    stance: ArticleStance
    #: Whom the article says it of, where it reports what somebody else claims.
    reported: SourceRef | None = added()


class EvidenceRecord(RecordPart):
    """One piece of evidence with its stance and its Admiralty grade (AJP-2.1)."""

    title: str
    url: Address
    archived_url: Address
    publisher: SourceRef | None
    published_on: date | None
    stance: Stance
    excerpt: str
    note: str
    reliability: Reliability
    credibility: Credibility
    origin: str
    #: The earlier item that this one repeats, by its place among the record's evidence, from 1.
    traces_to: Annotated[int, Field(ge=1)] | None = added()

    @property
    def grade(self) -> str:
        return vocabulary.admiralty_grade(self.reliability, self.credibility)


class RelationRecord(RecordPart):
    """A relation from this claim to another that was public when this was published."""

    kind: RelationKind
    slug: Slug
    statement: str


class ClaimRef(RecordPart):
    """Another claim, and the address it had when it was named."""

    uid: UUID
    slug: Slug


class ReplyRecord(RecordPart):
    """Whom the desk asked for a reply, when and how, and what they answered; without an answer, silence."""

    asked: SourceRef
    asked_on: date
    channel: str
    answered_on: date | None
    answer: str


class TranslationRecord(RecordPart):
    """The review in another language; where the rationale is empty, it is not translated."""

    language: Annotated[Language, StringConstraints(pattern=vocabulary.LANGUAGE_TAG)]
    summary: Annotated[str, StringConstraints(min_length=1)]
    rationale: str


class VersionRef(RecordPart):
    """An earlier version of the same claim."""

    number: Annotated[int, Field(ge=1)]
    kind: PublicationKind
    note: str
    published_at: datetime


class ImportedReview(RecordPart):
    """Where a review by another organisation comes from, in its own words; ours stand in the record beside them."""

    url: Address
    title: str
    rating: str
    rating_value: str
    #: The ends of the scale that `rating_value` is on, where the review gives them.
    rating_best: str | None = added()
    rating_worst: str | None = added()
    published_on: date | None


def refuse_unstorable(name: str, moment: datetime) -> None:
    """Raise ValueError for a moment that is none everywhere, or that no database stores."""
    if moment.tzinfo is None:
        raise ValueError(f"{name} needs a time zone")
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{name} is beyond the years that can be stored") from error


def refuse_odd_span(name: str, first: date | None, last: date | None) -> None:
    """Raise ValueError for a span that has no first day, or ends before it begins."""
    if last and (first is None or last < first):
        raise ValueError(f"{name}_until needs {name}_on, and is not before it")


class Record(RecordPart):
    """One publication of one claim, complete in itself."""

    schema_name: Annotated[Literal["factcheck/record/1"], Field(alias="schema")] = "factcheck/record/1"
    uid: UUID
    slug: Slug
    number: Annotated[int, Field(ge=1)]
    kind: PublicationKind
    note: str
    published_at: datetime
    reviewer: SourceRef
    statement: Annotated[str, StringConstraints(min_length=1)]
    claimant: SourceRef | None
    made_on: date | None
    made_on_precision: DatePrecision
    language: Language
    topics: tuple[TopicRef, ...]
    verdict: Verdict | None
    confidence: Annotated[int, Field(ge=0, le=100)] | None
    confidence_scale: ConfidenceScale
    summary: str
    rationale: str
    evidence: tuple[EvidenceRecord, ...]
    appearances: tuple[AppearanceRecord, ...]
    relations: tuple[RelationRecord, ...]
    imported: ImportedReview | None = added()
    replies: tuple[ReplyRecord, ...] | None = added()
    #: What this claim was merged into: the review of that one stands for both.
    successor: ClaimRef | None = added()
    #: Of an addition: the version that holds the review which it leaves as it was.
    reviewed: VersionRef | None = added()
    #: The last day of the span in which it was claimed, and why that is known no better.
    made_until: date | None = added()
    made_reason: str | None = added()
    #: When what the claim tells of happened: a date with its precision, and the last day of a span.
    event_on: date | None = added()
    event_until: date | None = added()
    event_precision: DatePrecision | None = added()
    #: The summary and rationale in other languages, each language once.
    translations: Annotated[tuple[TranslationRecord, ...], Field(min_length=1)] | None = added()

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_unstorable("published_at", self.published_at)
        self._refuse_what_its_kind_has_not()
        for name in ("made", "event"):
            refuse_odd_span(name, getattr(self, f"{name}_on"), getattr(self, f"{name}_until"))
        languages = [item.language.lower() for item in self.translations or ()]
        if len(set(languages)) < len(languages):
            raise ValueError("a review is translated once into a language")
        repeats = [item.traces_to for item in self.evidence]
        if any(place is not None and place > len(repeats) for place in repeats):
            raise ValueError("evidence traces to an item that is not there")
        if any(repeats) and any(circular(dict(enumerate(repeats, 1)))):
            raise ValueError("evidence traces to itself")
        return self

    def _refuse_what_its_kind_has_not(self) -> None:
        if (self.kind == PublicationKind.ORIGINAL) != (self.number == 1):
            raise ValueError("the first publication, and only the first, is the original")
        if self.kind in {PublicationKind.CORRECTION, PublicationKind.RETRACTION} and not self.note:
            raise ValueError(f"a {self.kind} needs a public note")
        if (self.kind == PublicationKind.MERGER) != (self.successor is not None):
            raise ValueError("a merger, and only a merger, names a successor")
        if self.reviewed and (self.kind != PublicationKind.ADDITION or self.reviewed.number >= self.number):
            raise ValueError("an addition, and only an addition, names an earlier version as what it adds to")
        if self.kind == PublicationKind.RETRACTION and self.verdict is not None:
            raise ValueError("a retraction has no verdict")
        if self.kind != PublicationKind.RETRACTION and self.verdict is None and self.imported is None:
            raise ValueError("a review of ours has a verdict")

    @property
    def is_retraction(self) -> bool:
        return self.kind == PublicationKind.RETRACTION

    @property
    def reviewed_at(self) -> datetime:
        """When the review was published; what adds to it is younger."""
        return self.reviewed.published_at if self.reviewed else self.published_at

    @property
    def is_ending(self) -> bool:
        """Whether no review of the claim stands after it."""
        return self.kind in vocabulary.ENDINGS

    @property
    def trails(self) -> list[Trail]:
        """Where each item of the evidence says it comes from."""
        return trails((item.title, item.origin, item.traces_to) for item in self.evidence)

    @property
    def independence(self) -> Independence:
        """What the evidence that the verdict rests on traces to."""
        stances = [item.stance for item in self.evidence]
        return independence(self.verdict, zip(stances, origins(self.trails), strict=True))

    def as_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values, as stored and hashed."""
        return self.model_dump(mode="json")


def source_reference(source: Any) -> SourceRef | None:
    """Return what a record or card says of a source: of the one that stands for it, where it was merged."""
    return reference_to(source.successor) if source else None


def reference_to(source: Any) -> SourceRef:
    return SourceRef(slug=source.slug, name=source.name, kind=source.kind, url=source.url)


def dating_of(article: Any) -> dict[str, Any]:
    """Return what a record or card says of an article's date beside the date itself, where it is no plain day."""
    precision = article.published_on_precision if article.published_on else DatePrecision.DAY
    return {
        "published_on_precision": precision if precision != DatePrecision.DAY else None,
        "published_until": article.published_until,
        "published_reason": article.published_reason or None,
    }


def parse(document: object) -> Record:
    """Return the record in a JSON value; raises pydantic.ValidationError naming each bad field."""
    return Record.model_validate(document)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/record.schema.json",
        **Record.model_json_schema(mode="serialization"),
    }
