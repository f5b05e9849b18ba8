"""Claims that say much the same as what is typed: working ones, and published ones that may answer it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from claims.desk.published_matches import published_matches
from claims.search import likely_duplicates
from claims.text.numbers import parse_int

SHOWN_CHARACTERS = 300  # of a statement in a list of likenesses


@require_safe
def similar_view(request: HttpRequest) -> JsonResponse:
    """The claims that say much the same as the words typed so far."""
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    statement, besides = request.GET.get("statement", ""), parse_int(request.GET.get("besides"))
    found = likely_duplicates(statement, besides=besides)
    named = {alike.claim.uid for alike in found}
    rows = [
        {
            "statement": alike.claim.statement[:SHOWN_CHARACTERS],
            "status": alike.claim.get_status_display(),
            "likeness": alike.likeness,
            "url": alike.claim.get_absolute_url(),
        }
        for alike in found
    ]
    rows += [
        {
            "statement": match.claim.statement[:SHOWN_CHARACTERS],
            "status": f"published, {match.tier.label.lower()} the same",
            "likeness": match.percent,
            "url": match.claim.get_absolute_url(),
        }
        for match in published_matches(statement, besides=besides)
        if match.claim.uid not in named
    ]
    return JsonResponse({"claims": rows})
