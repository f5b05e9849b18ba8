"""Proposals: the record that readers would see is frozen when it is submitted, and signed as it is or sent back.

The steps of a claim call `submit`, `sign` and `send_back` under the claim's lock, cards.py does for cards.
Approving writes the proposed bytes and the moment, nothing else: what was renamed or edited since cannot get in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from claims import record
from claims.models import Batch, Card, Claim, Proposal, Publication, Withholding, locks
from claims.models.cards import LINKS
from claims.models.proposals import ALONE
from claims.record import build, cards, chain, diff
from claims.record.canonical import record_hash
from claims.record.signatures import Signatures, opinions_sha256
from claims.vocabulary import CardKind, ProposalKind, ProposalState, PublicationKind, Status
from claims.workflow import accounts, notices
from claims.workflow.guards import (
    NotPermittedError,
    NotReadyError,
    StaleClaimError,
    WrongStateError,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_REVIEWERS = 10  # named of a batch
SUBMIT_AGAIN = "Send it back to review and submit it again."


def waiting(claim: Claim) -> Proposal | None:
    """Return the review, or its retraction, that awaits approval of a claim."""
    rows = claim.proposals.filter(state=ProposalState.WAITING).exclude(kind__in=ALONE)
    found: Proposal | None = rows.select_related("proposed_by").first()
    return found


def waiting_lift(claim: Claim) -> Proposal | None:
    """Return the proposal to show readers a withheld claim again, where one awaits approval."""
    rows = claim.proposals.filter(state=ProposalState.WAITING, kind=ProposalKind.LIFT)
    found: Proposal | None = rows.select_related("proposed_by").first()
    return found


def last_sent_back(claim: Claim) -> Proposal | None:
    """Return what was submitted last of a claim that is in review, where it was sent back."""
    if claim.status != Status.IN_REVIEW:
        return None
    last: Proposal | None = claim.proposals.exclude(kind__in=ALONE).select_related("decided_by").first()
    return last if last and last.state == ProposalState.SENT_BACK else None


def document_of(proposal: Proposal, moment: datetime | None = None) -> record.Record:
    """Return the record of a claim as it would be published at a moment (or now)."""
    return record.parse(_values_at(proposal, moment or timezone.now()))


def card_of(proposal: Proposal) -> cards.AnyCard:
    """Return a card as it would be signed now."""
    return cards.parse(_values_at(proposal, timezone.now()))


def submit(claim: Claim, *, by: User, at: datetime, kind: PublicationKind, note: str, message: str) -> Proposal:
    """Freeze what readers would see of a claim, and the first cards of what it names that has none."""
    current = build.current_of(claim)
    document = build.next_record(claim, kind, note.strip(), current)
    values = _without_moment(document.as_json())
    proposal = Proposal(claim=claim, kind=kind, record=values, base=current.record_hash if current else "")
    _submit(proposal, by=by, at=at, message=message)
    _submit_first_cards(cards.named_in(document), proposal)
    return proposal


def submit_card(proposal: Proposal, *, by: User, message: str) -> Proposal:
    """Freeze a card, and the first card of an article's publisher that has none."""
    _submit(proposal, by=by, at=timezone.now(), message=message)
    if publisher := getattr(card_of(proposal), "publisher", None):
        _submit_first_cards([(CardKind.SOURCE, publisher)], proposal)
    return proposal


def submit_lift(claim: Claim, withholding: Withholding, *, by: User, message: str) -> Proposal:
    """Propose that readers see a withheld claim again, as it is published now."""
    proposal = Proposal(claim=claim, kind=ProposalKind.LIFT, record={"withholding": str(withholding.uid)})
    proposal.base = _current_hash(proposal)
    return _submit(proposal, by=by, at=timezone.now(), message=message)


def submit_batch(batch: Batch, *, by: User, note: str = "") -> Proposal:
    """Propose to publish what waits of a batch; a note, which stands in each record, says that it takes back."""
    names = batch.waiting().values_list("record__reviewer__name", flat=True).distinct()
    values = {
        "batch": str(batch.uid),
        "file": batch.file,
        "file_sha256": batch.sha256,
        "reviews": batch.waiting().count(),
        "items_sha256": batch.digest(),
        "last": batch.waiting().order_by("-number").values_list("number", flat=True).first(),
        "reviewers": list(names.order_by()[:MAX_REVIEWERS]),
        **({"note": note} if note else {}),
    }
    proposal = Proposal(subject=str(batch.uid), kind=ProposalKind.BATCH, record=values)
    return _submit(proposal, by=by, at=timezone.now())


def batch_of(proposal: Proposal) -> Batch | None:
    """Return the batch that is proposed, where one is."""
    if proposal.kind != ProposalKind.BATCH:
        return None
    found: Batch = Batch.objects.get(uid=proposal.subject)
    return found


