"""Two claims that are one, and one that is two: merged, by two people where readers see them; and split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Appearance, Claim, ClaimRelation, Comment, Evidence, Notice, Proposal, Publication
from claims.models.claims import OPEN_FOR_EDITING
from claims.models.defaults import uuid7
from claims.vocabulary import PublicationKind, Status
from claims.workflow import additions, drafts, proposals
from claims.workflow.guards import StaleClaimError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Move:
    """What of one kind goes to the other claim, and what stays with this one."""

    label: str
    moved: list[Any]
    stays: list[Any]


def moves(loser: Claim, winner: Claim) -> list[Move]:
    """Return what a merge of one claim into another takes along: of a published one, where it was seen and said of."""
    there = set(winner.appearances.values_list("article", "start", "end"))
    appearances = list(loser.appearances.select_related("article"))
    twins = [item for item in appearances if (item.article_id, item.start, item.end) in there]
    found = [Move(_("appearances"), [item for item in appearances if item not in twins], twins)]
    if loser.status != Status.PUBLISHED:
        relations = [*loser.relations_from.select_related("to_claim"), *loser.relations_to.select_related("from_claim")]
        kept = [item for item in relations if not _may_point(item, loser, winner)]
        found += [
            Move(_("items of evidence"), list(loser.evidence.all()), []),
            Move(_("requests for a reply"), list(loser.reply_requests.select_related("asked")), []),
            Move(_("translations"), [], list(loser.translations.all())),
            Move(_("relations"), [item for item in relations if item not in kept], kept),
        ]
    found += [
        Move(_("suggestions from readers"), list(loser.suggestions.all()), []),
        Move(_("comments"), list(loser.comments.filter(reply_to=None).select_related("by")), []),
    ]
    return [move for move in found if move.moved or move.stays]


@transaction.atomic
def merge(loser: Claim, winner: Claim, *, by: User, versions: tuple[int | None, int | None] | None = None) -> Claim:
    """Take what belongs to one claim to another, and drop the first; return the other.

    `versions` are those the user saw. Raises WrongStateError, StaleClaimError.
    """
    if loser.pk == winner.pk:
        raise WrongStateError(_("A claim is not merged with itself."))
    require(by, "review_claim", _("Your role may not merge claims."))
    third = set(loser.relations_to.values_list("from_claim", flat=True)) - {loser.pk, winner.pk}
    for pk in sorted({loser.pk, winner.pk, *third}):  # in one order: two merges at once do not wait for each other
        drafts.lock(Claim(pk=pk))
    loser, winner = (_never_published(claim, by) for claim in (loser, winner))
    if versions is not None and versions != (loser.version, winner.version):
        raise StaleClaimError(_("One of the two was changed after you opened this page: look at what moves again."))
    reason = f"Merged from “{loser}”"
    for move in moves(loser, winner):
        for item in move.moved:
            _give(item, loser, winner, by, reason)
    _take_along_what_was_said(loser, winner)
    drafts.save(winner, by, reason)
    loser.move_to(Status.DROPPED)
    loser.merged_into = winner.uid
    drafts.save(loser, by, f"Merged into “{winner}”")
    return winner


@transaction.atomic
def propose_merger(loser: Claim, winner: Claim, *, by: User, message: str = "") -> Proposal:
    """Propose that the review of one published claim stands for another of the same verdict; two people decide.

    The one that goes has a last version that names its successor; its address leads there, its versions stay.
    """
    require(by, "submit_claim", _("Your role may not propose what readers see."))
    if loser.pk == winner.pk:
        raise WrongStateError(_("A claim is not merged with itself."))
    locked = drafts.lock_for_adding(loser, by)
    shown = Publication.shown.current().reviews()
    current, into = (shown.of_claims(claim.uid).first() for claim in (locked, winner))
    if current is None or into is None or locked.status != Status.PUBLISHED:
        raise WrongStateError(_("Readers do not see both, or one is in work: merge them when both stand published."))
    if current.verdict != into.verdict:
        raise WrongStateError(_("The two have different verdicts: correct one of them first."))
    if additions.waiting(locked):
        raise WrongStateError(_("Something of it awaits approval already: decide on that first."))
    locked.merged_into = winner.uid  # for the record; saved once somebody else approves
    kind = PublicationKind.MERGER
    return proposals.submit(locked, by=by, at=timezone.now(), kind=kind, note="", message=message)


def close_merged(signed: Proposal, *, by: User) -> None:
    """Close a claim whose merger was signed; where it appeared waits to be added to its successor."""
    assert signed.claim
    loser = drafts.lock(signed.claim)
    winner = drafts.lock(Claim.objects.get(uid=signed.record["successor"]["uid"]))
    there = set(winner.appearances.values_list("article", "start", "end"))
    for place in loser.appearances.order_by("uid"):
        if (place.article_id, place.start, place.end) not in there:
            _copied(place, winner, by)
    _take_along_what_was_said(loser, winner)
    loser.suggestions.update(claim=winner)
    drafts.save(winner, by, f"Merged from “{loser}”")
    loser.move_to(Status.MERGED)
    loser.merged_into = winner.uid
    drafts.save(loser, by, f"Merged into “{winner}”")


@transaction.atomic
def split(claim: Claim, *, by: User, statement: str) -> Claim:
    """Make a second draft of a claim that says two things, with copies of its evidence and appearances."""
    locked = _never_published(claim, by)
    alike = ("claimant", "made_on", "made_on_precision", "made_until", "made_reason", "language")
    made = drafts.draft(
        by=by,
        statement=statement,
        reason=f"Split from “{locked}”",
        **{name: getattr(locked, name) for name in alike},
    )
    made.topics.set(locked.topics.all())
    copies: dict[int | None, Evidence] = {}
    traced: dict[int, int] = {}
    for item in locked.evidence.order_by("uid"):
        original, origin, item.origin_evidence = item.pk, item.origin_evidence_id, None
        copies[original] = _copied(item, made, by)
        if origin:
            traced[original] = origin
    for original, origin in traced.items():
        copies[original].origin_evidence = copies[origin]
        copies[original].save_by(by, f"Copied to “{made}”")
    for place in locked.appearances.order_by("uid"):
        _copied(place, made, by)
    return made


def _never_published(claim: Claim, by: User) -> Claim:
    locked = drafts.lock_for_editing(claim, by)
    if locked.publications.exists():
        words = _("“%(claim)s” was published: readers see it, so it is neither merged nor split here.")
        raise WrongStateError(words % {"claim": locked})
    return locked


def _may_point(relation: ClaimRelation, loser: Claim, winner: Claim) -> bool:
    """Point a relation to the other claim; return whether it may: both ends are in work, and it may stand."""
    if relation.from_claim_id == loser.pk:
        relation.from_claim = winner
    elif relation.from_claim.status not in OPEN_FOR_EDITING:
        return False
    else:
        relation.to_claim = winner
    try:
        relation.full_clean()
    except ValidationError:  # there already, to itself, or in a circle
        return False
    return True


def _give(item: Any, loser: Claim, winner: Claim, by: User, reason: str) -> None:
    if isinstance(item, Comment):
        return  # with all that was said
    if not isinstance(item, ClaimRelation):  # which points there already
        item.claim = winner
    item.save_by(by, reason)
    if isinstance(item, ClaimRelation) and item.from_claim_id not in {loser.pk, winner.pk}:
        drafts.save(drafts.lock(item.from_claim), by, reason)


def _take_along_what_was_said(loser: Claim, winner: Claim) -> None:
    Notice.objects.filter(comment__claim=loser).update(claim=winner)
    loser.comments.update(claim=winner)


def _copied(item: Evidence | Appearance, to: Claim, by: User) -> Any:
    item.pk, item._state.adding = None, True
    item.uid, item.claim = uuid7(), to
    item.save_by(by, f"Copied to “{to}”")
    return item
