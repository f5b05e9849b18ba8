"""Public records into the database, in batches: claims, what they name, publications and their places in the chain.

Each batch is one transaction, so an import that is killed has whole claims only, and done again it
finds what is here and goes on. The same record twice changes nothing; a record that differs from
the one of its claim and number here is refused; nothing here is overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import batched
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.interchange.imports import working_rows
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.existing_state import DeskState, ExistingState, RefusedError, SameError
from claims.interchange.imports.foreign_keys import ForeignKeys
from claims.models import Batch, BatchItem, Claim, Proposal, Publication, bulk, locks
from claims.models.defaults import uuid7
from claims.outages import NotTakenError, all_or_nothing
from claims.record import Record, SourceRef, chain
from claims.record.canonical import record_hash, without_moment
from claims.record.chain import Version
from claims.text.addresses import former_slug_of_name
from claims.vocabulary import ImportKind, ItemState, Status

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
    is_cut: bool = False  # whether there is more in the file than was looked at

    @property
    def summary(self) -> str:
        """What was done, in a sentence."""
        counts = self.counts
        waiting, proposed, drafts = (counts[name] for name in ("waiting", "proposed", "drafts"))
        told = (
            (ngettext("%(count)s reviews wait for approval", "%(count)s reviews wait for approval", waiting), waiting),
            (ngettext("%(count)s await approval", "%(count)s await approval", proposed), proposed),
            (ngettext("%(count)s drafts", "%(count)s drafts", drafts), drafts),
        )
        done = [words % {"count": f"{count:,}"} for words, count in told if count]
        numbers = {name: f"{counts[name]:,}" for name in ("claims", "versions", "same", "refused", "warnings")}
        if counts["claims"] or counts["versions"] or not done:
            done.insert(0, _("%(claims)s claims and %(versions)s new versions added") % numbers)
        words = _("%(done)s; %(same)s already here; %(refused)s refused; %(warnings)s warnings.")
        return words % {"done": "; ".join(done), **numbers}

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
    former_uid: UUID | None = None  # under which imports until 2026-11-25 knew the same review
    draft: bulk.Row | None = None  # the columns of a row of our own work that a record does not have

    @property
    def draft_status(self) -> str:
        """Where the work on a draft stands, in words."""
        return str(Status(self.draft["status"]).label) if self.draft else ""


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
                        intake.refuse(placed.place, _("the database does not take it"), placed.record.slug)
                        keys = ForeignKeys()
            progress()
        if is_trial:
            transaction.set_rollback(True)


def _import_batch(batch: tuple[LocatedRecord, ...], intake: Intake, keys: ForeignKeys, importer: Importer) -> bool:
    """Take a batch in a transaction of its own; whether the database let it, with nothing changed or told if not."""
    problems: list[Problem] = []
    attempt = Intake(on_problem=problems.append)
    try:
        with all_or_nothing():
            locks.wait_for(locks.CHAIN)
            _add_batch(batch, attempt, keys, importer)
    except NotTakenError:
        return False
    intake.counts.update(attempt.counts)
    for problem in problems:
        intake.on_problem(problem)
    return True


def _add_batch(batch: tuple[LocatedRecord, ...], intake: Intake, keys: ForeignKeys, importer: Importer) -> None:
    if importer.kind == ImportKind.DRAFTS:
        _add_drafts(batch, intake, keys, importer)
        return
    found = _new(batch, intake, importer)
    if found.proposed and importer.by:
        keys.learn([version.record for version in found.proposed])
        _propose(found.proposed, keys, importer.by)
        intake.counts["proposed"] += len(found.proposed)
    if importer.batch:
        hold(importer.batch, found.waiting)
    intake.counts["waiting"] += len(found.waiting)
    documents = [version.record for version in found.new]
    write(found.new, keys)
    intake.counts["claims"] += sum(document.number == 1 for document in documents)
    intake.counts["versions"] += sum(document.number > 1 for document in documents)


def _add_drafts(batch: tuple[LocatedRecord, ...], intake: Intake, keys: ForeignKeys, importer: Importer) -> None:
    """Make claims of our own work, with nothing published."""
    uids = [placed.record.uid for placed in batch]
    known = set(Claim.objects.filter(uid__in=uids).values_list("uid", flat=True))
    new: dict[UUID, LocatedRecord] = {}
    for placed in batch:
        if placed.record.uid in known or placed.record.uid in new:
            intake.counts["same"] += 1
        else:
            new[placed.record.uid] = placed
    keys.learn([placed.record for placed in new.values()])
    rows = [(placed.record, placed.draft or {}) for placed in new.values()]
    if rows:
        working_rows.add(rows, keys, by=importer.by.pk if importer.by else None)
    if importer.batch:
        hold(importer.batch, [(placed.place, {"uid": str(uid)}, "") for uid, placed in new.items()], ItemState.DRAFTED)
    intake.counts["drafts"] += len(new)


def write(versions: Sequence[Version], keys: ForeignKeys) -> None:
    """Publish versions, with the working rows of their claims and of what they name. Call it inside a transaction."""
    documents = [version.record for version in versions]
    keys.learn(documents)
    newest = {document.uid: document for document in documents}
    working_rows.write_claims(list(newest.values()), keys)
    chain.append(versions, with_vectors=False)


@dataclass
class _Found:
    """What of some records is not here: to be added, to be proposed singly, and to wait with its batch."""

    new: list[Version] = field(default_factory=list)
    proposed: list[Version] = field(default_factory=list)
    waiting: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)


def _new(batch: tuple[LocatedRecord, ...], intake: Intake, importer: Importer) -> _Found:
    """Return what of some records may come in, and how; says of the rest why not."""
    found, batch = _Found(), _as_known(batch)
    desk = DeskState([placed.record for placed in batch], [placed.record.uid for placed in batch if placed.is_external])
    here = ExistingState([placed.record for placed in batch], desk.addresses)
    held = set()
    for item in BatchItem.objects.filter(claim_uid__in=[d.record.uid for d in batch], state=ItemState.WAITING):
        held.add(item.sha256)
        if importer.batch and item.batch_id == importer.batch.pk:
            here.expect(item.record, item.sha256)
            desk.standing[item.claim_uid] = item.record
    for placed in batch:
        try:
            document = desk.next_version(placed.record, here) if placed.is_external else placed.record
            version = Version.of(document, None if placed.is_external else placed.values)
            here.accept(document, version.digest)
            desk.refuse_worked_on(document)
            if placed.is_external:
                desk.standing[document.uid] = document.as_json()
            if importer.must_wait(document, here, is_external=placed.is_external):
                values = without_moment(document.as_json()) if placed.is_external else document.as_json()
                if (digest := record_hash(values)) in held:
                    raise SameError  # noqa: TRY301
                found.waiting.append((placed.place, values, digest))
            else:
                is_proposed = importer.must_propose(document, here)
                (found.proposed if is_proposed else found.new).append(version)
        except SameError:
            intake.counts["same"] += 1
        except RefusedError as refused:
            intake.refuse(placed.place, refused.reason, refused.value)
    return found


def _as_known(batch: tuple[LocatedRecord, ...]) -> tuple[LocatedRecord, ...]:
    """Return some records, those that stand here under the number they formerly had with that number and address."""
    formers = [placed.former_uid for placed in batch if placed.former_uid]
    rows = Publication.objects.current().of_claims(*formers)
    named = rows.values_list("claim_id", "slug", "claimant__slug")
    known: dict[Any, Any] = {uid: (slug, claimant) for uid, slug, claimant in named}
    return tuple(
        replace(placed, record=placed.record.model_copy(update={"uid": placed.former_uid, "slug": here[0]}))
        if (here := known.get(placed.former_uid)) and here[1] in _slugs_of(placed.record.claimant)
        else placed
        for placed in batch
    )


def _slugs_of(claimant: SourceRef | None) -> set[str | None]:
    """Return the address of a claimant, and that which it had until 2026-11-27."""
    return {claimant.slug, former_slug_of_name(claimant.name, "source")} if claimant else {None}


def hold(batch: Batch, items: Sequence[tuple[str, dict[str, Any], str]], state: ItemState = ItemState.WAITING) -> None:
    """Keep the items of a batch, given with their places, records and hashes; of a draft, that it was made."""
    last = batch.items.aggregate(last=Max("number"))["last"] or 0
    rows = [
        {
            "uid": uuid7(),
            "batch_id": batch.pk,
            "number": number,
            "place": place[:120],
            "record": orjson.dumps(values if state == ItemState.WAITING else {}).decode(),
            "sha256": digest,
            "claim_uid": UUID(values["uid"]),
            "state": state.value,
            "version": None,
            "reason": "",
        }
        for number, (place, values, digest) in enumerate(items, last + 1)
    ]
    bulk.insert(BatchItem, rows, has_keys=False)


def _propose(versions: list[Version], keys: ForeignKeys, by: User) -> None:
    """Let records that say this desk published them await the approval of somebody else than who brings them."""
    now = timezone.now()
    working_rows.write_claims([version.record for version in versions], keys)
    claims = Claim.objects.in_bulk([version.record.uid for version in versions], field_name="uid")
    pks = [claim.pk for claim in claims.values()]
    waits = {"status": Status.AWAITING_APPROVAL, "submitted_by": by, "submitted_at": now}
    Claim.objects.filter(pk__in=pks).update(**waits)
    proposals = []
    for version in versions:
        values = without_moment(version.record.as_json())
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
