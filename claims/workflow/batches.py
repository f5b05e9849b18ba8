"""Batches of reviews by others: submitted by one person, approved by another, or taken back before that.

Approving decides; interchange/imports/waiting.py then publishes what was approved, block by block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from claims.models import Batch, Proposal
from claims.vocabulary import ProposalState
from claims.workflow import proposals
from claims.workflow.guards import NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


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


def _locked(batch: Batch) -> None:
    """Lock a batch; raises WrongStateError where it was submitted."""
    Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.proposals.filter(state=ProposalState.WAITING).exists():
        raise WrongStateError("It awaits approval already.")
    if batch.is_approved:
        raise WrongStateError("It was approved already.")
