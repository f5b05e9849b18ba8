"""The steps of a claim from draft to published, corrected or retracted.

Each step is a row of one table and one transaction: permission, guard, change, history, publication.
All take the claim, `by` (the user who acts), `reason` (kept in the private history; for steps
that publish it is the public note) and the `version` the user saw. They return the claim as it
then stands and raise a WorkflowError, with nothing changed, when the step may not be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from claims.models import Claim, Publication
from claims.record import build, chain
from claims.vocabulary import PublicationKind, Status
from claims.workflow.guards import (
    NotPermittedError,
    NotReadyError,
    StaleClaimError,
    WorkflowError,
    WrongStateError,
    missing_for_review,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


@dataclass(frozen=True)
class Step:
    """One step of the workflow as the desk offers it."""

    name: str
    label: str
    permission: str
    starts: frozenset[str]
    ends: Status
    asks: str = ""  # what `reason` is for, where it must be given
    optional: str = ""  # what `reason` is for, where it may be left out
    needs_review: bool = False  # whether the review must be finished
    effect: Callable[[Claim, User, str], None] | None = (
        None  # what else it does to the locked claim: (claim, by, reason)
    )

    def is_open_to(self, user: User | AnonymousUser, claim: Claim) -> bool:
        """Whether to offer the step: permission, state, and the rules on who and what went before."""
        return (
            claim.status in self.starts
            and user.has_perm(f"claims.{self.permission}")
            and _refusal(self.name, claim, user) is None
        )


def _remember(claim: Claim, by: User, reason: str) -> None:
    claim.submitted_by, claim.submitted_at = by, timezone.now()


def _publish(claim: Claim, by: User, note: str, kind: PublicationKind) -> None:
    previous = _current(claim)
    number = previous.number + 1 if previous else 1
    document = build.record_of(claim, kind=kind, note=note.strip(), number=number)
    chain.append([chain.Version.of(document, submitted_by=claim.submitted_by_id, approved_by=by.pk)])


def _publish_review(claim: Claim, by: User, note: str) -> None:
    """Publish as the original, or as an update that keeps the verdict."""
    _publish(claim, by, note, PublicationKind.UPDATE if _current(claim) else PublicationKind.ORIGINAL)


_DRAFT, _IN_REVIEW, _PUBLISHED = (frozenset({s}) for s in (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED))
_AWAITING = frozenset({Status.AWAITING_APPROVAL})

STEPS = {
    step.name: step
    for step in (
        Step("start_review", "Start review", "review_claim", _DRAFT, Status.IN_REVIEW),
        Step(
            "submit", "Submit for approval", "submit_claim", _IN_REVIEW, Status.AWAITING_APPROVAL,
            optional="Message to the approver", needs_review=True, effect=_remember,
        ),
        Step(
            "approve", "Approve and publish", "approve_claim", _AWAITING, Status.PUBLISHED,
            optional="Public note", needs_review=True, effect=_publish_review,
        ),
        Step(
            "correct", "Publish as correction", "correct_claim", _AWAITING, Status.PUBLISHED,
            asks="Public correction note", needs_review=True, effect=partial(_publish, kind=PublicationKind.CORRECTION),
        ),
        Step("send_back", "Send back to review", "submit_claim", _AWAITING, Status.IN_REVIEW, asks="Reason"),
        Step("return_to_draft", "Return to draft", "review_claim", _IN_REVIEW, Status.DRAFT, asks="Reason"),
        Step("recheck", "Reopen for re-check", "review_claim", _PUBLISHED, Status.IN_REVIEW, asks="Reason"),
        Step(
            "retract", "Retract", "retract_claim", _PUBLISHED | _IN_REVIEW | _AWAITING, Status.RETRACTED,
            asks="Public reason for the retraction", effect=partial(_publish, kind=PublicationKind.RETRACTION),
        ),
    )
}  # fmt: skip


@transaction.atomic
def take(name: str, claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Take the step of that name; raises WorkflowError when there is none, or when it may not be taken."""
    if name not in STEPS:
        raise WorkflowError(f"There is no step “{name}”.")
    step = STEPS[name]
    if not by.has_perm(f"claims.{step.permission}"):
        raise NotPermittedError(f"Your role may not do this: {step.label.lower()}.")
    locked: Claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if locked.status not in step.starts:
        raise WrongStateError(
            f"“{step.label}” is not possible: the claim is {locked.get_status_display().lower()} now."
        )
    if version is not None and version != locked.version:
        raise StaleClaimError("Somebody changed this claim after you opened it: read it again first.")
    if step.asks and not reason.strip():
        raise NotReadyError([f"{step.asks}: write it in the field beside the buttons."])
    if refusal := _refusal(name, locked, by):
        raise refusal
    if step.needs_review and (missing := missing_for_review(locked)):
        raise NotReadyError(missing)
    locked.status = step.ends
    locked.version += 1
    if step.effect:
        step.effect(locked, by, reason)
    locked.save_by(by, f"{step.label}: {reason}" if reason else step.label)
    return locked


start_review = partial(take, "start_review")
submit = partial(take, "submit")
approve = partial(take, "approve")
correct = partial(take, "correct")
send_back = partial(take, "send_back")
return_to_draft = partial(take, "return_to_draft")
recheck = partial(take, "recheck")
retract = partial(take, "retract")


def steps_open_to(user: User, claim: Claim) -> list[Step]:
    """Return the steps to offer a user on a claim, in order."""
    return [step for step in STEPS.values() if step.is_open_to(user, claim)]


def _refusal(name: str, claim: Claim, by: User | AnonymousUser) -> WorkflowError | None:
    """Return the rule about who acts and what was published before that forbids a step, or None."""
    publishes = name in {"approve", "correct", "retract"}
    if publishes and claim.submitted_by_id == by.pk:
        return NotPermittedError("You submitted this review: somebody else has to decide on it.")
    if name == "approve" and (current := _current(claim)) and current.verdict != claim.verdict:
        return NotReadyError(["The verdict differs from the published one: publish it as a correction."])
    if name in {"correct", "retract"} and _current(claim) is None:
        return WrongStateError("Nothing of this claim was published yet.")
    if name == "return_to_draft" and _current(claim) is not None:
        return WrongStateError("A published claim stays in review until it is published again or retracted.")
    return None


def _current(claim: Claim) -> Publication | None:
    return Publication.objects.current().of_claims(claim.uid).first()
