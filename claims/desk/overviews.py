"""Pages made of the same lists as the front page: re-checks week by week, and what each person does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.desk.dashboard import MAX_PEOPLE, Section, people_of_the_desk, section_of, shown
from claims.desk.requests import user_of
from claims.models import Claim, Publication
from claims.models.claims import OPEN_FOR_EDITING
from claims.vocabulary import CLOSED, Status

WEEKS = 6  # on one page of the calendar
_PUBLISHED_ROW = "admin/claims/_published_row.html"


@require_safe
@permission_required("claims.view_claim", raise_exception=True)
def calendar_view(request: HttpRequest) -> HttpResponse:
    """Six weeks of re-checks from the week of `?from=` on, or from this one; what is overdue comes first."""
    this_monday = _monday_of(timezone.localdate())
    first = _asked_monday(request.GET.get("from", "")) or this_monday
    mondays = [first + timedelta(weeks=number) for number in range(WEEKS)]
    context = {
        "title": _("Re-checks by week"),
        "weeks": [_week(monday, request.user, is_this=monday == this_monday) for monday in mondays],
        "overdue": Claim.objects.overdue().exists() and _claims_list(queue="overdue"),
        "is_now": first == this_monday,
        "earlier": first - timedelta(weeks=WEEKS),
        "later": first + timedelta(weeks=WEEKS),
    }
    return render(request, "admin/claims/calendar.html", context)


@require_safe
@permission_required("claims.view_claim", raise_exception=True)
def people_view(request: HttpRequest) -> HttpResponse:
    """The people of the desk, each with a page."""
    people = people_of_the_desk().prefetch_related("groups")[:MAX_PEOPLE]
    return render(request, "admin/claims/people.html", {"title": _("People"), "people": people})


@require_safe
@permission_required("claims.view_claim", raise_exception=True)
def person_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person has in hand, waits for, wrote and approved."""
    person = get_object_or_404(people_of_the_desk(), pk=pk)
    context = {"title": str(person), "person": person, "sections": list(_sections_of(person, user_of(request)))}
    return render(request, "admin/claims/person.html", context)


def _sections_of(person: Any, user: Any) -> Any:
    work = Claim.objects.work_of(person).order_by("-modified")
    at = _claims_list(assigned_to__id__exact=person.pk, status__in=",".join(OPEN_FOR_EDITING))
    yield section_of("in_hand", _("In hand"), _("Nothing is assigned."), at, shown(work, user))
    waiting = shown(Claim.objects.submitted_by_user(person), user)
    at = _claims_list(submitted_by__id__exact=person.pk, status__exact=Status.AWAITING_APPROVAL.value)
    yield section_of("waiting", _("Submitted, awaiting others"), _("Nothing awaits approval."), at, waiting)
    for name, label, lookup in (
        ("written", _("Written and published"), "submitted_by"),
        ("approved", _("Approved"), "approved_by"),
    ):
        rows = Publication.objects.filter(**{lookup: person}).order_by("-sequence").defer("record")
        at = reverse("admin:claims_publication_changelist", query={f"{lookup}__id__exact": person.pk})
        yield section_of(name, label, _("Nothing yet."), at, rows, row_template=_PUBLISHED_ROW)


def _week(monday: date, user: Any, *, is_this: bool) -> Section:
    sunday = monday + timedelta(days=6)
    open_ones = ",".join(status.value for status in Status if status not in CLOSED)
    at = _claims_list(due_on__gte=monday, due_on__lte=sunday, status__in=open_ones)
    label = _("This week: %(first)s – %(last)s") if is_this else _("%(first)s – %(last)s")
    return section_of(
        f"week-{monday}",
        label % {"first": date_format(monday, "j F"), "last": date_format(sunday, "j F Y")},
        _("No re-check is due."),
        at,
        shown(Claim.objects.due_between(monday, sunday), user),
    )


def _asked_monday(text: str) -> date | None:
    """Return the Monday of the week that a date is in; None for what is no date, or centuries away."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return None
    return _monday_of(asked) if 1900 <= asked.year <= 2200 else None


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _claims_list(**lookups: Any) -> str:
    return reverse("admin:claims_claim_changelist", query=lookups)
