"""What readers are told of a source, topic, article or page: proposed on the desk, and decided on the proposal.

The first card of what a claim names is frozen and signed with the claim. What is decided on a page of its own is
decided here, too: additions, mergers, ends of withholdings, batches and redactions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Card, Page, Proposal, Publication
from claims.record import cards, diff
from claims.vocabulary import ALONE, CardKind, ProposalKind, ProposalState
from claims.workflow import proposals, repair, signing
from claims.workflow.guards import NotReadyError, WorkflowError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def waiting(row: cards.Subject) -> Proposal | None:
    """Return the card that awaits approval, on its own, for a working row."""
    kind, subject = cards.subject_of(row)
    alone = Proposal.objects.filter(card_kind=kind, subject=subject, state=ProposalState.WAITING, part_of=None)
    found: Proposal | None = alone.select_related("proposed_by").first()
    return found


def unproposed(row: cards.Subject) -> list[diff.Difference]:
    """Return what readers are told otherwise than the working row has it; nothing while they do not see it."""
    current = cards.current_of(*cards.subject_of(row))
    return proposals.changes_of(proposals.card_proposal(row, "", current)) if current else []


def may_propose(row: cards.Subject, user: User, current: Card | None) -> bool:
    """Whether to offer the user to propose a working row to readers; a first card comes with the claim naming it."""
    is_first = current is None and not isinstance(row, Page)
    return user.has_perm("claims.add_proposal") and not is_first and waiting(row) is None


@transaction.atomic
def propose(row: cards.Subject, *, by: User, note: str = "", message: str = "") -> Proposal:
    """Propose to show readers a source, topic, article or page as it now stands on the desk."""
    require(by, "add_proposal", _("Your role may not propose what readers are told."))
    row = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    if waiting(row):
        raise WrongStateError(_("A proposal for it awaits approval already."))
    kind, subject = cards.subject_of(row)
    current = cards.current_of(kind, subject)
    if isinstance(row, Publication):
        _refuse_redaction(row, current, note, by)
    elif current is None and kind != CardKind.PAGE:
        raise WrongStateError(_("Readers do not see it yet: it is proposed with the first claim that names it."))
    if (into := getattr(row, "merged_into", "")) and cards.current_of(kind, into) is None:
        words = _("Readers do not see “%(slug)s” yet: merge it into one that they do.")
        raise NotReadyError([words % {"slug": into}])
    proposal = proposals.card_proposal(row, note.strip(), current)
    if current and proposals.tells_the_same(proposal.record, current.record):
        raise NotReadyError([_("Readers see it so already.")])
    return proposals.submit_card(proposal, by=by, message=message)


def _refuse_redaction(publication: Publication, current: Card | None, reason: str, by: User) -> None:
    """Raise where a version may not be redacted, or not by this user."""
    require(by, "submit_claim", _("Your role may not propose to redact what was published."))
    if current:
        raise WrongStateError(_("It is redacted already."))
    if publication.is_current and not publication.is_ending:
        raise WrongStateError(_("This version stands: correct or retract it first, then redact what it replaced."))
    if not reason.strip():
        raise NotReadyError([_("Tell readers by whose order, in the field “Public note”; say nothing of the content.")])


@transaction.atomic
def approve(proposal: Proposal, *, by: User, seal: str) -> None:
    """Sign what is decided by itself as the second of two people; raises WorkflowError. `seal` says what they saw."""
    require(by, "approve_claim", _("Your role may not approve what readers are told."))
    signed = signing.sign(_locked(proposal), by=by, seal=seal)
    if signed.kind == ProposalKind.MERGER:
        repair.close_merged(signed, by=by)


@transaction.atomic
def refuse(proposal: Proposal, *, by: User, answer: str) -> None:
    """Send the proposal of a card, lift or batch back; whoever proposed it may take it back so, too.

    What waits of a batch is deleted: it comes again by its file.
    """
    locked = _locked(proposal)
    if locked.proposed_by_id != by.pk:
        require(by, "approve_claim", _("Your role may not decide on what readers are told."))
    if not answer.strip() or "\0" in answer:
        raise NotReadyError([_("Say what is to be done, in the field “Message to colleagues”.")])
    signing.send_back(locked, by=by, answer=answer)
    if batch := proposals.batch_of(locked):
        batch.waiting().delete()


def _locked(proposal: Proposal) -> Proposal:
    """Return a proposal that is decided by itself, under its lock; raises WrongStateError where it waits no more."""
    locked: Proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if (locked.claim_id and locked.kind not in ALONE) or locked.part_of_id:
        raise WorkflowError(_("This is decided with its claim."))
    if locked.state != ProposalState.WAITING:
        words = _("This was decided already: %(state)s.")
        raise WrongStateError(words % {"state": locked.get_state_display().lower()})
    return locked
