"""What a published claim takes without touching its review: where it appeared, topics, relations, translations.

They are working rows at once and public with a version of their own, of kind "addition": the published record with
them behind what it has, proposed by one and approved by another while the claim stays published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from claims import record
from claims.models import Claim, ClaimRelation, Proposal, Publication, Translation
from claims.models.translations import words_sha256
from claims.record import build
from claims.vocabulary import ProposalKind, ProposalState, PublicationKind, Status
from claims.workflow import drafts, proposals
from claims.workflow.guards import NotReadyError, StaleClaimError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


WITH_ADDITIONS = (ProposalKind.ADDITION, ProposalKind.MERGER)  # one of them waits at a time


def parts_of(claim: Claim) -> build.Parts:
    """Return what readers do not see yet of where a published claim was seen, its topics, relations, translations."""
    current = build.current_of(claim)
    if claim.status != Status.PUBLISHED or current is None or current.is_redacted:
        return build.Parts([], [], [], [])
    return build.parts_beyond(claim, record.parse(current.record))


def waiting(claim: Claim) -> Proposal | None:
    """Return the addition, or merger, that awaits approval."""
    found: Proposal | None = claim.proposals.filter(state=ProposalState.WAITING, kind__in=WITH_ADDITIONS).first()
    return found


@transaction.atomic
def relate(claim: Claim, *, by: User, kind: str, to: Claim) -> ClaimRelation:
    """Say how a published claim relates to another; raises ValidationError for a relation that cannot stand."""
    require(by, "add_claimrelation", _("Your role may not relate claims."))
    locked = drafts.lock_for_adding(claim, by)
    if not Publication.shown.current().reviews().of_claims(to.uid).exists():
        raise NotReadyError([_("Readers do not see that claim: relate it once it is published.")])
    relation = ClaimRelation(from_claim=locked, to_claim=to, kind=kind)
    relation.full_clean()
    relation.save_by(by, "Seen again")
    drafts.save(locked, by, f"Related: {_in_no_language(relation)}")
    return relation


def to_translate(claim: Claim) -> Claim | record.Record:
    """Return the review that is translated: the published one of a published claim, or the claim's as it stands."""
    current = build.current_of(claim) if claim.status == Status.PUBLISHED else None
    return record.parse(current.record) if current and not current.is_redacted else claim


@transaction.atomic
def translate(
    claim: Claim, *, by: User, language: str, summary: str, rationale: str, of: str, over: str
) -> Translation | None:
    """Say a claim's review in another language.

    `of` and `over` are what words_sha256 gave of the review and of the translation (or "") that the user saw. Without
    any words the translation is taken out. Raises ValidationError for what cannot stand, WrongStateError,
    StaleClaimError.
    """
    require(by, "add_translation", _("Your role may not translate reviews."))
    locked = drafts.lock_for_adding(claim, by)
    review = to_translate(locked)
    told = build.languages_told(review)
    if isinstance(review, record.Record) and waiting(locked):
        raise WrongStateError(_("An addition awaits approval: decide on that one first."))
    if language in told:
        raise WrongStateError(_("Readers see this translation: reopen the claim to change it."))
    before = locked.translations.filter(language=language).first()
    if over != (words_sha256(before) if before else ""):
        raise StaleClaimError(
            _("Somebody else translated it meanwhile: look at their words before you save over them.")
        )
    if of != words_sha256(review):
        raise StaleClaimError(_("The review was changed while you translated it: look at its words again."))
    made = before or Translation(claim=locked, language=language)
    made.summary, made.rationale, made.of_sha256 = summary.strip(), rationale.strip(), of
    words = _in_no_language(made)
    if before and not (made.summary or made.rationale):
        _remove(before, by)
        drafts.save(locked, by, f"Taken out: {words}")
        return None
    if not made.summary:
        raise NotReadyError([_("A translation has a summary at least.")])
    made.full_clean()
    made.save_by(by, "Translated")
    drafts.save(locked, by, words)
    return made


@transaction.atomic
def take_out(claim: Claim, *, by: User, what: str, key: int) -> None:
    """Remove what readers do not see yet, of one kind of Parts, and that nobody was asked to approve."""
    locked = drafts.lock_for_adding(claim, by)
    if waiting(locked):
        raise WrongStateError(_("It awaits approval: send that back first."))
    rows = {row.pk: row for row in vars(parts_of(locked)).get(what, ())}
    if key not in rows:
        raise WrongStateError(_("That is not here any more, or readers see it already."))
    row = rows[key]
    drafts.save(locked, by, f"Taken out: {_in_no_language(row)}")
    if what == "topics":
        locked.topics.remove(row)
        return
    _remove(row, by)


def _in_no_language(row: Any) -> str:
    """Return what the history calls a row: not in the language of whoever acts."""
    with override(None):
        return str(row)


def _remove(row: Any, by: User) -> None:
    require(by, f"delete_{row._meta.model_name}", _("Your role may not take this out."))
    row._history_user, row._change_reason = by, "Taken out"
    row.delete()


@transaction.atomic
def propose(claim: Claim, *, by: User, message: str = "") -> Proposal:
    """Propose all that readers do not see yet as one version; raises NotReadyError, WrongStateError."""
    require(by, "submit_claim", _("Your role may not propose what readers see."))
    locked = drafts.lock_for_adding(claim, by)
    if locked.status != Status.PUBLISHED:
        raise WrongStateError(_("This claim is in work: what was added goes along with its review."))
    if waiting(locked):
        raise WrongStateError(_("An addition awaits approval already: decide on that one first."))
    if not parts_of(locked):
        raise NotReadyError([_("Readers see all of it already.")])
    kind = PublicationKind.ADDITION
    try:
        return proposals.submit(locked, by=by, at=timezone.now(), kind=kind, note="", message=message)
    except ValidationError as error:
        raise NotReadyError(error.messages) from error
