"""The chain that publications and cards form: the one writer of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial, reduce
from hashlib import sha256
from itertools import batched
from operator import or_
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from claims import search
from claims.matching import vectors
from claims.models import (
    Article,
    Card,
    Page,
    Proposal,
    Publication,
    PublicationVector,
    Source,
    Topic,
    bulk,
    locks,
)
from claims.models.cards import LINKS
from claims.models.publications import PUBLISHED_LINKS
from claims.record import cards
from claims.record.build import our_desk
from claims.record.canonical import CHAIN_START, canonical, chain_hash
from claims.record.columns import columns_of, redacted_columns
from claims.record.schema import Record
from claims.record.signatures import NOBODY, Signatures
from claims.vocabulary import CardKind

LOOKED_BACK = 200  # places in which our last review is looked for


@dataclass(frozen=True)
class Version:
    """A record to be added, with its canonical JSON, the SHA-256 of that, and who signed it."""

    record: Record
    canonical: bytes
    digest: str
    signatures: Signatures = NOBODY

    @classmethod
    def of(cls, document: Record, values: dict[str, Any] | None = None, signatures: Signatures = NOBODY) -> Self:
        """Return a record as a version; `values` are its JSON values, where they are known."""
        content = canonical(document.as_json() if values is None else values)
        return cls(document, content, sha256(content).hexdigest(), signatures)

    @property
    def number(self) -> int:
        return self.record.number

    @property
    def columns(self) -> dict[str, Any]:
        return columns_of(self.record)


@dataclass(frozen=True)
class RedactedVersion:
    """A version that comes without its content, as its redaction stands later in the same chain."""

    columns: dict[str, Any]
    digest: str
    signatures: Signatures = NOBODY
    canonical: bytes = b"{}"

    @property
    def number(self) -> int:
        return int(self.columns["number"])


@dataclass(frozen=True)
class CardVersion:
    """A card to be added, with its text; the rest as in a Version."""

    card: cards.AnyCard
    text: str
    canonical: bytes
    digest: str
    signatures: Signatures = NOBODY

    @classmethod
    def of(cls, values: dict[str, Any], text: str = "", signatures: Signatures = NOBODY) -> Self:
        """Return a card, given by its JSON values, as a version."""
        content = canonical(values)
        return cls(cards.parse(values), text, content, sha256(content).hexdigest(), signatures)

    @property
    def number(self) -> int:
        return self.card.number


type Entry = Version | RedactedVersion | CardVersion


def append(entries: Sequence[Entry], *, with_vectors: bool = True) -> list[str]:
    """Add entries at the end of the chain and return their chain hashes; a subject's last becomes its current one.

    The only writer of publications and cards. Call it inside a transaction; the sources, topics and articles
    named must exist (our own desk is made). What a version names that has no card yet gets one before it, of
    what the record says of it, signed by the same two. The search index and the columns follow within the
    transaction, the vectors after it; an import makes its vectors when it is done.
    """
    if not entries:
        return []
    locks.wait_for(locks.CHAIN)
    versions = [entry for entry in entries if isinstance(entry, Version)]
    _make_our_desk(versions)
    sequence, chain = end_of_chain()
    placed: list[tuple[Entry, int, str]] = []
    for entry in (*_cards_missing(versions, entries), *entries):
        sequence += 1
        chain = chain_hash(chain, entry.digest, entry.number, entry.signatures.signers)
        placed.append((entry, sequence, chain))
    _insert_cards([(entry, place, tied) for entry, place, tied in placed if isinstance(entry, CardVersion)])
    _insert_publications(
        [(entry, place, tied) for entry, place, tied in placed if not isinstance(entry, CardVersion)], with_vectors
    )
    return [chain for _, _, chain in placed[-len(entries) :]]


def _insert_publications(placed: Sequence[tuple[Version | RedactedVersion, int, str]], with_vectors: bool) -> None:
    if not placed:
        return
    named = [version.columns for version, _, _ in placed]
    newest = {columns["claim_id"]: version for columns, (version, _, _) in zip(named, placed, strict=True)}
    if continued := {columns["claim_id"] for columns in named if columns["number"] > 1}:
        Publication.objects.current().of_claims(*continued).update(is_current=False)
    sources = _keys(Source, (slug for row in named for slug in (row["claimant"], row["reviewer"])))
    links = {name: _keys(model, _all(named, name)) for name, model in PUBLISHED_LINKS.items()}
    pks = bulk.reserved_keys(Publication, len(placed))
    rows = []
    for pk, (version, sequence, chain), columns in zip(pks, placed, named, strict=True):
        own = {name: value for name, value in columns.items() if name not in {*links, "claimant", "reviewer"}}
        rows.append(
            {
                **own,
                "id": pk,
                "claimant_id": sources[columns["claimant"]] if columns["claimant"] else None,
                "reviewer_id": sources[columns["reviewer"]],
                "is_current": newest[columns["claim_id"]] is version,
                **_in_chain(version, sequence, chain),
            }
        )
    bulk.insert(Publication, rows)
    for name, keys in links.items():
        through: Any = getattr(Publication, name).through
        pairs = ((pk, keys[slug]) for pk, columns in zip(pks, named, strict=True) for slug in columns[name])
        link = f"{PUBLISHED_LINKS[name]._meta.model_name}_id"
        bulk.insert(through, [{"publication_id": pk, link: key} for pk, key in pairs], has_keys=False)
    told = [(version, sequence) for version, sequence, _ in placed if isinstance(version, Version)]
    places = [sequence for _, sequence in told]
    contents = (orjson.loads(version.canonical) for version, _ in told)
    search.add(map(search.Document.of, places, contents), connection)
    search.store_full_chunks()
    if with_vectors:
        transaction.on_commit(partial(vectors.follow, places), robust=True)


def _insert_cards(placed: Sequence[tuple[CardVersion, int, str]]) -> None:
    if not placed:
        return
    newest = {(version.card.kind, version.card.subject): version for version, _, _ in placed}
    links = {kind: cards.keys_of(kind, {subject for of, subject in newest if of == kind}) for kind in LINKS}
    for link in LINKS:
        if continued := [subject for (kind, subject), version in newest.items() if kind == link and version.number > 1]:
            Card.objects.of(link, *continued).exclude(**{link: None}).update(**{link: None})
    pks = bulk.reserved_keys(Card, len(placed))
    rows = []
    for pk, (version, sequence, chain) in zip(pks, placed, strict=True):
        kind, subject = version.card.kind, version.card.subject
        own: dict[str, int | None] = {f"{link}_id": None for link in LINKS}
        if kind in LINKS and newest[kind, subject] is version:
            own[f"{kind}_id"] = links[kind][subject]
        rows.append(
            {
                **cards.columns_of(version.card),
                **own,
                "id": pk,
                "text": version.text,
                **_in_chain(version, sequence, chain),
            }
        )
    bulk.insert(Card, rows)


def redact(publication: Publication) -> None:
    """Take the content of a version out, where its redaction stands in the chain; its place, dates and hashes stay.

    What was made from it goes, too: its words in the index, its vector, its columns, what was proposed.
    """
    search.take_out(search.Document.of(publication.sequence, publication.record), connection)
    PublicationVector.objects.filter(sequence=publication.sequence).delete()
    for name in PUBLISHED_LINKS:
        getattr(Publication, name).through.objects.filter(publication=publication).delete()
    proposed = Proposal.objects.filter(claim__uid=publication.claim_id, record__number=publication.number)
    proposed.update(record={"number": publication.number}, message="", answer="")
    Publication.objects.filter(pk=publication.pk).update(record={}, **redacted_columns(publication))
    search.store_again(publication.sequence)
    transaction.on_commit(vectors.give_up_files, robust=True)


def _in_chain(entry: Entry, sequence: int, chain: str) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "record": entry.canonical.decode(),
        "record_hash": entry.digest,
        "chain_hash": chain,
        **entry.signatures.as_columns(),
    }


def _cards_missing(versions: Sequence[Version], entries: Sequence[Entry]) -> Iterator[CardVersion]:
    """Yield first cards of what versions name that has none, neither here nor among the entries."""
    named: dict[tuple[CardKind, str], tuple[Version, cards.Reference]] = {}
    for version in versions:
        for kind, reference in cards.named_in(version.record):
            named.setdefault((kind, reference.slug), (version, reference))
    for entry in entries:
        if isinstance(entry, CardVersion):
            named.pop((entry.card.kind, entry.card.subject), None)
    for kind in {kind for kind, _ in named}:
        slugs = [slug for of, slug in named if of == kind]
        for slug in Card.objects.of(kind, *slugs).values_list("subject", flat=True).distinct():
            named.pop((kind, slug), None)
    for version, reference in named.values():
        card = cards.of_reference(reference, version.record.published_at)
        yield CardVersion.of(card, signatures=version.signatures.again())


def _make_our_desk(versions: Iterable[Version]) -> None:
    ours = our_desk()
    if ours.pk is None and any(version.record.reviewer.slug == settings.REVIEWER_SLUG for version in versions):
        ours.save()


def end_of_chain() -> tuple[int, str]:
    """Return the last place of the chain and its hash."""
    ends = (
        model.objects.in_chain_order().values_list("sequence", "chain_hash").last() for model in (Publication, Card)
    )
    return max((end for end in ends if end), default=(0, CHAIN_START))


def next_moment() -> datetime:
    """Return the moment at which to sign: now, but never before our last review, should the clock be set back."""
    newest: Any = Publication.objects.order_by("-sequence").values_list("published_at", "reviewer__slug")[:LOOKED_BACK]
    ours: list[datetime] = [moment for moment, reviewer in newest if reviewer == settings.REVIEWER_SLUG]
    return max([timezone.now(), *ours])


def _all(rows: Iterable[dict[str, Any]], name: str) -> Iterator[str]:
    return (slug for row in rows for slug in row[name])


def _keys(model: Any, slugs: Iterable[str | None]) -> dict[str, int]:
    wanted = set(slugs) - {None}
    return dict(model.objects.filter(slug__in=wanted).values_list("slug", "pk")) if wanted else {}


def take_over(moment: datetime) -> int:
    """Give whatever readers see a card without signers, of its working row, unless there are cards; return how many.

    It is how a database from before there were cards goes on showing what it showed: once, as later nothing comes to
    readers but by two people. Call it inside a transaction.
    """
    count = 0
    if Card.objects.exists() or not Publication.objects.exists():
        return count
    for found in (*named_without_card(), Page.objects.filter(card=None)):
        for batch in batched(found.order_by("pk").iterator(chunk_size=1000), 1000, strict=False):
            append([CardVersion.of(cards.next_card(row, "", None, moment), cards.public_text(row)) for row in batch])
            count += len(batch)
    return count


def named_without_card() -> Iterator[QuerySet[Any]]:
    """Yield the sources, topics and articles that publications name and no card speaks for."""
    rows = Publication.objects.order_by()
    articles = Article.objects.filter(pk__in=Publication.articles.through.objects.values("article"))
    topics = Topic.objects.filter(pk__in=Publication.topics.through.objects.values("topic"))
    named = [rows.values(column) for column in ("claimant", "reviewer", "reported")]
    slugs = [*named, articles.order_by().values("publisher")]
    sources = Source.objects.filter(reduce(or_, (Q(pk__in=keys) for keys in slugs)))
    yield from (found.filter(card=None) for found in (sources, topics, articles.select_related("publisher")))


def chain_hash_before(sequence: int) -> str:
    """Return the chain hash that an entry continues."""
    found = (
        model.objects.filter(sequence=sequence - 1).values_list("chain_hash", flat=True).first()
        for model in (Publication, Card)
    )
    return next(filter(None, found), CHAIN_START)
