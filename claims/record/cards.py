"""Cards as typed data, and how they are made: from a working row that is proposed, or from what a record names."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from claims.models import Article, Card, Page, Publication, Source, Topic
from claims.models.cards import LINKS, address_hash, redaction_of
from claims.record.schema import (
    Address,
    ArticleRef,
    Language,
    Record,
    RecordPart,
    Slug,
    SourceRef,
    TopicRef,
    added,
    dating_of,
    refuse_odd_span,
    refuse_unstorable,
    source_reference,
)
from claims.text import anchors
from claims.vocabulary import CardKind, DatePrecision, PageName, SourceKind, TextRights

type Sha256 = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
type PageSubject = Annotated[str, StringConstraints(pattern=r"^[a-z]+\.[a-zA-Z0-9-]+$", max_length=120)]
type Reference = SourceRef | TopicRef | ArticleRef
type Subject = Source | Topic | Article | Page | Publication


class _Card(RecordPart):
    """What every card has. `number` counts a subject's cards from 1."""

    schema_name: Annotated[Literal["factcheck/card/1"], Field(alias="schema")] = "factcheck/card/1"
    subject: Slug
    number: Annotated[int, Field(ge=1)]
    note: str
    signed_at: datetime

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)

    @model_validator(mode="after")
    def _has_a_time_zone(self) -> Self:
        refuse_unstorable("signed_at", self.signed_at)
        return self

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain JSON values, as stored and hashed."""
        return self.model_dump(mode="json")


class SourceCard(_Card):
    kind: Literal[CardKind.SOURCE] = CardKind.SOURCE
    name: str
    type: SourceKind
    url: Address
    country: Annotated[str, StringConstraints(max_length=2)]
    description: str
    merged_into: Slug | None = added()


class TopicCard(_Card):
    kind: Literal[CardKind.TOPIC] = CardKind.TOPIC
    name: str
    merged_into: Slug | None = added()


class ArticleCard(_Card):
    """An article as readers see it; the text stands outside, under its hash, and of a private one not even that."""

    kind: Literal[CardKind.ARTICLE] = CardKind.ARTICLE
    title: str
    authors: str
    publisher: SourceRef | None
    url: Address
    archived_url: Address
    published_on: date | None
    accessed_on: date | None
    language: Language
    rights: TextRights
    text_sha256: Sha256
    published_on_precision: DatePrecision | None = added()
    published_until: date | None = added()
    published_reason: str | None = added()

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        refuse_odd_span("published", self.published_on, self.published_until)
        return self


class PageCard(_Card):
    """A page whose text the desk writes; the text stands outside, under its hash."""

    subject: PageSubject
    kind: Literal[CardKind.PAGE] = CardKind.PAGE
    language: Language
    text_sha256: Sha256


class RedactionCard(_Card):
    """That the content of one version of a claim was taken out of the record, by an order that the note names."""

    subject: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}\.[0-9]+$")]
    kind: Literal[CardKind.REDACTION] = CardKind.REDACTION
    shown_since: datetime
    address_sha256: Sha256


type AnyCard = SourceCard | TopicCard | ArticleCard | PageCard | RedactionCard
_ANY: TypeAdapter[Any] = TypeAdapter(
    Annotated[SourceCard | TopicCard | ArticleCard | PageCard | RedactionCard, Field(discriminator="kind")]
)


def parse(document: object) -> AnyCard:
    """Return the card in a JSON value; raises pydantic.ValidationError naming each bad field."""
    card: AnyCard = _ANY.validate_python(document)
    return card


def columns_of(card: AnyCard) -> dict[str, Any]:
    """Return the columns that repeat a card."""
    article = card if isinstance(card, ArticleCard) else None
    return {
        "kind": card.kind.value,
        "subject": card.subject,
        "number": card.number,
        "note": card.note,
        "signed_at": card.signed_at,
        "name": _name_of(card),
        "publisher": article.publisher.slug if article and article.publisher else "",
        "published_on": article.published_on if article else None,
        "merged_into": (isinstance(card, SourceCard | TopicCard) and card.merged_into) or "",
    }


def columns_that_differ(card: Card) -> Iterator[str]:
    """Yield the names of a card's columns that do not say what its record says, its text among them."""
    said = parse(card.record)
    for name, expected in columns_of(said).items():
        if getattr(card, name) != expected:
            yield name
    if hash_of(card.text) != text_sha256_of(said):
        yield "text"


def text_sha256_of(card: AnyCard) -> str:
    """Return the hash under which a card's text stands; "" where it has none."""
    return card.text_sha256 if isinstance(card, ArticleCard | PageCard) else ""


