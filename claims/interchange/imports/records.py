"""Public records into the database, in batches: claims, what they name, publications and their places in the chain.

Each batch is one transaction, so an import that is killed has whole claims only, and done again it
finds what is here and goes on. The same record twice changes nothing; a record that differs from
the one of its claim and number here is refused; nothing here is overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched, islice
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.utils import timezone

from claims.interchange.imports.batches import Importer
from claims.interchange.imports.existing_state import DeskState, ExistingState, RefusedError, SameError
from claims.interchange.imports.foreign_keys import ForeignKeys, named_source
from claims.models import Appearance, Claim, Evidence, Proposal, bulk, locks
from claims.models.defaults import uuid7
from claims.record import Record, chain
from claims.record.canonical import record_hash
from claims.record.chain import Version
from claims.vocabulary import SETTLED, AnchorState, Status

BATCH = 1000  # records


@dataclass(frozen=True)
class Problem:
    """What was not taken: where it stands in the file, why, and the value at fault."""

    place: str
    reason: str
    value: str = ""


@dataclass
class Intake:
    """What an import did so far; `on_problem` hears of each thing refused or to be looked at."""

    on_problem: Callable[[Problem], None]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def summary(self) -> str:
        """What was done, in a sentence."""
        counts = self.counts
        waiting = f" {counts['proposed']:,} await approval;" if counts["proposed"] else ""
        return (
            f"{counts['claims']:,} claims and {counts['versions']:,} new versions added;{waiting} {counts['same']:,}"
            f" already here; {counts['refused']:,} refused; {counts['warnings']:,} warnings."
        )

    def refuse(self, place: str, reason: str, value: str = "") -> None:
        self.counts["refused"] += 1
        self.on_problem(Problem(place, reason, value))


@dataclass(frozen=True)
class LocatedRecord:
    """A record with its place in the file it comes from.

    One made of a review elsewhere has no version of its own: it is the next one here if it says anything new.
    """

    place: str
    record: Record
    values: dict[str, Any] | None = None  # the record's JSON values, where they are known
    is_external: bool = False


def take(
    records: Iterable[LocatedRecord],
    intake: Intake,
    importer: Importer,
    *,
    progress: Callable[[], None] = lambda: None,
    is_trial: bool = False,
) -> None:
    """Add records in batches; a trial does all of it in one transaction and then undoes it."""
    keys = ForeignKeys()
    with transaction.atomic() if is_trial else nullcontext():
        for batch in batched(records, BATCH, strict=False):
            if not _import_batch(batch, intake, keys, importer):
                keys = ForeignKeys()  # what was undone is forgotten
                for placed in batch:
                    if not _import_batch((placed,), intake, keys, importer):
                        intake.refuse(placed.place, "the database does not take it", placed.record.slug)
                        keys = ForeignKeys()
            progress()
        if is_trial:
            transaction.set_rollback(True)


def _import_batch(batch: tuple[LocatedRecord, ...], intake: Intake, keys: ForeignKeys, importer: Importer) -> bool:
    """Take a batch in a transaction of its own; whether the database let it, with nothing changed or told if not."""
    problems: list[Problem] = []
    attempt = Intake(on_problem=problems.append)
    try:
        with transaction.atomic():
            locks.wait_for(locks.CHAIN)
            _add_batch(batch, attempt, keys, importer)
    except (DatabaseError, OverflowError):  # a number may be more than the database holds
        return False
    intake.counts.update(attempt.counts)
    for problem in problems:
        intake.on_problem(problem)
    return True


def _add_batch(batch: tuple[LocatedRecord, ...], intake: Intake, keys: ForeignKeys, importer: Importer) -> None:
    new, proposed = _new(batch, intake, importer)
    keys.learn([version.record for version in (*new, *proposed)])
    if proposed and importer.by:
        _propose(proposed, keys, importer.by)
        intake.counts["proposed"] += len(proposed)
    if not new:
        return
    documents = [version.record for version in new]
    newest = {document.uid: document for document in documents}
    _write_claims(list(newest.values()), keys)
    chain.append(new, with_vectors=False)
    intake.counts["claims"] += sum(document.number == 1 for document in documents)
    intake.counts["versions"] += sum(document.number > 1 for document in documents)


def _new(batch: tuple[LocatedRecord, ...], intake: Intake, importer: Importer) -> tuple[list[Version], list[Version]]:
    """Return the versions that are not here and may come in; and those that may only be proposed."""
    new: list[Version] = []
    proposed: list[Version] = []
    desk = DeskState([placed.record for placed in batch], [placed.record.uid for placed in batch if placed.is_external])
    here = ExistingState([placed.record for placed in batch], desk.addresses)
    for placed in batch:
        try:
            document = desk.next_version(placed.record, here) if placed.is_external else placed.record
            version = Version.of(document, None if placed.is_external else placed.values)
            here.accept(document, version.digest)
            desk.refuse_worked_on(document)
            if placed.is_external:
                desk.standing[document.uid] = document.as_json()
            is_proposed = importer.must_propose(document, here)
            (proposed if is_proposed else new).append(version)
        except SameError:
            intake.counts["same"] += 1
        except RefusedError as refused:
            intake.refuse(placed.place, refused.reason, refused.value)
    return new, proposed


def _propose(versions: list[Version], keys: ForeignKeys, by: User) -> None:
    """Let records that say this desk published them await the approval of somebody else than who brings them."""
    now = timezone.now()
    _write_claims([version.record for version in versions], keys)
    claims = Claim.objects.in_bulk([version.record.uid for version in versions], field_name="uid")
    pks = [claim.pk for claim in claims.values()]
    waits = {"status": Status.AWAITING_APPROVAL, "submitted_by": by, "submitted_at": now}
    Claim.objects.filter(pk__in=pks).update(**waits)
    proposals = []
    for version in versions:
        values = version.record.as_json()
        del values["published_at"]
        proposals.append(
            Proposal(
                claim=claims[version.record.uid],
                kind=version.record.kind,
                record=values,
                sha256=record_hash(values),
                proposed_by=by,
                proposed_at=now,
                message="Imported.",
            )
        )
    Proposal.objects.bulk_create(proposals)


def _write_claims(documents: list[Record], keys: ForeignKeys) -> None:
    """Make the working rows of claims that have none; of those that have one, only the status moves."""
    existing = set(Claim.objects.filter(uid__in=[document.uid for document in documents]).values_list("uid", flat=True))
    for status in SETTLED:
        moved = [d.uid for d in documents if d.uid in existing and _status(d) == status]
        if moved:
            Claim.objects.filter(uid__in=moved).exclude(status=status).update(status=status)
    new = [document for document in documents if document.uid not in existing]
    if not new:
        return
    pairs = list(zip(bulk.reserved_keys(Claim, len(new)), new, strict=True))
    claims = [{"id": pk, **_claim(document, keys)} for pk, document in pairs]
    bulk.insert(Claim, claims)
    bulk.insert(Claim.history.model, [_history(row) for row in claims], has_keys=False)
    _link(Claim.topics.through, "claim_id", "topic_id", _topic_links(pairs, keys))
    appearances = [row for pk, document in pairs for row in _appearances(pk, document, keys)]
    bulk.insert(Appearance, appearances, has_keys=False)
    reserved = iter(bulk.reserved_keys(Evidence, sum(len(document.evidence) for document in new)))
    evidence = [row for pk, document in pairs for row in _evidence(pk, document, keys, reserved)]
    bulk.insert(Evidence, sorted(evidence, key=lambda row: row["origin_evidence_id"] is not None))


def _status(document: Record) -> Status:
    return Status.RETRACTED if document.is_retraction else Status.PUBLISHED


def _claim(document: Record, keys: ForeignKeys) -> bulk.Row:
    return {
        "uid": document.uid,
        "slug": document.slug,
        "statement": document.statement,
        "claimant_id": keys.source(document.claimant),
        "made_on": document.made_on,
        "made_on_precision": document.made_on_precision.value,
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
        "due_on": None,
        "version": 1,
        "created": document.published_at,
        "modified": document.published_at,
    }


def _history(row: bulk.Row) -> bulk.Row:
    of_the_save = {"history_date": row["modified"], "history_type": "+", "history_user_id": None}
    return {**row, **of_the_save, "history_change_reason": "Imported"}


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
            "stance": item.stance.value,
            "anchor_state": AnchorState.SAME.value,
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
