"""The working rows of claims that come in by their records: claims, their places in articles, their evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from claims.interchange.imports.foreign_keys import ForeignKeys, named_source
from claims.models import Appearance, Claim, Evidence, ReplyRequest, Translation, bulk
from claims.models.defaults import uuid7
from claims.models.translations import words_sha256
from claims.record import Record
from claims.vocabulary import SETTLED, AnchorState, DatePrecision, Status


def write_claims(documents: list[Record], keys: ForeignKeys) -> None:
    """Make the working rows of claims that have none; of those that have one, only the status moves."""
    existing = set(Claim.objects.filter(uid__in=[document.uid for document in documents]).values_list("uid", flat=True))
    for status in SETTLED:
        moved = [d.uid for d in documents if d.uid in existing and _status(d) == status]
        if moved:
            Claim.objects.filter(uid__in=moved).exclude(status=status).update(status=status)
    add([(document, {}) for document in documents if document.uid not in existing], keys)


def add(claims: Sequence[tuple[Record, bulk.Row]], keys: ForeignKeys, *, by: int | None = None) -> None:
    """Add claims that are new, each as its record says but for the columns given with it."""
    if not claims:
        return
    pairs = list(zip(bulk.reserved_keys(Claim, len(claims)), (document for document, _ in claims), strict=True))
    rows = [{"id": pk, **_claim(document, keys), **own} for (pk, document), (_, own) in zip(pairs, claims, strict=True)]
    bulk.insert(Claim, rows)
    links = list(dict.fromkeys(_topic_links(pairs, keys)))
    _link(Claim.topics.through, "claim_id", "topic_id", links)
    _begin_histories(rows, links, by)
    appearances = [row for pk, document in pairs for row in _appearances(pk, document, keys)]
    bulk.insert(Appearance, appearances, has_keys=False)
    reserved = iter(bulk.reserved_keys(Evidence, sum(len(document.evidence) for document, _ in claims)))
    evidence = [row for pk, document in pairs for row in _evidence(pk, document, keys, reserved)]
    bulk.insert(ReplyRequest, [row for pk, document in pairs for row in _replies(pk, document, keys)], has_keys=False)
    bulk.insert(Translation, [row for pk, document in pairs for row in _translations(pk, document)], has_keys=False)
    bulk.insert(Evidence, sorted(evidence, key=lambda row: row["origin_evidence_id"] is not None))


def _status(document: Record) -> Status:
    if document.successor:
        return Status.MERGED
    return Status.RETRACTED if document.is_retraction else Status.PUBLISHED


def _claim(document: Record, keys: ForeignKeys) -> bulk.Row:
    return {
        "uid": document.uid,
        "slug": document.slug,
        "statement": document.statement,
        "claimant_id": keys.source(document.claimant),
        "made_on": document.made_on,
        "made_on_precision": document.made_on_precision.value,
        "made_until": document.made_until,
        "made_reason": (document.made_reason or "")[:300],
        "event_on": document.event_on,
        "event_until": document.event_until,
        "event_precision": (document.event_precision or DatePrecision.DAY).value,
        "language": document.language,
        "status": _status(document).value,
        "verdict": document.verdict.value if document.verdict else "",
        "confidence": document.confidence,
        "confidence_scale": document.confidence_scale.value,
        "summary": document.summary,
        "rationale": document.rationale,
        "assigned_to_id": None,
        "submitted_by_id": None,
        "submitted_at": None,
        "rechecked_since": None,
        "due_on": None,
        "merged_into": document.successor.uid if document.successor else None,
        "version": 1,
        "created": document.published_at,
        "modified": document.published_at,
    }


def _history(row: bulk.Row, by: int | None) -> bulk.Row:
    of_the_save = {"history_date": row["modified"], "history_type": "+", "history_user_id": by}
    return {**row, **of_the_save, "history_change_reason": "Imported"}


def _begin_histories(rows: list[bulk.Row], topics: list[tuple[int, int]], by: int | None) -> None:
    """Add the first entries of new claims' histories, with the topics they came with."""
    history: Any = Claim.history.model
    entries = dict(zip((row["id"] for row in rows), bulk.reserved_keys(history, len(rows)), strict=True))
    bulk.insert(history, [{**_history(row, by), "history_id": entries[row["id"]]} for row in rows])
    kept = [{"id": 0, "claim_id": pk, "topic_id": topic, "history_id": entries[pk]} for pk, topic in topics]
    bulk.insert(history._meta.get_field("historicalclaim_topics").related_model, kept, has_keys=False)


def _topic_links(rows: Iterable[tuple[int, Record]], keys: ForeignKeys) -> Iterator[tuple[int, int]]:
    for pk, document in rows:
        for topic in document.topics:
            yield pk, keys.topics[topic.slug]


def _link(through: Any, row: str, other: str, links: Iterable[tuple[int, int]]) -> None:
    rows = [{row: pk, other: other_pk} for pk, other_pk in dict.fromkeys(links)]
    bulk.insert(through, rows, has_keys=False)


def _appearances(claim_pk: int, document: Record, keys: ForeignKeys) -> Iterator[bulk.Row]:
    seen = set()
    for item in document.appearances:
        place = (item.article.slug, item.start, item.end)
        if item.start is not None and place in seen:
            continue
        seen.add(place)
        yield {
            "uid": uuid7(),
            "claim_id": claim_pk,
            "article_id": keys.articles[item.article.slug],
            "exact": item.exact,
            "prefix": item.prefix[-200:],
            "suffix": item.suffix[:200],
            "start": item.start,
            "end": item.end,
            "paragraph": item.paragraph,
            "attribution": item.attribution[:200],
            "reported_id": keys.source(item.reported),
            "stance": item.stance.value,
            "anchor_state": AnchorState.SAME.value,
        }


def _replies(claim_pk: int, document: Record, keys: ForeignKeys) -> Iterator[bulk.Row]:
    for item in document.replies or ():
        yield {
            "uid": uuid7(),
            "claim_id": claim_pk,
            "asked_id": keys.source(item.asked),
            "asked_on": item.asked_on,
            "channel": item.channel[:100],
            "answered_on": item.answered_on,
            "answer": item.answer,
        }


def _translations(claim_pk: int, document: Record) -> Iterator[bulk.Row]:
    for item in document.translations or ():
        yield {
            "uid": uuid7(),
            "claim_id": claim_pk,
            "language": item.language,
            "summary": item.summary,
            "rationale": item.rationale,
            "of_sha256": words_sha256(document),
        }


def _evidence(claim_pk: int, document: Record, keys: ForeignKeys, reserved: Iterator[int]) -> list[bulk.Row]:
    """Return the rows of a claim's evidence, each under the key it will have, with the earlier item it traces to."""
    trails = document.trails
    pks = list(islice(reserved, len(trails)))
    return [
        {
            "id": pk,
            "uid": uuid7(),
            "claim_id": claim_pk,
            "title": item.title[:300],
            "url": item.url,
            "archived_url": item.archived_url,
            "publisher_id": keys.source(item.publisher),
            "published_on": item.published_on,
            "stance": item.stance.value,
            "excerpt": item.excerpt,
            "note": item.note,
            "reliability": item.reliability.value,
            "credibility": item.credibility.value,
            "origin_id": keys.source(named_source(trail.origin)) if trail.origin and not trail.repeats else None,
            "origin_evidence_id": pks[trail.repeats - 1] if trail.repeats else None,
        }
        for pk, item, trail in zip(pks, document.evidence, trails, strict=True)
    ]
