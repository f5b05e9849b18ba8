"""Telling people what happened, in the transaction in which it does. Nobody is told what they did themselves.

A notice says who did what to what, and never what a review concludes: whoever is to judge it blind reads it, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from claims.models import Claim, Notice, Publication, Suggestion
from claims.models.publications import TAKEN_BACK
from claims.vocabulary import NoticeKind, ProposalKind

if TYPE_CHECKING:
    from claims.models import Comment, Proposal

MOST_TOLD = 100  # people of one notice


def assigned(claim: Claim, *, by: User) -> None:
    """Tell whoever has a claim now."""
    _tell(NoticeKind.ASSIGNED, [claim.assigned_to], by, claim=claim)


def proposed(proposal: Proposal, *, by: User) -> None:
    """Tell those who may decide on what was proposed."""
    kind = NoticeKind.BATCH if proposal.kind == ProposalKind.BATCH else NoticeKind.TO_APPROVE
    _tell(kind, approvers()[:MOST_TOLD], by, **_subject(proposal))


def approved(proposal: Proposal, *, by: User) -> None:
    """Tell who proposed it and who has the claim; of a correction, who submitted what is corrected, too."""
    _is_decided(proposal)
    is_taken_back = proposal.kind in TAKEN_BACK
    people: list[User | None] = [proposal.proposed_by]
    if claim := proposal.claim:
        people.append(claim.assigned_to)
        if is_taken_back:
            former = Publication.objects.of_claims(claim.uid).order_by("number").select_related("submitted_by")
            people += [version.submitted_by for version in former.defer("record")[:MOST_TOLD]]
    _tell(NoticeKind.CORRECTED if is_taken_back else NoticeKind.APPROVED, people, by, **_subject(proposal))


def sent_back(proposal: Proposal, *, by: User) -> None:
    """Tell who proposed it; the reason is the proposal's answer."""
    _is_decided(proposal)
    _tell(NoticeKind.SENT_BACK, [proposal.proposed_by], by, **{**_subject(proposal), "proposal": proposal})


def commented(comment: Comment, mentioned: Iterable[User]) -> None:
    """Tell those who are named in it, then those it replies to, then whoever has the claim: each once."""
    of: dict[str, Any] = {"claim": comment.claim, "comment": comment}
    told = _tell(NoticeKind.MENTIONED, mentioned, comment.by, **of)
    first = comment.reply_to
    thread = [first.by, *(reply.by for reply in first.replies.select_related("by")[:MOST_TOLD])] if first else []
    told |= _tell(NoticeKind.REPLIED, thread, comment.by, besides=told, **of)
    _tell(NoticeKind.COMMENTED, [comment.claim.assigned_to], comment.by, besides=told, **of)


def suggested(suggestion: Suggestion) -> None:
    """Tell whoever has the claim that a reader wrote about."""
    if claim := suggestion.claim:
        _tell(NoticeKind.SUGGESTION, [claim.assigned_to], None, suggestion=suggestion)


def read(user: User, *keys: int) -> int:
    """Mark a user's notices as read, all of them where none is named; return how many were not."""
    unread = Notice.objects.unread().filter(to=user)
    count: int = (unread.filter(pk__in=keys) if keys else unread).update(read_at=timezone.now())
    return count


def approvers() -> QuerySet[User]:
    """Return who may approve and sign in to the desk."""
    found: QuerySet[User] = User.objects.with_perm(
        "claims.approve_claim", backend="django.contrib.auth.backends.ModelBackend"
    )
    return found.filter(is_staff=True).order_by("pk")


def _is_decided(proposal: Proposal) -> None:
    """Mark as read what told approvers that it waits: one of them has decided."""
    waiting = Notice.objects.unread().filter(kind__in=(NoticeKind.TO_APPROVE, NoticeKind.BATCH), **_subject(proposal))
    waiting.update(read_at=timezone.now())


def _subject(proposal: Proposal) -> dict[str, Any]:
    return {"claim": proposal.claim} if proposal.claim_id else {"proposal": proposal}


def _tell(
    kind: NoticeKind, people: Iterable[User | None], by: User | None, *, besides: Iterable[int] = (), **of: Any
) -> set[int]:
    """Tell each person once, but whoever did it; return whom, as keys."""
    keys = {person.pk for person in people if person and person.is_active and person.is_staff}
    keys -= {by.pk if by else 0, *besides}
    Notice.objects.bulk_create(Notice(to_id=key, kind=kind, by=by, **of) for key in sorted(keys))
    return keys
