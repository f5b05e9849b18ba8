"""The steps of a claim from draft to published, corrected or retracted.

Each step is one function and one transaction: permission, guard, change, history, publication.
All take the claim, `by` (the user who acts), `reason` (kept in the private history; for steps
that publish it is the public note) and the `version` the user saw. They return the claim as it
then stands and raise a WorkflowError, with nothing changed, when the step may not be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from claims.models import Claim, Publication
from claims.record import build, chain
from claims.vocabulary import PublicationKind, Status
from claims.workflow.rules import (
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

    def is_open_to(self, user: User | AnonymousUser, claim: Claim) -> bool:
        """Whether to offer the step: permission, state, and the rules on who and what went before."""
        return (
            claim.status in self.starts
            and user.has_perm(f"claims.{self.permission}")
            and _refusal(self.name, claim, user) is None
        )


STEPS = {
    step.name: step
    for step in (
        Step("start_review", "Start review", "review_claim", frozenset({Status.DRAFT}), Status.IN_REVIEW),
        Step(
            "submit",
            "Submit for approval",
            "submit_claim",
            frozenset({Status.IN_REVIEW}),
            Status.AWAITING_APPROVAL,
            optional="Message to the approver",
        ),
        Step(
            "approve",
            "Approve and publish",
            "approve_claim",
            frozenset({Status.AWAITING_APPROVAL}),
            Status.PUBLISHED,
            optional="Public note",
        ),
        Step(
            "correct",
            "Publish as correction",
            "correct_claim",
            frozenset({Status.AWAITING_APPROVAL}),
            Status.PUBLISHED,
            asks="Public correction note",
        ),
        Step(
            "send_back",
            "Send back to review",
            "submit_claim",
            frozenset({Status.AWAITING_APPROVAL}),
            Status.IN_REVIEW,
            asks="Reason",
        ),
        Step(
            "return_to_draft",
            "Return to draft",
            "review_claim",
            frozenset({Status.IN_REVIEW}),
            Status.DRAFT,
            asks="Reason",
        ),
        Step(
            "recheck",
            "Reopen for re-check",
            "review_claim",
            frozenset({Status.PUBLISHED}),
            Status.IN_REVIEW,
            asks="Reason",
        ),
        Step(
            "retract",
            "Retract",
            "retract_claim",
            frozenset({Status.PUBLISHED, Status.IN_REVIEW, Status.AWAITING_APPROVAL}),
            Status.RETRACTED,
            asks="Public reason for the retraction",
        ),
    )
}


def start_review(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Take a draft into review."""
    return _take("start_review", claim, by, reason, version)


def submit(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Hand a finished review to somebody else for approval; raises NotReadyError when it is not finished."""

    def remember(locked: Claim) -> None:
        locked.submitted_by, locked.submitted_at = by, timezone.now()

    return _take("submit", claim, by, reason, version, remember)


def approve(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Publish the review: as the original, or as an update that keeps the verdict."""

    def publish(locked: Claim) -> None:
        previous = _current(locked)
        kind = PublicationKind.UPDATE if previous else PublicationKind.ORIGINAL
        _publish(locked, kind, note=reason, by=by, previous=previous)

    return _take("approve", claim, by, reason, version, publish)


def correct(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Publish the review as a correction of what was published; the reason is the public note."""

    def publish(locked: Claim) -> None:
        _publish(locked, PublicationKind.CORRECTION, note=reason, by=by, previous=_current(locked))

    return _take("correct", claim, by, reason, version, publish)


def send_back(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Return a submitted review for more work."""
    return _take("send_back", claim, by, reason, version)


def return_to_draft(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Return a claim that was never published from review to draft."""
    return _take("return_to_draft", claim, by, reason, version)


def recheck(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Reopen a published claim; the public record stands, marked as being re-checked."""
    return _take("recheck", claim, by, reason, version)


def retract(claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Replace what was published by a tombstone with the public reason. There is no way back."""

    def publish(locked: Claim) -> None:
        _publish(locked, PublicationKind.RETRACTION, note=reason, by=by, previous=_current(locked))

    return _take("retract", claim, by, reason, version, publish)


def take(name: str, claim: Claim, *, by: User, reason: str = "", version: int | None = None) -> Claim:
    """Take the step of that name; raises WorkflowError when there is none."""
    functions: dict[str, Callable[..., Claim]] = {
        function.__name__: function
        for function in (start_review, submit, approve, correct, send_back, return_to_draft, recheck, retract)
    }
    if name not in functions:
        raise WorkflowError(f"There is no step “{name}”.")
    return functions[name](claim, by=by, reason=reason, version=version)


def steps_open_to(user: User, claim: Claim) -> list[Step]:
    """Return the steps to offer a user on a claim, in order."""
    return [step for step in STEPS.values() if step.is_open_to(user, claim)]


@transaction.atomic
def _take(
    name: str,
    claim: Claim,
    by: User,
    reason: str,
    version: int | None,
    effect: Callable[[Claim], None] | None = None,
) -> Claim:
    step = STEPS[name]
    if not by.has_perm(f"claims.{step.permission}"):
        raise NotPermittedError(f"Your role may not do this: {step.label.lower()}.")
    locked = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if locked.status not in step.starts:
        raise WrongStateError(
            f"“{step.label}” is not possible: the claim is {locked.get_status_display().lower()} now."
        )
    if version is not None and version != locked.version:
        raise StaleClaimError("Somebody changed this claim after you opened it: read it again first.")
    if step.asks and not reason.strip():
        raise NotReadyError([f"{step.asks}: write it in the field beside the buttons."])
    refusal = _refusal(name, locked, by)
    if refusal is not None:
        raise refusal
    if name in {"submit", "approve", "correct"} and (missing := missing_for_review(locked)):
        raise NotReadyError(missing)
    locked.status = step.ends
    locked.version += 1
    if effect:
        effect(locked)
    locked.save_by(by, f"{step.label}: {reason}" if reason else step.label)
    return locked


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
    return Publication.objects.current().filter(claim_id=claim.uid).first()


def _publish(claim: Claim, kind: PublicationKind, *, note: str, by: User, previous: Publication | None) -> None:
    number = previous.number + 1 if previous else 1
    document = build.record_of(claim, kind=kind, note=note.strip(), number=number)
    chain.append([chain.Version.of(document, submitted_by=claim.submitted_by_id, approved_by=by.pk)])
