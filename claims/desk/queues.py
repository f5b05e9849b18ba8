"""The desk's queues: the same lists on the front page and as filters of the list of claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy as ngettext

from claims.models import Claim

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Queue:
    """Some claims that wait for this user to do something."""

    name: str
    label: StrOrPromise
    empty: StrOrPromise
    claims: Callable[[Any], QuerySet[Claim]]
    permission: str = "claims.view_claim"
    is_for_whoever_takes_it: bool = False


DUE_DAYS = 7

QUEUES = (
    Queue("sent_back", _("Sent back to me"), _("Nothing was sent back to you."), Claim.objects.sent_back_to),
    Queue("mine", _("Assigned to me"), _("Nothing is assigned to you."), Claim.objects.work_of),
    Queue(
        "to_approve",
        _("Awaiting my approval"),
        _("Nothing awaits your approval. What you submitted yourself awaits somebody else’s."),
        Claim.objects.awaiting_decision_of,
        "claims.approve_claim",
    ),
    Queue(
        "awaiting_others",
        _("Awaiting others"),
        _("Nothing of yours awaits approval."),
        Claim.objects.submitted_by_user,
        "claims.submit_claim",
    ),
    Queue(
        "unassigned",
        _("Unassigned"),
        _("Every open claim is assigned."),
        lambda user: Claim.objects.unassigned(),
        is_for_whoever_takes_it=True,
    ),
    Queue(
        "due_soon",
        format_lazy(ngettext("Due within {days} day", "Due within {days} days", DUE_DAYS), days=DUE_DAYS),
        _("No re-check is due."),
        lambda user: Claim.objects.due_within(DUE_DAYS),
    ),
    Queue("overdue", _("Overdue for re-check"), _("No re-check is overdue."), lambda user: Claim.objects.overdue()),
)


def queues_of(user: Any) -> list[Queue]:
    return [queue for queue in QUEUES if user.has_perm(queue.permission)]


class QueueFilter(admin.SimpleListFilter):
    """The list of claims, narrowed to one queue of the front page."""

    title = _("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(queue.name, str(queue.label)) for queue in queues_of(request.user)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        for queue in queues_of(request.user):
            if queue.name == self.value():
                return queryset.filter(pk__in=queue.claims(request.user).order_by().values("pk"))
        return queryset
