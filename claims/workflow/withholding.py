"""Taking a published claim from readers at once, in fixed words; two people show it again, or retract it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Claim, Withholding
from claims.record import build
from claims.workflow import accounts, drafts, proposals
from claims.workflow.guards import NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from claims.models import Proposal


def standing(claim: Claim) -> Withholding | None:
    """Return the withholding of a claim, if it is withheld."""
    found: Withholding | None = Withholding.objects.standing().select_related("withheld_by").filter(claim=claim).first()
    return found


@transaction.atomic
def withhold(claim: Claim, *, by: User, reason: str) -> Withholding:
    """Show readers nothing of a published claim, or of what was merged into it. `reason` is for colleagues."""
    require(by, "approve_claim", _("Your role may not withhold a claim from readers."))
    accounts.refuse_if_changed(by)
    locked = drafts.lock(claim)
    if standing(locked):
        raise WrongStateError(_("Readers see nothing of it already."))
    if build.current_of(locked) is None:
        raise WrongStateError(_("Nothing of this claim was published yet."))
    if not reason.strip():
        raise NotReadyError([_("Say why, in the field “Message to colleagues”.")])
    made = Withholding(claim=locked, withheld_by=by)
    made.save()
    drafts.save(locked, by, f"Withheld from readers: {reason.strip()}")
    for other in Claim.objects.merged_into_it(locked):
        if standing(other) is None:
            Withholding(claim=other, withheld_by=by).save()
    return made


@transaction.atomic
def propose_to_lift(claim: Claim, *, by: User, reason: str) -> Proposal:
    """Propose to show readers a withheld claim again."""
    require(by, "submit_claim", _("Your role may not propose to show a claim again."))
    locked = drafts.lock(claim)
    withholding = standing(locked)
    if withholding is None:
        raise WrongStateError(_("It is not withheld."))
    if proposals.waiting_lift(locked):
        raise WrongStateError(_("That it is shown again awaits approval already."))
    proposal = proposals.submit_lift(locked, withholding, by=by, message=reason)
    drafts.save(locked, by, f"Proposed to show readers again: {reason.strip()}".removesuffix(": "))
    return proposal
