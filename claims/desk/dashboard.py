"""The desk's front page: what needs doing, each count a link to the list it counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.desk.queues import queues_of
from claims.models import Claim, Proposal, Publication, Suggestion, Withholding
from claims.models.withholdings import DAYS
from claims.search import bounded_count
from claims.vocabulary import SuggestionState

LAST_VISIT = "signed in before at"  # what the session keeps it under
ROWS = 7  # shown of each list
RECENT_DAYS = 30
MAX_PEOPLE = 200  # offered for assignment


@dataclass(frozen=True)
class Section:
    """One list of the front page: how many there are, the first few, and where all of them are.

    `people` are those to whom its rows can be given there and then; looked up only where there are rows.
    """

    name: str
    label: str
    empty: str
    address: str
    count: int
    is_more: bool
    rows: list[Any]
    row_template: str = "admin/claims/_claim_row.html"
    people: Iterable[User] = ()


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the front page's sections for the user; a query for each, and another to count a long one."""
    user = request.user
    people = people_of_the_desk()[:MAX_PEOPLE] if user.has_perm("claims.change_claim") else ()
    sections = []
    claims_list = reverse("admin:claims_claim_changelist")
    if user.has_perm("claims.approve_claim") and (withheld := _withheld()).count:
        sections.append(withheld)
    for queue in queues_of(user):
        claims = shown(queue.claims(user), user)
        address = f"{claims_list}?{urlencode({'queue': queue.name})}"
        can_be_given = people if queue.is_for_whoever_takes_it else ()
        sections.append(
            section_of(queue.name, str(queue.label), str(queue.empty), address, claims, people=can_be_given)
        )
    if (since := last_visit(request)) and user.has_perm("claims.view_claim"):
        address = f"{claims_list}?{urlencode({'created__gte': since.isoformat()})}"
        new = shown(Claim.objects.filter(created__gte=since).order_by("-created"), user)
        label = _("New since you signed in before")
        sections.append(section_of("new", label, _("No claim was captured since."), address, new))
    if user.has_perm("claims.approve_claim"):
        address = f"{reverse('admin:claims_proposal_changelist')}?awaiting=me"
        sections.append(
            section_of(
                "cards_to_approve",
                _("Names, texts, additions and batches awaiting my approval"),
                _("No source, topic, article, page, addition, merger or batch awaits your approval."),
                address,
                Proposal.objects.awaiting_decision_of(user).select_related("proposed_by", "claim"),
                row_template="admin/claims/_proposal_row.html",
            )
        )
    if user.has_perm("claims.view_suggestion"):
        suggestions = Suggestion.objects.filter(state=SuggestionState.NEW).select_related("claim").order_by("id")
        address = f"{reverse('admin:claims_suggestion_changelist')}?state__exact={SuggestionState.NEW}"
        sections.append(
            section_of(
                "suggestions",
                _("Suggestions from readers"),
                _("No reader is waiting for an answer."),
                address,
                suggestions,
                row_template="admin/claims/_suggestion_row.html",
            )
        )
    if user.has_perm("claims.view_publication"):
        address = f"{reverse('admin:claims_publication_changelist')}?recent=corrected"
        label = ngettext(
            "Corrected or retracted in %(days)s day", "Corrected or retracted in %(days)s days", RECENT_DAYS
        )
        sections.append(
            section_of(
                "corrected",
                label % {"days": RECENT_DAYS},
                _("Nothing was corrected lately."),
                address,
                recently_corrected().defer("record"),
                row_template="admin/claims/_corrected_row.html",
            )
        )
    return {"sections": sections}


def shown(claims: QuerySet[Any], user: Any) -> QuerySet[Any]:
    rows: Any = claims.select_related("claimant", "assigned_to", "submitted_by")
    return cast("QuerySet[Any]", rows.with_is_hidden(user))


def remember_visit(request: HttpRequest, before: datetime | None) -> None:
    """Keep in the session when somebody who signs in did so before."""
    request.session[LAST_VISIT] = before.isoformat() if before else ""


def last_visit(request: HttpRequest) -> datetime | None:
    """Return when the user signed in the time before this; None where it was the first."""
    kept = request.session.get(LAST_VISIT, "")
    return datetime.fromisoformat(kept) if kept else None


def _withheld() -> Section:
    address = reverse("admin:claims_withholding_changelist") + "?ended_at__isempty=1"
    rows = Withholding.objects.standing().select_related("claim", "withheld_by")
    label = ngettext(
        "Withheld from readers: decide within %(days)s day",
        "Withheld from readers: decide within %(days)s days",
        DAYS,
    )
    return section_of(
        "withheld", label % {"days": DAYS}, "", address, rows, row_template="admin/claims/_withholding_row.html"
    )


def recently_corrected() -> QuerySet[Publication]:
    """Corrections and retractions of the last RECENT_DAYS, newest first."""
    since = timezone.now() - timedelta(days=RECENT_DAYS)
    found: QuerySet[Publication] = Publication.objects.corrections_and_retractions().filter(published_at__gte=since)
    return found.order_by("-sequence")


def people_of_the_desk() -> QuerySet[User]:
    return User.objects.filter(is_active=True, is_staff=True).order_by("username")


def section_of(name: str, label: str, empty: str, address: str, rows: QuerySet[Any], **how: Any) -> Section:
    some = list(rows[: ROWS + 1])
    count, is_more = bounded_count(rows) if len(some) > ROWS else (len(some), False)
    return Section(name, label, empty, address, count, is_more, some[:ROWS], **how)
