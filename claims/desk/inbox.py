"""What a colleague should know of: on every page of the desk how much is unread, and a page of it all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from claims import workflow
from claims.desk.requests import user_of
from claims.models import Claim, Notice
from claims.search import bounded_count
from claims.search.pages import page_of
from claims.text.numbers import parse_int

MOST_COUNTED = 99


def unread_count(request: HttpRequest) -> str | None:
    """Return how much is unread, in words; None for who has no inbox."""
    if not request.user.is_authenticated or not request.user.is_staff:
        return None
    count, is_more = bounded_count(Notice.objects.unread().filter(to=request.user), MOST_COUNTED)
    return f"{count}+" if is_more else str(count or "")


@require_http_methods(["GET", "HEAD", "POST"])
def inbox_view(request: HttpRequest) -> HttpResponse:
    """The notices of one person, newest first; opening one, or marking it, is a POST."""
    user = user_of(request)
    if request.method == "POST":
        return _act(request)
    mine = Notice.objects.filter(to=user).select_related("by", "claim", "comment", "proposal__claim", "suggestion")
    page = page_of(mine, request.GET, "", key="pk")
    about = {key for notice in page.rows for key in _claims_of(notice)}
    hidden = _hidden_from(user, about)
    context = {
        "title": _("Inbox"),
        "page": page,
        "rows": [(notice, _words(notice, bool(hidden & _claims_of(notice)))) for notice in page.rows],
    }
    return render(request, "admin/claims/inbox.html", context)


def _act(request: HttpRequest) -> HttpResponse:
    if "open" in request.POST:
        notice = get_object_or_404(Notice, pk=parse_int(request.POST["open"]) or 0, to=request.user)
        workflow.notices.read(user_of(request), notice.pk)
        return HttpResponseRedirect(notice.get_absolute_url())
    if "all" in request.POST:
        count = workflow.notices.read(user_of(request))
        told = ngettext("%(count)s marked as read.", "%(count)s marked as read.", count)
        messages.success(request, told % {"count": count})
    elif key := parse_int(request.POST.get("read")):
        workflow.notices.read(user_of(request), key)
    return HttpResponseRedirect(reverse("admin:inbox"))


def _claims_of(notice: Notice) -> set[int]:
    """Return whose review the words of a notice may tell."""
    keys = (notice.claim_id, notice.comment and notice.comment.claim_id)
    return {key for key in keys if key}


def _hidden_from(user: Any, claims: set[int]) -> set[int]:
    """Return which claims' reviews the user is still to judge blind."""
    return set(Claim.objects.unseen_by(user).filter(pk__in=claims).order_by().values_list("pk", flat=True))


def _words(notice: Notice, is_hidden: bool) -> str:
    """Return what was said, unless it may tell a review that the user is to judge blind."""
    if is_hidden:
        return ""
    if notice.comment:
        return notice.comment.text
    return notice.proposal.answer if notice.proposal and notice.claim_id else ""
