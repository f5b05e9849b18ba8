"""Batches of reviews by others: submitted by one person, approved by another, or taken back before that.

Approving (`cards.approve`) decides; interchange/imports/waiting.py then publishes what was approved, block by block.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from claims import record
from claims.models import CLAIM_PARTS, Batch, BatchItem, Claim, Proposal, Publication
from claims.models.claims import OPEN_FOR_EDITING
from claims.record import build
from claims.record.canonical import without_moment
from claims.vocabulary import ImportKind, ItemState, ProposalState
from claims.workflow import proposals
from claims.workflow.guards import NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


BLOCK = 1000  # claims handled at a time


@transaction.atomic
def submit(batch: Batch, *, by: User) -> Proposal:
    """Propose to publish what waits of a batch; raises WorkflowError."""
    require(by, "import_claim", _("Your role may not submit what was imported."))
    locked = _locked(batch)
    if not locked.waiting().exists():
        raise NotReadyError([_("Nothing of it waits.")])
    if not locked.counts:
        raise NotReadyError([_("The import was not finished: bring the file in again first, then submit.")])
    return proposals.submit_batch(batch, by=by)


@transaction.atomic
def drop(batch: Batch, *, by: User) -> int:
    """Delete what waits of a batch that nobody submitted, and return how much that was; raises WorkflowError."""
    require(by, "import_claim", _("Your role may not delete what was imported."))
    _locked(batch)
    return batch.waiting().delete()[0]


@transaction.atomic
def undo_drafts(batch: Batch, *, by: User) -> tuple[int, int]:
    """Delete the drafts of a batch that nobody touched; return how many, and how many were touched and stay."""
    require(by, "import_claim", _("Your role may not undo an import."))
    count = 0
    drafted = batch.items.filter(state=ItemState.DRAFTED).order_by("number")
    for part in batched(drafted.values_list("claim_uid", flat=True), BLOCK, strict=False):
        found = list(_untouched(part).values_list("uid", flat=True))
        Claim.objects.filter(uid__in=found).delete()
        batch.items.filter(claim_uid__in=found).delete()
        count += len(found)
    return count, batch.items.filter(state=ItemState.DRAFTED).count()


def _untouched(uids: Iterable[UUID | None]) -> QuerySet[Claim]:
    """Return, locked, those of some claims that are as they came in."""
    edits = Claim.history.filter(id=OuterRef("pk")).exclude(history_type="+")
    made: QuerySet[Claim] = Claim.objects.select_for_update(of=("self",)).filter(
        ~Exists(edits), uid__in=list(uids), status__in=OPEN_FOR_EDITING, version=1
    )
    for part, owner in CLAIM_PARTS.items():
        made = made.filter(~Exists(part.history.filter(**{owner: OuterRef("pk")})))
    for name in ("proposals", "second_opinions", "relations_to", "suggestions", "comments"):
        made = made.filter(**{name: None})
    return made


@transaction.atomic
def withdraw(batch: Batch, *, by: User, note: str) -> Proposal:
    """Propose to retract all that was published of a batch, with one note for readers; raises WorkflowError.

    The retractions wait as a batch of their own, which somebody else approves.
    """
    require(by, "import_claim", _("Your role may not withdraw what was imported."))
    if not note.strip():
        raise NotReadyError([_("Tell readers why, in the field “Public note”.")])
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if refusal := withdrawal_refusal(batch):
        raise WrongStateError(refusal)
    withdrawal = Batch(by=by, kind=ImportKind.REVIEWS, file=batch.file, sha256=batch.sha256, is_into_empty=False)
    withdrawal.takes_back = batch
    withdrawal.save()
    number = 0
    brought = batch.items.filter(state=ItemState.PUBLISHED).order_by("number").values_list("claim_uid", "version")
    for part in batched(brought, BLOCK, strict=False):
        versions = dict(part)
        rows = []
        for published in Publication.objects.current().of_claims(*versions).reviews().order_by("sequence"):
            if published.number != versions[published.claim_id]:
                continue  # another version stands, which this batch did not bring
            number += 1
            values = without_moment(build.tombstone_of(record.parse(published.record), note.strip()).as_json())
            rows.append(
                BatchItem(
                    batch=withdrawal,
                    number=number,
                    place=f"place {published.sequence} in the chain",
                    record=values,
                    sha256=record.record_hash(values),
                    claim_uid=published.claim_id,
                )
            )
        BatchItem.objects.bulk_create(rows)
    if not number:
        raise NotReadyError([_("Nothing of it stands any more.")])
    withdrawal.counts = {"waiting": number}
    withdrawal.save()
    return proposals.submit_batch(withdrawal, by=by, note=note.strip())


def withdrawal_refusal(batch: Batch) -> str:
    """Return why what was published of a batch may not be withdrawn, or ""."""
    if batch.takes_back:
        return _("This takes back another batch: it is not withdrawn itself.")
    if any(not is_sent_back(other) for other in batch.withdrawals.all()):
        return _("That it is withdrawn was proposed already.")
    return ""


def submission_refusal(batch: Batch) -> str:
    """Return why what waits of a batch may be neither submitted nor deleted, or ""."""
    if batch.proposals.filter(state=ProposalState.WAITING).exists():
        return _("It awaits approval already.")
    return _("It was approved already.") if batch.is_approved else ""


def is_sent_back(batch: Batch) -> bool:
    """Whether the newest proposal of a batch was sent or taken back."""
    newest = batch.proposals.first()
    return newest is not None and newest.state == ProposalState.SENT_BACK


def _locked(batch: Batch) -> Batch:
    """Return a batch locked; raises WrongStateError where it was submitted."""
    locked: Batch = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if refusal := submission_refusal(locked):
        raise WrongStateError(refusal)
    return locked
