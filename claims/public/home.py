"""The front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.evidence_rules.verdict_counts import Tally
from claims.models import Publication
from claims.public.charts import over_time, topics_pictured
from claims.search import Selection
from claims.search.pages import newest_of

NEWEST = 6  # verdicts on the front page
NEWEST_CORRECTIONS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, and what there is."""
    reviews = Selection.standing()
    context = {
        "tally": Tally.of(reviews.by_verdict()),
        "newest": newest_of(reviews, Publication.shown.for_lists(), NEWEST),
        "corrections": Publication.shown.corrections_and_retractions()
        .defer("record")
        .order_by("-sequence")[:NEWEST_CORRECTIONS],
        "topics": topics_pictured(reviews),
        "columns": over_time(reviews),
    }
    return render(request, "claims/home.html", context)
