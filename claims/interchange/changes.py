"""What changed for readers since a place in the chain: by it a copy elsewhere is kept equal to what stands here.

A change tells of one claim what readers see of it now, so that it may be told, and taken, more than once. The chain
says what was published or redacted; withholdings, which are no part of it, are told by their moments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from claims.models import Card, Publication, Withholding
from claims.models.publications import merged_into_nothing_shown
from claims.record import chain
from claims.vocabulary import CardKind

LIMIT = 500  # places in the chain looked at for one answer
MOST_WITHHELD = 2_000  # withholdings that began or ended, of one answer
#: Withholdings this young are told again: one may be noted a little after its moment.
MARGIN = timedelta(minutes=1)
_CURSOR = re.compile(r"([0-9]{1,18})-([0-9a-f]{8})-([0-9]{1,15})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class CursorError(ValueError):
    """What is no place that an answer named."""


@dataclass(frozen=True)
class PublicChange:
    """A claim and the record that readers see of it now; without one, why there is none."""

    uid: UUID
    record: dict[str, Any] | None
    reason: Literal["published", "withheld", "redacted"]

    def as_json(self) -> dict[str, Any]:
        return {"uid": str(self.uid), "reason": self.reason, "record": self.record}


@dataclass(frozen=True)
class Changes:
    """Some changes, where the next ones begin, and whether these were the last for now."""

    found: list[PublicChange]
    since: str
    is_end: bool


def changes(since: str = "") -> Changes:
    """Return what changed since a place that an earlier answer named, "" for the beginning; raises CursorError."""
    place, known, moment = _read(since)
    now, end = timezone.now(), chain.end_of_chain()[0]
    if place > end or known != _hash_at(place):
        raise CursorError("the chain has no such place, it was put back to an earlier state: start anew, without one")
    last = min(place + LIMIT, end)
    noted = list(_withheld_since(moment)[: MOST_WITHHELD + 1]) if since else []  # the chain tells all at the beginning
    if len(noted) > MOST_WITHHELD:
        raise CursorError("too much was withheld since: start anew, without a place")
    published = Publication.objects.filter(sequence__gt=place, sequence__lte=last)
    redactions = Card.objects.filter(kind=CardKind.REDACTION, sequence__gt=place, sequence__lte=last)
    uids = dict.fromkeys(published.order_by("sequence").values_list("claim_id", flat=True))
    uids |= dict.fromkeys(UUID(subject.partition(".")[0]) for subject in redactions.values_list("subject", flat=True))
    uids |= dict.fromkeys(noted)
    upto = int((max(min(moment, now), now - MARGIN) - _BEGINNING).total_seconds() * 1000)
    return Changes(list(_now_of(list(uids))), f"{last}-{_hash_at(last)}-{upto}", last == end)


def every_change(since: str = "") -> Iterator[Changes]:
    """Yield all that changed since, some at a time."""
    while True:
        some = changes(since)
        yield some
        if some.is_end:
            return
        since = some.since


def _withheld_since(moment: datetime) -> QuerySet[Any, Any]:
    """Return the claims of the withholdings that began or ended after a moment."""
    events = Q(withheld_at__gt=moment) | Q(ended_at__gt=moment)
    return Withholding.objects.filter(events).order_by("id").values_list("claim_id", flat=True)


def _now_of(uids: list[Any]) -> Iterator[PublicChange]:
    rows = Publication.shown.current().of_claims(*uids)
    lost = merged_into_nothing_shown(rows)
    shown = {row.claim_id: row.record for row in rows if row.claim_id not in lost}
    standing = Withholding.objects.standing().order_by()
    withheld = set(standing.filter(claim_id__in=uids).values_list("claim_id", flat=True))
    for uid in uids:
        if uid in shown:
            yield PublicChange(uid, shown[uid], "published")
        else:
            yield PublicChange(uid, None, "withheld" if uid in withheld | lost else "redacted")


def _hash_at(place: int) -> str:
    """Return by what the chain up to a place is known: the beginning of its hash."""
    return chain.chain_hash_before(place + 1)[:8]


def _read(since: str) -> tuple[int, str, datetime]:
    if not since:
        return 0, _hash_at(0), _BEGINNING
    found = _CURSOR.fullmatch(since)
    if not found or int(found[3]) > 32_503_680_000_000:
        raise CursorError("give the place that an earlier answer named as `since`, or none to begin")
    return int(found[1]), found[2], _BEGINNING + timedelta(milliseconds=int(found[3]))
