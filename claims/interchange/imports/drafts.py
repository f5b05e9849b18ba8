"""Rows of a desk's own list as drafts: where the work stands, who does it, by when, and the link as evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from claims.interchange.formats.external_review import SheetRow
from claims.interchange.imports import dates, ratings
from claims.interchange.imports.external_reviews import identity, slug_of
from claims.models import bulk
from claims.record import EvidenceRecord, Record
from claims.scales import CONFIDENCE_BANDS, ConfidenceScale
from claims.text.numbers import parse_int
from claims.vocabulary import Credibility, Reliability, Stance, Status

#: Words for where a row stands that mean that somebody is at work on it; all others make it a draft.
IN_REVIEW = ("in review", "in progress", "checking", "reviewing", "doing", "started", "under review", "ready")
#: Words that mean that it was finished, elsewhere: two people of this desk have not signed it.
FINISHED = ("published", "done", "checked", "closed", "finished", "complete", "completed", "approved")
NEW = ("", "draft", "new", "open", "to do", "todo", "not started", "backlog", "pending", "idea", "captured")


@dataclass
class DraftReading:
    """How a row is read: how numbers in dates go, and what to say of doubts."""

    is_day_first: bool | None = None
    on_warning: Callable[[str, str], None] = lambda reason, value: None

    def draft_of(self, row: SheetRow, document: Record) -> tuple[Record, bulk.Row]:
        """Return the claim that a row becomes, and its columns that a record does not have."""
        uid = identity("draft", document.claimant, document.statement)
        slug = slug_of(document.statement, uid)
        draft = document.model_copy(
            update={"uid": uid, "slug": slug, "evidence": self._evidence(document), "imported": None}
        )
        return draft, {
            "status": self._status(row.status).value,
            "confidence": self._confidence(row.confidence),
            "assigned_to_id": self._person(row.assignee),
            "due_on": self._due(row.due_on),
        }

    def _evidence(self, document: Record) -> tuple[EvidenceRecord, ...]:
        review = document.imported
        if review is None or not review.url:
            return ()
        return (
            EvidenceRecord(
                title=review.title or urlsplit(review.url).hostname or review.url, url=review.url, archived_url="",
                publisher=None, published_on=None, stance=Stance.CONTEXT, excerpt="", note="",
                reliability=Reliability.F, credibility=Credibility.CANNOT_BE_JUDGED, origin="",
            ),
        )  # fmt: skip

    def _status(self, words: str) -> Status:
        said = ratings.key(words)
        if said in IN_REVIEW:
            return Status.IN_REVIEW
        if said in FINISHED:
            self.on_warning(_("finished elsewhere: here it is in review, until two people of this desk sign it"), words)
            return Status.IN_REVIEW
        if said not in NEW:
            self.on_warning(_("this status is not known; it becomes a draft"), words)
        return Status.DRAFT

    def _confidence(self, words: str) -> int | None:
        text = words.strip().removesuffix("%").strip()
        if not text:
            return None
        for band in CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]:
            if ratings.key(text) in {band.word.casefold(), band.word.casefold()[:3]}:
                return band.value
        number = parse_int(text)
        if number is not None and number <= 100:
            return number
        self.on_warning(_("this confidence is neither 0 to 100 nor low, medium or high; it is left empty"), words)
        return None

    def _person(self, name: str) -> int | None:
        if not (said := name.strip().casefold()):
            return None
        found = self._by_name.get(said, set())
        if len(found) > 1:
            self.on_warning(_("several people here have this name; it is assigned to nobody"), name)
        elif not found:
            self.on_warning(_("nobody here has this name or address; it is assigned to nobody"), name)
        return next(iter(found)) if len(found) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, set[int]]:
        people: dict[str, set[int]] = defaultdict(set)
        for user in User.objects.filter(is_active=True, is_staff=True):
            for name in (user.username, user.get_full_name(), user.email):
                people[name.casefold()].add(user.pk)
        return people

    def _due(self, text: str) -> Any:
        try:
            return dates.read(text, is_day_first=self.is_day_first)
        except dates.DateError as error:
            words = _("when it is due cannot be read: %(error)s; it is left empty")
            self.on_warning(words % {"error": error}, text[:100])
            return None
