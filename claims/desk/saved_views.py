"""Saved views of the list of claims: anybody keeps their own, sees those that are shared, and deletes only theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.desk.requests import user_of
from claims.models import SavedView
from claims.text.numbers import parse_int

MOST = 40  # offered above the list
_PASSING = ("p", "e", "_changelist_filters")  # parameters of a page, not of a view


@dataclass(frozen=True)
class Link:
    """A view as the list offers it."""

    view: SavedView
    is_here: bool
    is_mine: bool

    @property
    def address(self) -> str:
        return f"{reverse('admin:claims_claim_changelist')}?{self.view.query}"


def links(request: HttpRequest) -> list[Link]:
    """Return the user's views and those shared with them, by name."""
    views = SavedView.objects.filter(Q(owner_id=request.user.pk) | Q(is_shared=True)).select_related("owner")[:MOST]
    here = query_of(request.GET)
    return [Link(view, view.query == here, view.owner_id == request.user.pk) for view in views]


def query_of(parameters: QueryDict) -> str:
    """Return what of an address makes the view, the same for the same view."""
    kept = [(name, value) for name, values in sorted(parameters.lists()) for value in values if value]
    query = QueryDict(mutable=True)
    for name, value in kept:
        if name not in _PASSING:
            query.appendlist(name, value)
    return query.urlencode()


@require_POST
@permission_required("claims.view_claim", raise_exception=True)
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the list that is shown under a name, or delete a view of one's own."""
    if (pk := parse_int(request.POST.get("delete"))) is not None:
        SavedView.objects.filter(pk=pk, owner=user_of(request)).delete()
        messages.success(request, _("The view is deleted. No claim was changed."))
        return HttpResponseRedirect(reverse("admin:claims_claim_changelist"))
    query = query_of(QueryDict(request.POST.get("query", "")))
    view = SavedView(
        name=request.POST.get("name", "").strip(),
        query=query,
        owner=user_of(request),
        is_shared="is_shared" in request.POST,
    )
    try:
        view.full_clean()
    except ValidationError as error:
        messages.error(request, _("The view was not saved. %(why)s") % {"why": " ".join(_told(error))})
    else:
        view.save()
        messages.success(request, _("Saved as “%(view)s”, above the list.") % {"view": view})
    return HttpResponseRedirect(f"{reverse('admin:claims_claim_changelist')}?{query}")


def _told(error: ValidationError) -> list[str]:
    words: dict[str, Any] = {"name": _("Name"), "query": _("What it shows")}
    return [
        text if name == "__all__" else f"{words.get(name, name)}: {text}"
        for name, texts in error.message_dict.items()
        for text in texts
    ]
