"""Deciding on what was proposed: signed as it is by the second of two people, or sent back.

Signing writes the proposed bytes and the moment, nothing else: what was renamed or edited since cannot get in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Card, Claim, Proposal, Publication, Withholding, locks
from claims.record import build, cards, chain
from claims.record.canonical import record_hash, without_moment
from claims.record.signatures import Signatures, opinions_sha256
from claims.vocabulary import ALONE, CardKind, ProposalKind, ProposalState, Status
from claims.workflow import accounts, notices, proposals
from claims.workflow.guards import (
    NotPermittedError,
    NotReadyError,
    StaleClaimError,
    WrongStateError,
)
from claims.workflow.proposals import SUBMIT_AGAIN

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def sign(proposal: Proposal | None, *, by: User, seal: str) -> Proposal:
    """Publish what was proposed, as the second of two people. `seal` says what they have seen.

    Raises NotPermittedError, NotReadyError, StaleClaimError, WrongStateError.
    """
    if proposal is None:
        raise WrongStateError(f"{_('What was submitted was not kept as it then stood.')} {SUBMIT_AGAIN}")
    accounts.refuse_if_changed(by)
    if refusal := signing_refusal(proposal, by):
        raise NotPermittedError(refusal)
    locks.wait_for(locks.CHAIN)
    parts = list(proposal.parts.all())
    if proposal.seal != seal or not all(map(_is_as_submitted, (proposal, *parts))):
        raise StaleClaimError(_("This is not what you were shown: read what is proposed again first."))
    if proposal.base != proposals.current_hash(proposal):
        raise StaleClaimError(f"{_('Another version was published since this was submitted.')} {SUBMIT_AGAIN}")
    if proposal.kind in {ProposalKind.LIFT, ProposalKind.BATCH}:
        _end_withholding(proposal)
        _decide(proposal, ProposalState.APPROVED, by, "")
        return proposal
    if proposal.kind in {ProposalKind.ADDITION, ProposalKind.MERGER}:
        _refuse_a_changed_review(proposal)
    if missing := list(_missing(proposal)):
        raise NotReadyError([f"{', '.join(missing)}. {SUBMIT_AGAIN}"])
    moment = chain.next_moment()
    if proposal.kind == ProposalKind.RETRACTION:
        _end_withholding(proposal)
    new = list(_still_first(parts))
    chain.append([_entry(item, moment, by) for item in (*new, proposal)])
    if proposal.card_kind == CardKind.REDACTION:
        row = cards.row_of(proposal.card_kind, proposal.subject)
        assert isinstance(row, Publication)
        chain.redact(row)
    _decide(proposal, ProposalState.APPROVED, by, "")
    return proposal


def signing_refusal(proposal: Proposal, by: User) -> str:
    """Return why the user is not the second of two people, or ""."""
    if proposal.proposed_by_id == by.pk:
        return _("You submitted this: somebody else has to decide on it.")
    if (batch := proposals.batch_of(proposal)) and batch.by_id == by.pk:
        return _("You brought this in: somebody else has to decide on it.")
    return ""


def _refuse_a_changed_review(proposal: Proposal) -> None:
    """Raise where an addition or merger would change the review, or a claim it is of is in work by now."""
    claim = proposal.claim
    current = build.current_of(claim) if claim else None
    if claim is None or current is None or claim.status != Status.PUBLISHED:
        raise WrongStateError(_("The claim is in work by now: what was added goes along with its review."))
    if not build.only_adds(proposal.record, without_moment(current.record)):
        raise StaleClaimError(_("This leaves the review as it is published, word for word; what is proposed does not."))
    if proposal.kind == ProposalKind.MERGER:
        into = Publication.shown.current().reviews().of_claims(proposal.record["successor"]["uid"]).first()
        if into is None or into.verdict != current.verdict:
            raise StaleClaimError(_("The other claim has another verdict by now, or is not shown: look at both again."))


def send_back(proposal: Proposal | None, *, by: User, answer: str) -> None:
    """Close what awaits approval, with an answer to whoever submitted it."""
    if proposal:
        _decide(proposal, ProposalState.SENT_BACK, by, answer)


def _entry(proposal: Proposal, moment: datetime, by: User) -> chain.Version | chain.CardVersion:
    """Return the proposed bytes with the moment, signed by two, to be added to the chain."""
    opinions = opinions_sha256(proposal.claim.uid, proposal.proposed_at) if proposal.claim else ""
    signatures = Signatures.of(proposal.proposed_by_id, by.pk, opinions)
    if proposal.claim_id:
        document = proposals.document_of(proposal, moment)
        values = {**proposal.record, "published_at": document.as_json()["published_at"]}
        return chain.Version.of(document, values, signatures)
    card = cards.parse(proposals.values_at(proposal, moment))
    values = {**proposal.record, "signed_at": card.as_json()["signed_at"]}
    return chain.CardVersion.of(values, proposal.text, signatures)


def _end_withholding(proposal: Proposal) -> None:
    if proposal.claim is None:
        return
    claims = [proposal.claim, *Claim.objects.merged_into_it(proposal.claim)]
    Withholding.objects.standing().order_by().filter(claim__in=claims).update(ended_at=timezone.now())


def _is_as_submitted(proposal: Proposal) -> bool:
    if record_hash(proposal.record) != proposal.sha256:
        return False
    if batch := proposals.batch_of(proposal):
        return batch.digest() == str(proposal.record["items_sha256"])
    return bool(proposal.claim_id) or cards.hash_of(proposal.text) == cards.text_sha256_of(proposals.card_of(proposal))


def _still_first(parts: Iterable[Proposal]) -> Iterator[Proposal]:
    """Yield the first cards whose subjects have none yet; raises StaleClaimError where readers see others by now."""
    for part in parts:
        current = cards.current_of(part.card_kind, part.subject)
        if current is None:
            yield part
        elif not proposals.tells_the_same(part.record, current.record):
            words = _("Readers see another card of %(subject)s since this was submitted.") % {"subject": part}
            raise StaleClaimError(f"{words} {SUBMIT_AGAIN}")


def _missing(proposal: Proposal) -> Iterator[str]:
    """Yield, in words, what a proposal names that is not here any more, and whether its address was taken."""
    document = proposals.document_of(proposal) if proposal.claim_id else None
    named = set(proposal.parts.values_list("card_kind", "subject"))
    if document:
        named |= {(kind.value, reference.slug) for kind, reference in cards.named_in(document)}
    elif cards.row_of(proposal.card_kind, proposal.subject) is None:
        named.add((proposal.card_kind, proposal.subject))
    named.discard((CardKind.SOURCE.value, settings.REVIEWER_SLUG))  # made with the first publication
    for kind in CardKind:
        subjects = {subject for of, subject in named if of == kind}
        for subject in sorted(subjects - cards.keys_of(kind, subjects).keys()):
            named_so = {"kind": kind.label.lower(), "slug": subject}
            yield _("The %(kind)s “%(slug)s” is not here any more") % named_so
    if document is None:
        into = proposal.record.get("merged_into")
        if into and not Card.objects.of(proposal.card_kind, into).exists():
            yield _("Readers do not see “%(slug)s” yet, which this is merged into") % {"slug": into}
        return
    stood = _current_relations(proposal) if proposal.kind in ALONE else set()  # a review's own words stay
    related = {item.slug: item.statement for item in document.relations if item.slug not in stood}
    shown = Publication.shown.current().reviews().filter(slug__in=related).values_list("slug", flat=True)
    for slug in sorted(related.keys() - set(shown)):
        words = _("The review “%(claim)s” that it names as related is not shown any more")
        yield words % {"claim": related[slug]}
    if Publication.objects.at_address_of_another(document.slug, document.uid).exists():
        yield _("The address “%(slug)s” is another published claim’s by now") % {"slug": document.slug}


def _current_relations(proposal: Proposal) -> set[str]:
    current = build.current_of(proposal.claim) if proposal.claim else None
    return {item["slug"] for item in current.record["relations"]} if current else set()


def _decide(proposal: Proposal, state: ProposalState, by: User, answer: str) -> None:
    for item in (proposal, *proposal.parts.all()):
        item.state, item.decided_by, item.decided_at, item.answer = state, by, timezone.now(), answer.strip()
        item.save()
    (notices.approved if state == ProposalState.APPROVED else notices.sent_back)(proposal, by=by)
