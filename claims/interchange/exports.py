"""What leaves the database, and the formats in which readers, the desk and `manage.py export` take it out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.contrib.auth.models import User
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, Collate

from claims.interchange.formats import claimreview, csv, fixture, google, jsonl, stix, web_annotation
from claims.models import (
    Alias,
    Appearance,
    Article,
    Batch,
    BatchItem,
    Card,
    Claim,
    ClaimRelation,
    Comment,
    DismissedSentence,
    Evidence,
    Match,
    Page,
    Person,
    Proposal,
    Publication,
    RatingWords,
    ReplyRequest,
    SecondOpinion,
    Source,
    Suggestion,
    Topic,
    Translation,
    Withholding,
)
from claims.models.cards import LINKS
from claims.models.publications import PUBLISHED_LINKS
from claims.record import cards
from claims.text import anchors
from claims.vocabulary import CardKind, DatePrecision

CHUNK = 500  # objects fetched at a time


@dataclass(frozen=True)
class Format:
    """One format: what it is called, the file's ending and media type, and how reviews are written in it.

    `write` takes the reviews and where our pages stand (without a slash), and yields bytes.
    """

    label: str
    ending: str
    media_type: str
    write: Callable[[QuerySet[Publication], str], Iterator[bytes]]


def file_name(name: str) -> str:
    """Return what a file of claims in a format is called."""
    ending = FORMATS[name].ending
    return f"claims.{ending}" if name == ending else f"claims-{name}.{ending}"


def documents_of(reviews: QuerySet[Publication]) -> Iterator[dict[str, Any]]:
    """Yield the records' JSON values in chain order, in constant memory."""
    texts = reviews.order_by("sequence").values_list(Cast("record", TextField()), flat=True)
    for text in texts.iterator(chunk_size=CHUNK):
        yield orjson.loads(text)


def _fixture(reviews: QuerySet[Publication], site: str) -> Iterator[bytes]:
    return (text.encode() for text in fixture.write(public_objects(reviews)))


def _of_documents(
    write: Callable[[Iterable[dict[str, Any]], str], Iterator[bytes]],
) -> Callable[[QuerySet[Publication], str], Iterator[bytes]]:
    return lambda reviews, site: write(documents_of(reviews), site)


FORMATS = {
    "fixture": Format("Django fixture", "json", "application/json", _fixture),
    "jsonl": Format("JSON Lines", "jsonl", "application/jsonl", _of_documents(jsonl.write)),
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8", _of_documents(csv.write)),
    "csv-bom": Format("CSV for Excel", "csv", "text/csv; charset=utf-8", _of_documents(csv.write_with_bom)),
    "claimreview": Format("ClaimReview feed", "json", "application/ld+json", _of_documents(claimreview.write)),
    "google": Format("claims:search", "json", "application/json", _of_documents(google.write)),
    "annotation": Format("Web Annotation", "json", "application/ld+json", _of_documents(web_annotation.write)),
    "stix": Format("STIX 2.1", "json", "application/stix+json;version=2.1", _of_documents(stix.write)),
}


def written(name: str, reviews: QuerySet[Publication], site: str, *, are_all: bool) -> Iterator[bytes]:
    """Yield some reviews in a format; where they are all that stand, a fixture has every version, card and page."""
    if are_all and name == "fixture":
        return (text.encode() for text in fixture.write(public_objects()))
    return FORMATS[name].write(reviews, site)


def public_objects(current: QuerySet[Publication] | None = None) -> Iterator[models.Model]:
    """Yield the publications (all versions of the given current ones), after what they name.

    Nothing of the desk goes along: no accounts, no private text, no grading of sources.
    """
    publications = Publication.objects.not_withheld()
    if current is not None:
        publications = publications.filter(claim_id__in=current.order_by().values("claim_id"))
    shown = _shown(
        _named(Source, (publications, "claimant"), (publications, "reviewer"), (publications, "reported")),
        _named(Topic, (publications, "topics")),
        _named(Article, (publications, "articles")),
    )
    if current is None:
        shown = Card.objects.all()
    for kind in LINKS:
        for card in _ordered(shown.filter(kind=kind, **{f"{kind}__isnull": False}), "subject"):
            yield _row_told(card)
    private = Card.objects.filter(kind=OuterRef("kind"), subject=OuterRef("subject"), text="").current()
    with_text: QuerySet[Card] = shown.annotate(is_text_private=Exists(private))
    for card in _cards(with_text):
        _without_people(card)
        if vars(card)["is_text_private"]:
            card.text = ""
        yield card
    for publication in _publications(publications):
        _without_people(publication)
        yield publication


