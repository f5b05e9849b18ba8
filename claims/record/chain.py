"""The chain that publications form: the one writer of it, and how it is verified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any, Self

import orjson
from django.conf import settings
from django.db import connection, transaction
from pydantic import ValidationError

from claims import search
from claims.matching import vectors
from claims.models import Article, Publication, Source, Topic, bulk, locks
from claims.record.build import our_desk
from claims.record.canonical import CHAIN_START, canonical, chain_hash, record_hash
from claims.record.columns import columns_of, columns_that_differ
from claims.record.schema import Record


@dataclass(frozen=True)
class Version:
    """A record to be added, with its canonical JSON, the SHA-256 of that, and the keys of who signed it.

    Nobody is named where that happened elsewhere.
    """

    record: Record
    canonical: bytes
    digest: str
    submitted_by: int | None = None
    approved_by: int | None = None

    @classmethod
    def of(cls, document: Record, values: dict[str, Any] | None = None, **signers: int | None) -> Self:
        """Return a record as a version; `values` are its JSON values, where they are known."""
        content = canonical(document.as_json() if values is None else values)
        return cls(document, content, sha256(content).hexdigest(), **signers)


def append(versions: Sequence[Version], *, with_vectors: bool = True) -> list[str]:
    """Add versions at the end of the chain and return their chain hashes; the last of a claim becomes its current one.

    The only writer of publications. Call it inside a transaction; the sources, topics and articles named
    must exist (our own desk is made). The search index and the columns follow within the transaction, the
    vectors after it; an import makes its vectors when it is done.
    """
    if not versions:
        return []
    locks.wait_for(locks.CHAIN)
    _make_our_desk(versions)
    sequence, chain = _end_of_chain()
    newest = {version.record.uid: version for version in versions}
    if continued := {version.record.uid for version in versions if version.record.number > 1}:
        Publication.objects.current().of_claims(*continued).update(is_current=False)
    named = [columns_of(version.record) for version in versions]
    sources = _keys(Source, (slug for row in named for slug in (row["claimant"], row["reviewer"])))
    links = {"topics": _keys(Topic, _all(named, "topics")), "articles": _keys(Article, _all(named, "articles"))}
    pks = bulk.reserved_keys(Publication, len(versions))
    rows, hashes = [], []
    for pk, version, columns in zip(pks, versions, named, strict=True):
        sequence += 1
        chain = chain_hash(chain, version.digest, version.record.number)
        hashes.append(chain)
        own = {name: value for name, value in columns.items() if name not in {*links, "claimant", "reviewer"}}
        rows.append(
            {
                **own,
                "id": pk,
                "claimant_id": sources[columns["claimant"]] if columns["claimant"] else None,
                "reviewer_id": sources[columns["reviewer"]],
                "sequence": sequence,
                "record": version.canonical.decode(),
                "record_hash": version.digest,
                "chain_hash": chain,
                "is_current": newest[version.record.uid] is version,
                "submitted_by_id": version.submitted_by,
                "approved_by_id": version.approved_by,
            }
        )
    bulk.insert(Publication, rows)
    for name, keys in links.items():
        through: Any = getattr(Publication, name).through
        pairs = ((pk, keys[slug]) for pk, columns in zip(pks, named, strict=True) for slug in columns[name])
        link = f"{name.removesuffix('s')}_id"
        bulk.insert(through, [{"publication_id": pk, link: key} for pk, key in pairs], has_keys=False)
    places = range(sequence - len(versions) + 1, sequence + 1)
    search.add(map(search.Document.of, places, (orjson.loads(version.canonical) for version in versions)), connection)
    search.store_full_chunks()
    if with_vectors:
        transaction.on_commit(partial(vectors.follow, places), robust=True)
    return hashes


def _make_our_desk(versions: Iterable[Version]) -> None:
    ours = our_desk()
    if ours.pk is None and any(version.record.reviewer.slug == settings.REVIEWER_SLUG for version in versions):
        ours.save()


def _end_of_chain() -> tuple[int, str]:
    end: tuple[int, str] | None = Publication.objects.in_chain_order().values_list("sequence", "chain_hash").last()
    return end or (0, CHAIN_START)


def _all(rows: Iterable[dict[str, Any]], name: str) -> Iterator[str]:
    return (slug for row in rows for slug in row[name])


def _keys(model: Any, slugs: Iterable[str | None]) -> dict[str, int]:
    wanted = set(slugs) - {None}
    return dict(model.objects.filter(slug__in=wanted).values_list("slug", "pk")) if wanted else {}


def chain_faults() -> Iterator[str]:
    """Recompute the whole chain in order and yield what is wrong, the first fault first.

    Each fault names the publication. Constant memory; a sound chain yields nothing.
    """
    previous, place = CHAIN_START, 0
    publications = (
        Publication.objects.in_chain_order()
        .select_related("claimant", "reviewer")
        .prefetch_related("topics", "articles")
    )
    for publication in publications.iterator(chunk_size=2000):
        place += 1
        name = _name(publication)
        if publication.sequence != place:
            missing = f"{place}" if publication.sequence == place + 1 else f"{place} to {publication.sequence - 1}"
            yield f"{name}: the record before it was removed (place {missing} of the chain is empty)"
            place = publication.sequence
        elif fault := _fault(publication, previous):
            yield f"{name}: {fault}"
        previous = publication.chain_hash
    for publication in Publication.objects.with_wrong_current_flag():
        yield f"{_name(publication)}: whether it is the current version was changed"


def _name(publication: Publication) -> str:
    return f"publication {publication.sequence} ({publication.slug}, version {publication.number})"


def _fault(publication: Publication, previous: str) -> str:
    """Return what is wrong with one publication that should follow `previous`, or ""."""
    try:
        expected = record_hash(publication.record)
        differing = list(columns_that_differ(publication))
    except (ValidationError, ValueError, TypeError):
        return "its record was changed and is no valid record"
    if expected != publication.record_hash:
        return "its record was changed (the record's hash differs)"
    if differing:
        return f"its column {', '.join(differing)} was changed and no longer says what the record says"
    if chain_hash(previous, publication.record_hash, publication.number) != publication.chain_hash:
        return "it does not follow the record before it (changed, removed or reordered)"
    return ""
