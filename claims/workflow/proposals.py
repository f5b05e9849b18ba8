"""Proposals: the record that readers would see is frozen when it is submitted, and signed as it is or sent back.

The steps of a claim call `submit`, `sign` and `send_back` under the claim's lock. Approving writes the proposed
bytes and the moment, nothing else: what was renamed or edited since cannot get in.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from claims import record
from claims.models import Article, Claim, Proposal, Publication, Source, Topic
from claims.record import build, chain, diff
from claims.record.canonical import record_hash
from claims.record.columns import columns_of
from claims.vocabulary import ProposalState, PublicationKind
from claims.workflow.guards import NotPermittedError, NotReadyError, StaleClaimError, WrongStateError

if TYPE_CHECKING:
    from django.contrib.auth.models import User

SUBMIT_AGAIN = "Send it back to review and submit it again."


def waiting(claim: Claim) -> Proposal | None:
    """Return what awaits approval of a claim."""
    found: Proposal | None = claim.proposals.filter(state=ProposalState.WAITING).select_related("proposed_by").first()
    return found


def document_of(proposal: Proposal, moment: datetime | None = None) -> record.Record:
    """Return the record as it would be published at a moment (or now)."""
    moment = (moment or timezone.now()).replace(microsecond=0)
    return record.parse({**proposal.record, "published_at": moment})


def submit(claim: Claim, *, by: User, at: datetime, kind: PublicationKind, note: str, message: str) -> Proposal:
    """Freeze what readers would see of a claim."""
    current = build.current_of(claim)
    values = build.next_record(claim, kind, note.strip(), current).as_json()
    del values["published_at"]
    proposal = Proposal(
        claim=claim,
        kind=kind,
        record=values,
        sha256=record_hash(values),
        base=current.record_hash if current else "",
        proposed_by=by,
        proposed_at=at,
        message=message.strip(),
    )
    proposal.save()
    return proposal


def sign(claim: Claim, *, by: User, sha256: str) -> Proposal:
    """Publish what was proposed of a claim, as the second of two people. `sha256` says what they have seen.

    Raises NotPermittedError, NotReadyError, StaleClaimError.
    """
    proposal = _waiting(claim)
    if proposal.proposed_by_id == by.pk:
        raise NotPermittedError("You submitted this: somebody else has to decide on it.")
    if not proposal.sha256 == sha256 == record_hash(proposal.record):
        raise StaleClaimError("This is not what you were shown: read what is proposed again first.")
    current = build.current_of(claim)
    if proposal.base != (current.record_hash if current else ""):
        raise StaleClaimError(f"Another version was published since this was submitted. {SUBMIT_AGAIN}")
    document = document_of(proposal)
    if missing := list(_missing(document)):
        raise NotReadyError([f"{', '.join(missing)}. {SUBMIT_AGAIN}"])
    values = {**proposal.record, "published_at": document.as_json()["published_at"]}
    chain.append([chain.Version.of(document, values, submitted_by=proposal.proposed_by_id, approved_by=by.pk)])
    _decide(proposal, ProposalState.APPROVED, by, "")
    return proposal


def send_back(claim: Claim, *, by: User, answer: str) -> None:
    """Close what awaits approval of a claim, with an answer to whoever submitted it."""
    if proposal := waiting(claim):
        _decide(proposal, ProposalState.SENT_BACK, by, answer)


def changed_since(proposal: Proposal) -> list[diff.Difference]:
    """Return what would read differently were it submitted now: renamed or edited since, and not in the proposal."""
    claim = proposal.claim
    proposed = document_of(proposal)
    now = build.next_record(claim, PublicationKind(proposal.kind), proposal.note, build.current_of(claim))
    return list(diff.differences(proposed, now))


def _waiting(claim: Claim) -> Proposal:
    proposal = waiting(claim)
    if proposal is None:
        raise WrongStateError(f"What was submitted was not kept as it then stood. {SUBMIT_AGAIN}")
    return proposal


def _missing(document: record.Record) -> list[str]:
    """Return, in words, what a record names that is not here any more, and whether its address was taken."""
    columns = columns_of(document)
    named = (
        (Source, [columns["claimant"]] if columns["claimant"] else []),
        (Topic, columns["topics"]),
        (Article, columns["articles"]),
    )
    gone = []
    for model, slugs in named:
        here = set(model.objects.filter(slug__in=slugs).values_list("slug", flat=True))
        gone += [f"The {model._meta.verbose_name} “{slug}” is not here any more" for slug in slugs if slug not in here]
    if Publication.objects.at_address_of_another(document.slug, document.uid).exists():
        gone.append(f"The address “{document.slug}” is another published claim’s by now")
    return gone


def _decide(proposal: Proposal, state: ProposalState, by: User, answer: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.answer = answer.strip()
    proposal.save()