def _without_people(entry: Card | Publication) -> None:
    """Leave of who signed an entry what the chain says, and nothing that names anybody."""
    entry.submitted_by = entry.approved_by = None
    entry.submitter_salt = entry.approver_salt = entry.opinions_sha256 = ""


def all_objects(claims: QuerySet[Claim] | None = None) -> Iterator[models.Model]:
    """Yield everything but the edit history; of the given claims only, with all that they name."""
    sources: QuerySet[Any] = Source.objects.all()
    topics: QuerySet[Any] = Topic.objects.all()
    articles: QuerySet[Any] = Article.objects.all()
    chosen, suggestions = Claim.objects.all(), Suggestion.objects.all()
    publications, appearances, evidence = Publication.objects.all(), Appearance.objects.all(), Evidence.objects.all()
    withholdings = Withholding.objects.all()
    replies, translations = ReplyRequest.objects.all(), Translation.objects.all()
    relations, opinions, proposals = ClaimRelation.objects.all(), SecondOpinion.objects.all(), Proposal.objects.all()
    batches = Batch.objects.with_items() if claims is None else Batch.objects.none()
    dismissed, matches, comments = DismissedSentence.objects.all(), Match.objects.all(), Comment.objects.all()
    if claims is not None:
        chosen = Claim.objects.filter(pk__in=claims.order_by().values("pk"))
        publications = publications.filter(claim_id__in=chosen.order_by().values("uid"))
        suggestions, replies, appearances, evidence, translations = (
            rows.filter(claim__in=chosen) for rows in (suggestions, replies, appearances, evidence, translations)
        )
        withholdings = withholdings.filter(claim__in=chosen.order_by().values("uid"))
        relations = relations.filter(from_claim__in=chosen, to_claim__in=chosen)
        proposals = proposals.filter(Q(claim__in=chosen) | Q(part_of__claim__in=chosen))
        opinions, matches, comments = (rows.filter(claim__in=chosen) for rows in (opinions, matches, comments))
        topics = _named(Topic, (chosen, "topics"), (publications, "topics"))
        articles = _named(Article, (appearances, "article"), (publications, "articles"))
        dismissed = dismissed.filter(article__in=articles)
        sources = _named(
            Source,
            (chosen, "claimant"),
            (articles, "publisher"),
            (evidence, "publisher"),
            (evidence, "origin"),
            (publications, "claimant"),
            (publications, "reviewer"),
            (publications, "reported"),
            (appearances, "reported"),
            (replies, "asked"),
        )
    signed = Card.objects.all() if claims is None else _shown(sources, topics, articles)
    people = _named(
        User,
        (chosen, "assigned_to"),
        (chosen, "submitted_by"),
        (publications, "submitted_by"),
        (publications, "approved_by"),
        (opinions, "by"),
        (comments, "by"),
        (comments, "resolved_by"),
        (signed, "submitted_by"),
        (signed, "approved_by"),
        (proposals, "proposed_by"),
        (proposals, "decided_by"),
        (matches, "decided_by"),
        (withholdings, "withheld_by"),
        (batches, "by"),
    )
    yield from _ordered(people, "username")
    yield from Person.objects.filter(user__in=people.order_by().values("pk")).order_by("uid").select_related("user")
    for named in (sources, topics, articles.select_related("publisher")):
        yield from _ordered(named, "slug")
    yield from _ordered(
        chosen.select_related("claimant", "assigned_to", "submitted_by").prefetch_related("topics"), "uid"
    )
    yield from _ordered(appearances.select_related("claim", "article", "reported"), "uid")
    yield from _ordered(evidence.select_related("claim", "publisher", "origin", "origin_evidence"), "uid")
    yield from _ordered(replies.select_related("claim", "asked"), "uid")
    yield from _ordered(translations.select_related("claim"), "uid")
    relations = relations.select_related("from_claim", "to_claim").order_by(
        "from_claim__uid", "to_claim__uid", _bytewise("kind")
    )
    yield from relations.iterator(chunk_size=CHUNK)
    yield from _ordered(opinions.select_related("claim", "by"), "uid")
    yield from _ordered(comments.select_related("claim", "by", "reply_to", "resolved_by"), "uid")
    yield from _ordered(batches.select_related("by"), "uid")
    yield from _ordered(BatchItem.objects.filter(batch__in=batches).select_related("batch"), "uid")
    proposals = proposals.select_related("claim", "part_of", "proposed_by", "decided_by")
    yield from proposals.order_by(F("part_of__uid").asc(nulls_first=True), "uid").iterator(chunk_size=CHUNK)
    yield from _ordered(withholdings.select_related("claim", "withheld_by"), "uid")
    yield from (
        dismissed.select_related("article")
        .order_by(_bytewise("article__slug"), "sentence_sha256")
        .iterator(chunk_size=CHUNK)
    )
    yield from _ordered(suggestions.select_related("claim"), "uid")
    yield from _ordered(matches.select_related("claim", "decided_by"), "text_sha256", "claim__uid")
    if claims is None:
        yield from _pages_and_tables()
    yield from _cards(signed)
    yield from _publications(publications)


