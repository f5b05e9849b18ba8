"""Proposals: the record that readers would see is frozen when it is submitted; signing.py decides on it.

The steps of a claim call `submit` under the claim's lock, cards.py does for cards.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import record
from claims.models import Batch, Card, Claim, Proposal, Publication, Withholding
from claims.models.cards import LINKS
from claims.record import build, cards, diff
from claims.record.canonical import record_hash, without_moment
from claims.text import cleaning
from claims.vocabulary import ALONE, CardKind, ProposalKind, ProposalState, PublicationKind, Status
from claims.workflow import notices
from claims.workflow.guards import (
    NotReadyError,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_REVIEWERS = 10  # named of a batch
SUBMIT_AGAIN = gettext_lazy("Send it back to review and submit it again.")


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
    return record.parse(values_at(proposal, moment or timezone.now()))


def card_of(proposal: Proposal) -> cards.AnyCard:
    """Return a card as it would be signed now."""
    return cards.parse(values_at(proposal, timezone.now()))


def submit(claim: Claim, *, by: User, at: datetime, kind: PublicationKind, note: str, message: str) -> Proposal:
    """Freeze what readers would see of a claim, and the first cards of what it names that has none."""
    current = build.current_of(claim)
    document = build.next_record(claim, kind, note.strip(), current)
    values = without_moment(document.as_json())
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
    proposal.base = current_hash(proposal)
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
    if any(map(cleaning.holds_unstorable, (proposal.record, proposal.text, message))):
        raise NotReadyError([_("A note or message holds a character that no database stores (NUL).")])
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
        record=without_moment(values),
        text=cards.public_text(row),
        base=current.record_hash if current else "",
    )


def _card_named(kind: str, reference: record.SourceRef) -> Proposal:
    """Return the card of our own desk, which has no working row before its first publication."""
    values = without_moment(cards.of_reference(reference, timezone.now()))
    return Proposal(card_kind=kind, subject=reference.slug, kind=PublicationKind.ORIGINAL, record=values)


def tells_the_same(proposed: dict[str, Any], current: dict[str, Any]) -> bool:
    """Whether two cards tell the same: all but number, note and moment."""
    occasion = dict.fromkeys(("number", "note", "signed_at"))
    return proposed | occasion == current | occasion


def values_at(proposal: Proposal, moment: datetime) -> dict[str, Any]:
    name = "published_at" if proposal.claim_id else "signed_at"
    return {**proposal.record, name: moment.replace(microsecond=0)}


def current_hash(proposal: Proposal) -> str:
    current: Publication | Card | None
    if proposal.claim:
        current = build.current_of(proposal.claim)
    elif proposal.kind == ProposalKind.BATCH:
        return ""
    else:
        current = cards.current_of(proposal.card_kind, proposal.subject)
    return current.record_hash if current else ""
