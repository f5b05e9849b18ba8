"""Batches of reviews by others: submitted by one person, approved by another, or taken back before that.

Approving decides; interchange/imports/waiting.py then publishes what was approved, block by block.
"""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from claims import record
from claims.models import Appearance, Batch, BatchItem, Claim, Evidence, Proposal, Publication
from claims.models.claims import OPEN_FOR_EDITING
from claims.record import build
from claims.vocabulary import ImportKind, ItemState, ProposalState
from claims.workflow import proposals
from claims.workflow.guards import NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


BLOCK = 1000  # claims handled at a time


@transaction.atomic
def submit(batch: Batch, *, by: User) -> Proposal:
    """Propose to publish what waits of a batch; raises WorkflowError."""
    require(by, "import_claim", "submit what was imported")
    _locked(batch)
    if not batch.waiting().exists():
        raise NotReadyError(["Nothing of it waits."])
    return proposals.submit_batch(batch, by=by)


@transaction.atomic
def drop(batch: Batch, *, by: User) -> int:
    """Delete what waits of a batch that nobody submitted, and return how much that was; raises WorkflowError."""
    require(by, "import_claim", "delete what was imported")
    _locked(batch)
    count, _ = batch.waiting().delete()
    return count


@transaction.atomic
def undo_drafts(batch: Batch, *, by: User) -> tuple[int, int]:
    """Delete the drafts of a batch that nobody touched; return how many, and how many were touched and stay."""
    require(by, "import_claim", "undo an import")
    uids = set(batch.items.filter(state=ItemState.DRAFTED).values_list("claim_uid", flat=True))
    made = Claim.objects.select_for_update(of=("self",)).filter(uid__in=uids)
    edits = Claim.history.filter(id=OuterRef("pk")).exclude(history_type="+")
    untouched = made.filter(~Exists(edits), status__in=OPEN_FOR_EDITING, version=1)
    for part in (Evidence, Appearance):
        untouched = untouched.filter(~Exists(part.history.filter(claim_id=OuterRef("pk"))))
    for name in ("proposals", "second_opinions", "relations_from", "relations_to", "suggestions"):
        untouched = untouched.filter(**{name: None})
    found = list(untouched.values_list("uid", flat=True))
    for part_of in batched(found, BLOCK, strict=False):
        Claim.objects.filter(uid__in=part_of).delete()
        batch.items.filter(claim_uid__in=part_of).delete()
    return len(found), batch.items.filter(state=ItemState.DRAFTED).count()


@transaction.atomic
def withdraw(batch: Batch, *, by: User, note: str) -> Proposal:
    """Propose to retract all that was published of a batch, with one note for readers; raises WorkflowError.

    The retractions wait as a batch of their own, which somebody else approves.
    """
    require(by, "import_claim", "withdraw what was imported")
    if not note.strip():
        raise NotReadyError(["Tell readers why, in the field “Public note”."])
    uids = list(batch.items.filter(state=ItemState.PUBLISHED).values_list("claim_uid", flat=True))
    withdrawal = Batch(by=by, kind=ImportKind.REVIEWS, file=batch.file, sha256=batch.sha256, is_into_empty=False)
    withdrawal.counts = {"withdrawn": len(uids)}
    withdrawal.save()
    number = 0
    for part in batched(uids, BLOCK, strict=False):
        rows = []
        for published in Publication.objects.current().of_claims(*part).reviews().order_by("sequence"):
            number += 1
            values = build.tombstone_of(record.parse(published.record), note.strip()).as_json()
            del values["published_at"]
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
        raise NotReadyError(["Nothing of it is published."])
    return proposals.submit_batch(withdrawal, by=by, note=note.strip())


def _locked(batch: Batch) -> None:
    """Lock a batch; raises WrongStateError where it was submitted."""
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.proposals.filter(state=ProposalState.WAITING).exists():
        raise WrongStateError("It awaits approval already.")
    if batch.is_approved:
        raise WrongStateError("It was approved already.")