def _pages_and_tables() -> Iterator[models.Model]:
    yield from _pages()
    yield from RatingWords.objects.order_by(_bytewise("words"))
    yield from Alias.objects.order_by(_bytewise("name"), _bytewise("alias"))


def _named(model: type[Any], *paths: tuple[QuerySet[Any], str]) -> QuerySet[Any]:
    """Return the objects that some rows name in a column; subqueries, as joins would multiply."""
    condition = Q()
    for rows, column in paths:
        condition |= Q(pk__in=rows.order_by().values(column))
    found: QuerySet[Any] = model._default_manager.filter(condition)
    return found


def _shown(sources: QuerySet[Any], topics: QuerySet[Any], articles: QuerySet[Any]) -> QuerySet[Card]:
    """Return every card of some sources, topics and articles, and of those who published the articles."""
    of_articles = Card.objects.filter(kind=CardKind.ARTICLE, subject__in=articles.order_by().values("slug"))
    published = Q(subject__in=of_articles.order_by().values("publisher"))
    found: QuerySet[Card] = Card.objects.filter(
        Q(kind=CardKind.ARTICLE, subject__in=articles.order_by().values("slug"))
        | Q(kind=CardKind.TOPIC, subject__in=topics.order_by().values("slug"))
        | Q(kind=CardKind.REDACTION)
        | Q(kind=CardKind.SOURCE) & (Q(subject__in=sources.order_by().values("slug")) | published)
    )
    return found


def _row_told(card: Card) -> models.Model:
    """Return, unsaved, the working row of a subject with what its card tells, and nothing of the desk."""
    told = cards.parse(card.record)
    match told:
        case cards.SourceCard():
            return Source(
                slug=told.subject,
                name=told.name,
                kind=told.type,
                url=told.url,
                country=told.country,
                description=told.description,
                merged_into=told.merged_into or "",
            )
        case cards.TopicCard():
            return Topic(slug=told.subject, name=told.name, merged_into=told.merged_into or "")
        case cards.PageCard():
            return Page(name=told.subject.partition(".")[0], language=told.language, text=card.text)
        case cards.ArticleCard():
            said = {
                name: getattr(told, name)
                for name in (
                    "title",
                    "authors",
                    "url",
                    "archived_url",
                    "published_on",
                    "published_until",
                    "accessed_on",
                    "language",
                    "rights",
                )
            }
            said["published_on_precision"] = told.published_on_precision or DatePrecision.DAY
            said["published_reason"] = told.published_reason or ""
            publisher = Source(slug=told.publisher.slug) if told.publisher else None
            text_sha256 = anchors.sha256(card.text)
            return Article(slug=told.subject, publisher=publisher, text=card.text, text_sha256=text_sha256, **said)
        case _:
            raise ValueError(f"{card} speaks for no row")


def _cards(shown: QuerySet[Card]) -> Iterator[Card]:
    named = shown.order_by("sequence").select_related(*LINKS, "submitted_by", "approved_by")
    yield from named.iterator(chunk_size=CHUNK)


def _pages() -> Iterator[Page]:
    yield from Page.objects.order_by(_bytewise("name"), _bytewise("language"))


def _publications(publications: QuerySet[Publication]) -> Iterator[Publication]:
    named = publications.in_chain_order().select_related("claimant", "reviewer", "submitted_by", "approved_by")  # type: ignore[attr-defined]
    yield from named.prefetch_related(*PUBLISHED_LINKS).iterator(chunk_size=CHUNK)


def _ordered(rows: QuerySet[Any], *keys: str) -> Iterator[Any]:
    order = [key if key.endswith("uid") else _bytewise(key) for key in keys]
    yield from rows.order_by(*order).iterator(chunk_size=CHUNK)


def _bytewise(column: str) -> Any:
    """Order text by its bytes, whatever the database's language."""
    return Collate(F(column), "C" if connection.vendor == "postgresql" else "BINARY")


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace a file in one step once all is on the disk; on any error it stays as it was. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink()
        raise