def sign(proposal: Proposal | None, *, by: User, seal: str) -> Proposal:
    """Publish what was proposed, as the second of two people. `seal` says what they have seen.

    Raises NotPermittedError, NotReadyError, StaleClaimError, WrongStateError.
    """
    if proposal is None:
        raise WrongStateError(f"What was submitted was not kept as it then stood. {SUBMIT_AGAIN}")
    accounts.refuse_if_changed(by)
    if proposal.proposed_by_id == by.pk:
        raise NotPermittedError("You submitted this: somebody else has to decide on it.")
    locks.wait_for(locks.CHAIN)
    parts = list(proposal.parts.all())
    if proposal.seal != seal or not all(map(_is_as_submitted, (proposal, *parts))):
        raise StaleClaimError("This is not what you were shown: read what is proposed again first.")
    if proposal.base != _current_hash(proposal):
        raise StaleClaimError(f"Another version was published since this was submitted. {SUBMIT_AGAIN}")
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


def _refuse_a_changed_review(proposal: Proposal) -> None:
    """Raise where an addition or merger would change the review, or a claim it is of is in work by now."""
    claim = proposal.claim
    current = build.current_of(claim) if claim else None
    if claim is None or current is None or claim.status != Status.PUBLISHED:
        raise WrongStateError("The claim is in work by now: what was added goes along with its review.")
    if not build.only_adds(proposal.record, _without_moment(current.record)):
        raise StaleClaimError("This leaves the review as it is published, word for word; what is proposed does not.")
    if proposal.kind == ProposalKind.MERGER:
        into = Publication.shown.current().reviews().of_claims(proposal.record["successor"]["uid"]).first()
        if into is None or into.verdict != current.verdict:
            raise StaleClaimError("The other claim has another verdict by now, or is not shown: look at both again.")


def send_back(proposal: Proposal | None, *, by: User, answer: str) -> None:
    """Close what awaits approval, with an answer to whoever submitted it."""
    if proposal:
        _decide(proposal, ProposalState.SENT_BACK, by, answer)


def changed_since(proposal: Proposal) -> list[diff.Difference]:
    """Return what would read differently were it submitted now: renamed or edited since, and not in the proposal."""
    if proposal.kind in {ProposalKind.LIFT, ProposalKind.BATCH, ProposalKind.MERGER}:
        return []
    if claim := proposal.claim:
        if proposal.kind == ProposalKind.ADDITION and claim.status != Status.PUBLISHED:
            return []
        now = build.next_record(claim, PublicationKind(proposal.kind), proposal.note, build.current_of(claim))
        return list(diff.differences(document_of(proposal), now))
    row = cards.row_of(proposal.card_kind, proposal.subject)
    if row is None:
        return []
    current = cards.current_of(proposal.card_kind, proposal.subject)
    return list(diff.card_differences(_told(proposal), _told(card_proposal(row, proposal.note, current))))


def changes_of(proposal: Proposal) -> list[diff.Difference]:
    """Return what the card or addition that is proposed would change for readers."""
    if claim := proposal.claim:
        published = build.current_of(claim)
        return list(diff.differences(record.parse(published.record) if published else None, document_of(proposal)))
    current = cards.current_of(proposal.card_kind, proposal.subject)
    before = (cards.parse(current.record), current.text) if current else None
    return list(diff.card_differences(before, _told(proposal)))


def parts_of(proposal: Proposal) -> list[tuple[Proposal, list[diff.Difference]]]:
    """Return the first cards that are decided with a proposal, each with all that it would tell readers."""
    return [(part, list(diff.card_differences(None, _told(part)))) for part in proposal.parts.order_by("id")]


def _told(proposal: Proposal) -> tuple[cards.AnyCard, str]:
    return card_of(proposal), proposal.text


def _submit(proposal: Proposal, *, by: User, at: datetime, message: str = "") -> Proposal:
    if "\\u0000" in json.dumps(proposal.record) or "\0" in proposal.text + message:
        raise NotReadyError(["A note or message holds a character that no database stores (NUL)."])
    proposal.sha256 = record_hash(proposal.record)
    proposal.proposed_by, proposal.proposed_at, proposal.message = by, at, message.strip()
    proposal.save()
    if proposal.part_of is None:
        notices.proposed(proposal, by=by)
    return proposal


def _submit_first_cards(references: Iterable[tuple[CardKind, cards.Reference]], whole: Proposal) -> None:
    """Freeze, as parts of a proposal, the first card of each thing that it names and that has none."""
    named: dict[str, dict[str, Any]] = {kind: {} for kind in CardKind}
    for of, reference in references:
        named[of][reference.slug] = reference
    for kind, of_kind in named.items():
        shown = set(Card.objects.of(kind, *of_kind).values_list("subject", flat=True)) if of_kind else set()
        if wanted := of_kind.keys() - shown:
            rows = {row.slug: row for row in LINKS[kind].objects.filter(slug__in=wanted)}
            for slug in sorted(wanted):
                row = rows.get(slug)
                part = card_proposal(row, "", None) if row else _card_named(kind, of_kind[slug])
                part.part_of = whole
                _submit(part, by=whole.proposed_by, at=whole.proposed_at)


