"""Who may change what, when; and how a refusal is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from claims.evidence_rules.origins import circular
from claims.models import Claim, Publication
from claims.models.claims import OPEN_FOR_EDITING
from claims.vocabulary import VERDICTS_WITHOUT_EVIDENCE, Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class WorkflowError(Exception):
    """A step may not be taken; the message says why and what to do."""

    @property
    def messages(self) -> list[str]:
        """The same, as a ValidationError has it."""
        return [str(self)]


class NotPermittedError(WorkflowError):
    """The user may not take this step."""


class WrongStateError(WorkflowError):
    """The claim is not in a state this step starts from."""


class NotReadyError(WorkflowError):
    """The claim lacks what the step asks for; `missing` lists it."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(_("Not ready: %(missing)s") % {"missing": " ".join(missing)})
        self.missing = missing


class StaleClaimError(WorkflowError):
    """Somebody saved the claim after the user opened it."""


def require(by: User, permission: str, refusal: str) -> None:
    """Raise NotPermittedError, in the words of `refusal`, unless the user has a permission of ours."""
    if not by.has_perm(f"claims.{permission}"):
        raise NotPermittedError(refusal)


def editing_refusal(claim: Claim, user: User | AnonymousUser) -> str:
    """Return why the user may not edit the claim's content now, or "" when they may."""
    if not user.has_perm("claims.change_claim"):
        return _("Your role does not edit claims.")
    if claim.status not in OPEN_FOR_EDITING:
        return {
            Status.AWAITING_APPROVAL: _("This claim is awaiting approval. To edit it, send it back to review."),
            Status.PUBLISHED: _("This claim is published: reopen it for re-check to edit it."),
            Status.RETRACTED: _("This claim was retracted and is closed."),
            Status.MERGED: _("This claim was merged into another, which stands for it."),
            Status.DROPPED: _("This claim was dropped: take it up again to edit it."),
        }[Status(claim.status)]
    if claim.status != Status.DRAFT and not user.has_perm("claims.review_claim"):
        return _("This claim is in review: editors work on it now.")
    return ""


def missing_for_review(claim: Claim) -> list[str]:
    """Return what the claim lacks to be submitted, as sentences that name the field."""
    missing = []
    if Publication.objects.at_address_of_another(claim.slug, claim.uid).exists():
        missing.append(_("Choose another address: this one is another published claim’s."))
    if not claim.verdict:
        missing.append(_("Choose a verdict."))
    if not claim.summary.strip():
        missing.append(_("Write a summary."))
    if not claim.rationale.strip():
        missing.append(_("Write a rationale."))
    repeated = dict(claim.evidence.values_list("pk", "origin_evidence"))
    if claim.verdict not in VERDICTS_WITHOUT_EVIDENCE and not repeated:
        missing.append(_("Add evidence, or choose the verdict unproven or not checkable."))
    if any(circular(repeated)):
        missing.append(_("Evidence traces to itself: say which item is the first."))
    return missing
