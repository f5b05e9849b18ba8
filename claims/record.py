"""The public record: what a publication says, as typed data, canonical bytes and hashes.

Everything a reader, feed or export shows of a claim is made from a Record. Its JSON Schema
(`json_schema`) is published at /record.schema.json; its bytes are RFC 8785 canonical JSON.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from claims import vocabulary
from claims.vocabulary import (
    ArticleStance,
    ConfidenceScale,
    Credibility,
    DatePrecision,
    PublicationKind,
    RelationKind,
    Reliability,
    SourceKind,
    Stance,
    Verdict,
)

#: The chain_hash that stands before the first publication.
CHAIN_START = "0" * 64

type Language = Annotated[str, StringConstraints(max_length=35)]
type Address = Annotated[str, StringConstraints(max_length=2000)]
type Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]+$", max_length=120)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceRef(_Part):
    slug: Slug
    name: str
    kind: SourceKind
    url: Address


class TopicRef(_Part):
    slug: Slug
    name: str


class ArticleRef(_Part):
    slug: Slug
    title: str
    authors: str
    publisher: SourceRef | None
    url: Address
    archived_url: Address
    published_on: date | None
    accessed_on: date | None
    language: Language


class AppearanceRecord(_Part):
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


class EvidenceRecord(_Part):
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

    @property
    def grade(self) -> str:
        return vocabulary.admiralty_grade(self.reliability, self.credibility)


class RelationRecord(_Part):
    """A relation from this claim to another that was public when this was published."""

    kind: RelationKind
    slug: Slug
    statement: str


class ImportedReview(_Part):
    """Where a review by another organisation comes from, in its own words; ours stand in the record beside them."""

    url: Address
    title: str
    rating: str
    rating_value: str
    published_on: date | None


class Record(_Part):
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
    imported: ImportedReview | None = None

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.published_at.tzinfo is None:
            raise ValueError("published_at needs a time zone")
        if (self.kind == PublicationKind.ORIGINAL) != (self.number == 1):
            raise ValueError("the first publication, and only the first, is the original")
        if self.kind in {PublicationKind.CORRECTION, PublicationKind.RETRACTION} and not self.note:
            raise ValueError(f"a {self.kind} needs a public note")
        if self.kind == PublicationKind.RETRACTION and self.verdict is not None:
            raise ValueError("a retraction has no verdict")
        if self.kind != PublicationKind.RETRACTION and self.verdict is None and self.imported is None:
            raise ValueError("a review of ours has a verdict")
        return self

    @property
    def is_retraction(self) -> bool:
        return self.kind == PublicationKind.RETRACTION

    @property
    def only_origin(self) -> str:
        """What all the evidence that the verdict rests on traces to, or "" where that is not one thing.

        A verdict on neither side rests on all evidence but context. An item traces to the origin it
        names (followed through other items), else to its publisher, else to itself.
        """
        rests_on = vocabulary.VERDICT_RESTS_ON.get(self.verdict) if self.verdict else None
        stances = {rests_on} if rests_on else {Stance.SUPPORTS, Stance.REFUTES}
        origins = {self._origin(item) for item in self.evidence if item.stance in stances}
        return origins.pop() if len(origins) == 1 else ""

    def _origin(self, item: EvidenceRecord) -> str:
        by_title, seen = {other.title: other for other in self.evidence}, {item.title}
        while item.origin in by_title and item.origin not in seen:
            seen.add(item.origin)
            item = by_title[item.origin]
        return item.origin or (item.publisher.name if item.publisher else item.title)

    def as_json(self) -> dict[str, Any]:
        """Return the record as plain JSON values, as stored and hashed; a review of ours has no `imported`."""
        values = self.model_dump(mode="json")
        if values["imported"] is None:
            del values["imported"]
        return values


def parse(document: object) -> Record:
    """Return the record in a JSON value; raises pydantic.ValidationError naming each bad field."""
    return Record.model_validate(document)


def canonical(document: dict[str, Any]) -> bytes:
    """Return the RFC 8785 canonical JSON of a record's JSON values, in UTF-8.

    A record has ASCII keys and no fractions; for those, sorting by bytes is sorting by UTF-16, and
    orjson writes strings and whole numbers as the RFC does.
    """
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def record_hash(document: dict[str, Any]) -> str:
    """Return the hexadecimal SHA-256 of the canonical record."""
    return hashlib.sha256(canonical(document)).hexdigest()


def chain_hash(previous: str, record_sha256: str, number: int) -> str:
    """Return the SHA-256 that ties a publication to the one before it in the whole database.

    The input is the previous chain_hash (CHAIN_START for the first), this record's hash and the
    publication's number in decimal digits, joined by line feeds.
    """
    return hashlib.sha256(f"{previous}\n{record_sha256}\n{number}".encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the record."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "/record.schema.json",
        **Record.model_json_schema(mode="serialization"),
    }