def card_proposal(row: cards.Subject, note: str, current: Card | None) -> Proposal:
    """Return, unsaved, a working row as the card that would follow the current one."""
    kind, subject = cards.subject_of(row)
    values = cards.next_card(row, note, current, timezone.now())
    return Proposal(
        card_kind=kind,
        subject=subject,
        kind=PublicationKind.UPDATE if current else PublicationKind.ORIGINAL,
        record=_without_moment(values),
        text=cards.public_text(row),
        base=current.record_hash if current else "",
    )


def _card_named(kind: str, reference: record.SourceRef) -> Proposal:
    """Return the card of our own desk, which has no working row before its first publication."""
    values = _without_moment(cards.of_reference(reference, timezone.now()))
    return Proposal(card_kind=kind, subject=reference.slug, kind=PublicationKind.ORIGINAL, record=values)


def tells_the_same(proposed: dict[str, Any], current: dict[str, Any]) -> bool:
    """Whether two cards tell the same: all but number, note and moment."""
    occasion = dict.fromkeys(("number", "note", "signed_at"))
    return proposed | occasion == current | occasion


def _without_moment(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in {"published_at", "signed_at"}}


def _values_at(proposal: Proposal, moment: datetime) -> dict[str, Any]:
    name = "published_at" if proposal.claim_id else "signed_at"
    return {**proposal.record, name: moment.replace(microsecond=0)}


def _entry(proposal: Proposal, moment: datetime, by: User) -> chain.Version | chain.CardVersion:
    """Return the proposed bytes with the moment, signed by two, to be added to the chain."""
    opinions = opinions_sha256(proposal.claim.uid, proposal.proposed_at) if proposal.claim else ""
    signatures = Signatures.of(proposal.proposed_by_id, by.pk, opinions)
    if proposal.claim_id:
        document = document_of(proposal, moment)
        values = {**proposal.record, "published_at": document.as_json()["published_at"]}
        return chain.Version.of(document, values, signatures)
    card = cards.parse(_values_at(proposal, moment))
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
    if batch := batch_of(proposal):
        return batch.digest() == str(proposal.record["items_sha256"])
    return bool(proposal.claim_id) or cards.hash_of(proposal.text) == cards.text_sha256_of(card_of(proposal))


def _current_hash(proposal: Proposal) -> str:
    current: Publication | Card | None
    if proposal.claim:
        current = build.current_of(proposal.claim)
    elif proposal.kind == ProposalKind.BATCH:
        return ""
    else:
        current = cards.current_of(proposal.card_kind, proposal.subject)
    return current.record_hash if current else ""


def _still_first(parts: Iterable[Proposal]) -> Iterator[Proposal]:
    """Yield the first cards whose subjects have none yet; raises StaleClaimError where readers see others by now."""
    for part in parts:
        current = cards.current_of(part.card_kind, part.subject)
        if current is None:
            yield part
        elif not tells_the_same(part.record, current.record):
            raise StaleClaimError(f"Readers see another card of {part} since this was submitted. {SUBMIT_AGAIN}")


def _missing(proposal: Proposal) -> Iterator[str]:
    """Yield, in words, what a proposal names that is not here any more, and whether its address was taken."""
    document = document_of(proposal) if proposal.claim_id else None
    named = set(proposal.parts.values_list("card_kind", "subject"))
    if document:
        named |= {(kind.value, reference.slug) for kind, reference in cards.named_in(document)}
    elif cards.row_of(proposal.card_kind, proposal.subject) is None:
        named.add((proposal.card_kind, proposal.subject))
    named.discard((CardKind.SOURCE.value, settings.REVIEWER_SLUG))  # made with the first publication
    for kind in CardKind:
        subjects = {subject for of, subject in named if of == kind}
        for subject in sorted(subjects - cards.keys_of(kind, subjects).keys()):
            yield f"The {kind.label.lower()} “{subject}” is not here any more"
    if document is None:
        into = proposal.record.get("merged_into")
        if into and not Card.objects.of(proposal.card_kind, into).exists():
            yield f"Readers do not see “{into}” yet, which this is merged into"
        return
    stood = _current_relations(proposal) if proposal.kind in ALONE else set()  # a review's own words stay
    related = {item.slug: item.statement for item in document.relations if item.slug not in stood}
    shown = Publication.shown.current().reviews().filter(slug__in=related).values_list("slug", flat=True)
    for slug in sorted(related.keys() - set(shown)):
        yield f"The review “{related[slug]}” that it names as related is not shown any more"
    if Publication.objects.at_address_of_another(document.slug, document.uid).exists():
        yield f"The address “{document.slug}” is another published claim’s by now"


def _current_relations(proposal: Proposal) -> set[str]:
    current = build.current_of(proposal.claim) if proposal.claim else None
    return {item["slug"] for item in current.record["relations"]} if current else set()


def _decide(proposal: Proposal, state: ProposalState, by: User, answer: str) -> None:
    for item in (proposal, *proposal.parts.all()):
        item.state, item.decided_by, item.decided_at, item.answer = state, by, timezone.now(), answer.strip()
        item.save()
    (notices.approved if state == ProposalState.APPROVED else notices.sent_back)(proposal, by=by)
