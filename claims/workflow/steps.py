"""The steps of a claim from draft to published, corrected or retracted.

Each step is a row of one table and one transaction: permission, guard, change, history, publication.
All take the claim, `by` (the user who acts), `reason` (private, kept in the history) and the `version`
the user saw; steps that submit take the public `note`, approving takes the seal of the `proposal` that was
read. They return the claim as it then stands and raise a WorkflowError, with nothing changed, when the
step may not be taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.record import build
from claims.vocabulary import PublicationKind, Status
from claims.workflow import proposals, signing
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
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Given:
    """What comes with a step: a private reason, a public note, and the seal of the proposal that was read."""

    reason: str = ""
    note: str = ""
    proposal: str = ""


type Effect = Callable[[Claim, User, Given], None]


@dataclass(frozen=True)
class Step:
    """One step of the workflow as the desk offers it."""

    name: str
    words: str  # what it is called, as the history keeps it
    permission: str
    starts: frozenset[str]
    ends: Status
    reason: StrOrPromise = ""  # what the private reason says, where one must be given
    note: StrOrPromise = ""  # what the public note says, where one must be given
    takes_note: bool = False  # whether a public note may go along
    needs_review: bool = False  # whether the review must be finished
    tells: StrOrPromise = ""  # what it does, for the page that asks once more; empty where it is simply taken
    is_final: bool = False  # whether nothing takes it back
    effect: Effect | None = None  # what else it does to the locked claim

    @property
    def label(self) -> str:
        """What it is called in the user's language."""
        return gettext(self.words)

    def is_open_to(self, user: User | AnonymousUser, claim: Claim) -> bool:
        """Whether to offer the step: permission, state, and the rules on who and what went before."""
        return self.why_not(user, claim) is None

    def why_not(self, user: User | AnonymousUser, claim: Claim) -> WorkflowError | None:
        """Return what keeps the user from taking the step on a claim as it stands, or None."""
        return self.closed_to(user, claim) or _refusal(self.name, claim, user)

    def closed_to(self, user: User | AnonymousUser, claim: Claim) -> WorkflowError | None:
        """Return the same of the user's role and the claim's state alone."""
        if not user.has_perm(f"claims.{self.permission}"):
            return NotPermittedError(gettext("Your role may not do this: %(step)s.") % {"step": self.label.lower()})
        if claim.status not in self.starts:
            words = gettext("“%(step)s” is not possible: the claim is %(status)s now.")
            return WrongStateError(words % {"step": self.label, "status": claim.get_status_display().lower()})
        return None


def _submit(claim: Claim, by: User, given: Given, kind: PublicationKind | None = None) -> None:
    now = timezone.now()
    claim.submitted_by, claim.submitted_at = by, now
    kind = kind or build.kind_of(claim, build.current_of(claim))
    proposals.submit(claim, by=by, at=now, kind=kind, note=given.note, message=given.reason)


def _approve(claim: Claim, by: User, given: Given) -> None:
    signed = signing.sign(proposals.waiting(claim), by=by, seal=given.proposal)
    if signed.kind == PublicationKind.RETRACTION:
        claim.status = Status.RETRACTED


def _send_back(claim: Claim, by: User, given: Given) -> None:
    claim.assigned_to = claim.submitted_by
    signing.send_back(proposals.waiting(claim), by=by, answer=given.reason)


def _start_review(claim: Claim, by: User, given: Given) -> None:
    claim.assigned_to = by


def _take_up(claim: Claim, by: User, given: Given) -> None:
    claim.merged_into = None


_DRAFT, _IN_REVIEW, _PUBLISHED = (frozenset({s}) for s in (Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED))
_AWAITING, _DROPPED = frozenset({Status.AWAITING_APPROVAL}), frozenset({Status.DROPPED})

