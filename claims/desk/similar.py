"""Claims that say much the same as what is typed: working ones, and published ones that may answer it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.desk.published_matches import published_matches
from claims.models import Evidence
from claims.search import likely_duplicates
from claims.templating import markdown, with_citations
from claims.text.numbers import parse_int

NEWEST = 20_000  # items of evidence among which "used before" is looked for
USED_BEFORE = 5  # shown
SHOWN_CHARACTERS = 300  # of a statement in a list of likenesses


@require_safe
@permission_required("claims.view_claim", raise_exception=True)
def similar_view(request: HttpRequest) -> JsonResponse:
    """The claims that say much the same as the words typed so far."""
    statement, besides = request.GET.get("statement", ""), parse_int(request.GET.get("besides"))
    found = likely_duplicates(statement, besides=besides)
    named = {alike.claim.uid for alike in found}
    rows = [
        {
            "id": alike.claim.pk,
            "statement": alike.claim.statement[:SHOWN_CHARACTERS],
            "status": alike.claim.get_status_display(),
            "likeness": alike.likeness,
            "url": alike.claim.get_absolute_url(),
        }
        for alike in found
    ]
    rows += [
        {
            "id": match.claim.pk,
            "statement": match.claim.statement[:SHOWN_CHARACTERS],
            "status": _("published; %(how)s") % {"how": match.label.lower()},
            "likeness": match.found.percent,
            "url": match.claim.get_absolute_url(),
        }
        for match in published_matches(statement, besides=besides)
        if match.claim.uid not in named
    ]
    return JsonResponse({"claims": rows})


@require_safe
@permission_required("claims.view_evidence", raise_exception=True)
def used_before_view(request: HttpRequest) -> JsonResponse:
    """Evidence that was cited before under a link or a title that begins, or goes on, as typed; the newest first."""
    typed = request.GET.get("typed", "").replace("\0", "").strip()
    last = Evidence.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    named = Q(url__startswith=typed) if typed.startswith("http") else Q(title__icontains=typed)
    found = Evidence.objects.filter(named, pk__gt=last - NEWEST).select_related("publisher", "origin").order_by("-pk")
    rows = {item.url or item.title: item for item in reversed(found[: 4 * USED_BEFORE])} if len(typed) > 3 else {}
    return JsonResponse({"evidence": [_as_used(item) for item in list(rows.values())[::-1][:USED_BEFORE]]})


def _as_used(item: Evidence) -> dict[str, Any]:
    linked = {name: getattr(item, name) for name in ("publisher", "origin")}
    return {
        **{name: getattr(item, name) for name in ("title", "url", "archived_url", "reliability", "credibility")},
        "published_on": item.published_on and date_format(item.published_on, "Y-m-d"),
        **{name: {"id": row.pk, "name": str(row)} if row else None for name, row in linked.items()},
    }


@require_POST
@permission_required("claims.view_claim", raise_exception=True)
def rationale_view(request: HttpRequest) -> HttpResponse:
    """A rationale as readers will see it, for the form to show while it is written; `evidence` counts its items."""
    count = parse_int(request.POST.get("evidence")) or 0
    return HttpResponse(with_citations(markdown(request.POST.get("rationale", "")), count))
