"""Second opinions: an approver's verdict on a submission, recorded before they see the editor's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncMonth, TruncQuarter, TruncYear
from django.utils.translation import gettext as _

from claims.evidence_rules.agreement import Agreement, agreement
from claims.models import Claim, SecondOpinion
from claims.vocabulary import Status
from claims.workflow import drafts
from claims.workflow.guards import NotPermittedError, NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User

PERIODS = {"month": TruncMonth, "quarter": TruncQuarter, "year": TruncYear}
MAX_PERIODS = 60  # the newest are shown


def is_blind(user: User | AnonymousUser, claim: Claim) -> bool:
    """Whether the user may decide on this submission and has not yet been shown the review."""
    return is_hidden(user, claim) and Claim.objects.filter(pk=claim.pk).to_judge().exists()


def is_hidden(user: User | AnonymousUser, claim: Claim) -> bool:
    """Whether the review is not for the user to see: they are to judge it blind, now or when it is submitted anew."""
    is_submitted = claim.status == Status.AWAITING_APPROVAL
    return is_submitted and Claim.objects.unseen_by(user).filter(pk=claim.pk).exists()


def give_opinion(claim: Claim, *, by: User, verdict: str, confidence: int | None, note: str = "") -> SecondOpinion:
    """Record what the user concludes from the evidence alone, beside the editor's conclusion."""
    if not verdict:
        raise NotReadyError([_("Choose a verdict, or read the review without giving an opinion.")])
    return _record(claim, by, verdict=verdict, confidence=confidence, note=note)


def read_review(claim: Claim, *, by: User) -> SecondOpinion:
    """Record that the user reads the review without an opinion of their own first."""
    return _record(claim, by, verdict="", confidence=None, note="")


@transaction.atomic
def _record(claim: Claim, by: User, *, verdict: str, confidence: int | None, note: str) -> SecondOpinion:
    require(by, "add_secondopinion", _("Your role may not give second opinions."))
    locked = drafts.lock(claim)
    if locked.status != Status.AWAITING_APPROVAL:
        raise WrongStateError(_("The claim is %(status)s now.") % {"status": locked.get_status_display().lower()})
    if locked.submitted_by_id == by.pk:
        raise NotPermittedError(_("You submitted this review: a second opinion is somebody else’s."))
    if not is_blind(by, locked):
        raise WrongStateError(_("You have seen this review: your opinion on it would not be blind."))
    opinion = SecondOpinion(
        claim=locked,
        submitted_at=cast("datetime", locked.submitted_at),
        by=by,
        verdict=verdict,
        confidence=confidence,
        note=note,
        editor_verdict=locked.verdict,
        editor_confidence=locked.confidence,
    )
    opinion.full_clean()
    opinion.save_by(by, "Second opinion")
    return opinion


def agreement_by_period(period: str) -> list[tuple[datetime, Agreement]]:
    """Return, newest first, how far blind opinions agreed with the editors' verdicts in each month, quarter or year."""
    counted = (
        SecondOpinion.objects.exclude(verdict="")
        .order_by()
        .annotate(period=PERIODS[period]("created"))
        .values_list("period", "editor_verdict", "verdict")
        .annotate(number=Count("pk"))
    )
    pairs: dict[datetime, dict[tuple[str, str], int]] = {}
    for start, editor, approver, number in counted:
        pairs.setdefault(start, {})[editor, approver] = number
    return [(start, agreement(pairs[start])) for start in sorted(pairs, reverse=True)[:MAX_PERIODS]]


def agreement_overall() -> Agreement:
    counted = (
        SecondOpinion.objects.exclude(verdict="")
        .order_by()
        .values_list("editor_verdict", "verdict")
        .annotate(number=Count("pk"))
    )
    return agreement({(editor, approver): number for editor, approver, number in counted})