STEPS = {
    step.name: step
    for step in (
        Step(
            "start_review", gettext_noop("Start review"), "review_claim", _DRAFT, Status.IN_REVIEW,
            effect=_start_review,
        ),
        Step(
            "submit", gettext_noop("Submit for approval"), "submit_claim", _IN_REVIEW, Status.AWAITING_APPROVAL,
            takes_note=True, needs_review=True, effect=_submit,
            tells=_("A colleague approves exactly this version; later edits are not included."),
        ),
        Step(
            "correct", gettext_noop("Submit as correction"), "submit_claim", _IN_REVIEW, Status.AWAITING_APPROVAL,
            note=_("what was wrong"), takes_note=True, needs_review=True,
            effect=partial(_submit, kind=PublicationKind.CORRECTION),
            tells=_("A colleague approves exactly this version. Readers are then told what was wrong."),
        ),
        Step(
            "approve", gettext_noop("Approve and publish"), "approve_claim", _AWAITING, Status.PUBLISHED,
            tells=_(
                "Readers see it at once. Every version stays in the record: a mistake is corrected, never removed."
            ),
            effect=_approve, is_final=True,
        ),
        Step(
            "send_back", gettext_noop("Send back to review"), "submit_claim", _AWAITING, Status.IN_REVIEW,
            reason=_("what is to be done"), effect=_send_back,
            tells=_("It goes back to whoever submitted it, with your message."),
        ),
        Step(
            "return_to_draft", gettext_noop("Return to draft"), "review_claim", _IN_REVIEW, Status.DRAFT,
            reason=_("what is to be done"), tells=_("It is a draft again."),
        ),
        Step(
            "recheck", gettext_noop("Reopen for re-check"), "review_claim", _PUBLISHED, Status.IN_REVIEW,
            reason=_("why it is checked again"),
            tells=_("Readers see at once that it is being re-checked, until it is published again or retracted."),
        ),
        Step(
            "retract", gettext_noop("Propose to retract"), "submit_claim", _PUBLISHED | _IN_REVIEW,
            Status.AWAITING_APPROVAL, note=_("why it is taken back"), takes_note=True,
            effect=partial(_submit, kind=PublicationKind.RETRACTION),
            tells=_("Once somebody else approves, the verdict is taken back for good: readers see this instead."),
            is_final=True,
        ),
        Step(
            "drop", gettext_noop("Drop"), "change_claim", _DRAFT | _IN_REVIEW, Status.DROPPED,
            reason=_("why it is dropped"),
            tells=_("It leaves every queue and keeps its history. It can be taken up again."),
        ),
        Step("take_up", gettext_noop("Take up again"), "change_claim", _DROPPED, Status.DRAFT, effect=_take_up),
    )
}  # fmt: skip


@transaction.atomic
def take(
    name: str,
    claim: Claim,
    *,
    by: User,
    reason: str = "",
    note: str = "",
    proposal: str = "",
    version: int | None = None,
) -> Claim:
    """Take the step of that name; raises WorkflowError when there is none, or when it may not be taken."""
    if name not in STEPS:
        raise WorkflowError(gettext("There is no step “%(name)s”.") % {"name": name})
    step = STEPS[name]
    locked: Claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    if refusal := step.closed_to(by, locked):
        raise refusal
    if version is not None and version != locked.version:
        raise StaleClaimError(gettext("Somebody changed this claim after you opened it: read it again first."))
    if step.reason and not reason.strip():
        raise NotReadyError([gettext("Say %(what)s, in the message to colleagues.") % {"what": step.reason}])
    if step.note and not note.strip():
        raise NotReadyError([gettext("Tell readers %(what)s, in the public note.") % {"what": step.note}])
    if refusal := _refusal(name, locked, by):
        raise refusal
    if step.needs_review and (missing := missing_for_review(locked)):
        raise NotReadyError(missing)
    locked.move_to(step.ends)
    locked.version += 1
    if step.effect:
        step.effect(locked, by, Given(reason, note, proposal))
    locked.save_by(by, f"{step.words}: {reason}" if reason else step.words)
    return locked


def steps_open_to(user: User, claim: Claim) -> list[Step]:
    """Return the steps to offer a user on a claim, in order."""
    return [step for step in STEPS.values() if step.is_open_to(user, claim)]


def _refusal(name: str, claim: Claim, by: User | AnonymousUser) -> WorkflowError | None:
    """Return the rule about who acts and what was published before that forbids a step, or None."""
    if name == "approve" and claim.submitted_by_id == by.pk:
        return NotPermittedError(gettext("You submitted this: somebody else has to decide on it."))
    if name in {"drop", "take_up"} and not (by.has_perm("claims.review_claim") or _is_own(claim, by)):
        return NotPermittedError(gettext("Your role drops and takes up drafts that are assigned to you."))
    if name not in {"submit", "correct", "retract", "return_to_draft", "drop"}:
        return None
    current = build.current_of(claim)
    if name == "submit" and build.kind_of(claim, current) == PublicationKind.CORRECTION:
        return NotReadyError([gettext("The verdict differs from the published one: submit it as a correction.")])
    if name in {"correct", "retract"} and current is None:
        return WrongStateError(gettext("Nothing of this claim was published yet."))
    if name == "drop" and current is not None:
        return WrongStateError(gettext("What was published is retracted, never dropped."))
    if name == "return_to_draft" and current is not None:
        return WrongStateError(gettext("A published claim stays in review until it is published again or retracted."))
    return None


def _is_own(claim: Claim, by: User | AnonymousUser) -> bool:
    """Whether a claim is the user's own work, that no editor has begun to review."""
    return claim.assigned_to_id == by.pk and claim.status in {Status.DRAFT, Status.DROPPED}