def subject_of(row: Subject) -> tuple[CardKind, str]:
    """Return the kind and the subject under which a working row has its cards."""
    if isinstance(row, Page):
        return CardKind.PAGE, f"{row.name}.{row.language}"
    if isinstance(row, Publication):
        return CardKind.REDACTION, redaction_of(row.claim_id, row.number)
    return CardKind(str(row._meta.model_name)), row.slug


def row_of(kind: str, subject: str) -> Subject | None:
    """Return the working row of a subject, if it is here."""
    if kind == CardKind.PAGE:
        name, _, language = subject.partition(".")
        page: Page | None = Page.objects.filter(name=name, language=language).first()
        return page
    if kind == CardKind.REDACTION:
        claim, _, number = subject.partition(".")
        publication: Publication | None = Publication.objects.filter(claim_id=UUID(claim), number=int(number)).first()
        return publication
    row: Subject | None = LINKS[kind].objects.filter(slug=subject).first()
    return row


def keys_of(kind: str, subjects: Collection[str]) -> dict[str, int]:
    """Return the primary keys of the working rows of some subjects; a redaction has none."""
    if not subjects or kind not in LINKS:
        return {}
    if kind == CardKind.PAGE:
        pages = Page.objects.values_list("name", "language", "pk")
        return {f"{name}.{language}": pk for name, language, pk in pages}
    return dict(LINKS[kind].objects.filter(slug__in=subjects).values_list("slug", "pk"))


def named_in(document: Record) -> Iterator[tuple[CardKind, Reference]]:
    """Yield what a record names that readers can look up."""
    articles = [item.article for item in document.appearances]
    speakers = (item.reported for item in document.appearances)
    publishers = (article.publisher for article in articles)
    for source in (document.reviewer, document.claimant, *speakers, *publishers):
        if source:
            yield CardKind.SOURCE, source
    for topic in document.topics:
        yield CardKind.TOPIC, topic
    for article in articles:
        yield CardKind.ARTICLE, article


def current_of(kind: str, subject: str) -> Card | None:
    """Return the card that readers see of a subject now."""
    found: Card | None = Card.objects.of(kind, subject).order_by("-number").first()
    return found


def next_card(row: Subject, note: str, current: Card | None, moment: datetime) -> dict[str, Any]:
    """Return, as JSON values, the card that would follow the current one, made from a working row."""
    _, subject = subject_of(row)
    common = {"subject": subject, "number": current.number + 1 if current else 1, "note": note, "signed_at": moment}
    card: AnyCard
    match row:
        case Source():
            card = SourceCard(
                **common,
                name=row.name,
                type=row.kind,
                url=row.url,
                country=row.country,
                description=row.description,
                merged_into=row.merged_into or None,
            )
        case Topic():
            card = TopicCard(**common, name=row.name, merged_into=row.merged_into or None)
        case Article():
            card = ArticleCard(
                **common,
                title=row.title,
                authors=row.authors,
                publisher=source_reference(row.publisher),
                url=row.url,
                archived_url=row.archived_url,
                published_on=row.published_on,
                **dating_of(row),
                accessed_on=row.accessed_on,
                language=row.language,
                rights=row.rights,
                text_sha256=hash_of(public_text(row)),
            )
        case Publication():
            address = address_hash(row.slug)
            card = RedactionCard(**common, shown_since=row.published_at, address_sha256=address)
        case Page():
            card = PageCard(**common, language=row.language, text_sha256=hash_of(public_text(row)))
    return card.as_json()


def public_text(row: Subject) -> str:
    """Return the text of a working row as far as readers may see it."""
    match row:
        case Article():
            return "" if row.rights == TextRights.FULL_TEXT_PRIVATE else row.text
        case Page():
            return anchors.normalise(row.text)
    return ""


def hash_of(text: str) -> str:
    """Return the hash under which a card's text stands; "" for none."""
    return anchors.sha256(text) if text else ""


def of_reference(reference: Reference, moment: datetime) -> dict[str, Any]:
    """Return, as JSON values, the first card of what a record names: what the record says of it, and no more."""
    common = {"subject": reference.slug, "number": 1, "note": "", "signed_at": moment}
    card: SourceCard | TopicCard | ArticleCard
    match reference:
        case SourceRef():
            card = SourceCard(
                **common, name=reference.name, type=reference.kind, url=reference.url, country="", description=""
            )
        case TopicRef():
            card = TopicCard(**common, name=reference.name)
        case ArticleRef():
            said = {
                name: getattr(reference, name) for name in ArticleRef.model_fields if name not in {"slug", "rights"}
            }
            card = ArticleCard(**common, **said, rights=TextRights.FULL_TEXT_PRIVATE, text_sha256="")
    return card.as_json()


def _name_of(card: AnyCard) -> str:
    match card:
        case ArticleCard():
            return card.title
        case RedactionCard():
            return card.address_sha256
        case PageCard():
            return str(PageName(card.subject.partition(".")[0]))
    return card.name
