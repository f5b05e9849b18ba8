"""What claims are by and about: pages of sources and topics, with how claims fared."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from claims.evidence_rules.verdict_counts import Tally
from claims.models import Card, Publication
from claims.public.charts import over_time, time_strip
from claims.record import cards
from claims.search import Selection
from claims.search.pages import PAGE_ROWS, newest_of, page_of_selection
from claims.templating import date_with_precision
from claims.vocabulary import CardKind

MAX_INDEX = 500  # entries of the index of topics


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """What a source claimed, what it published that carries claims, and how those fared."""
    found = get_object_or_404(Card.objects.sources(), subject=slug)
    if into := _successor_of(found):
        return redirect("public:source", into)
    reviews = Selection.standing()
    merged = [one for one, into in reviews.columns.merged.get("claimant", {}).items() if into == found.row_id]
    under = [slug, *Card.objects.filter(source__in=merged).values_list("subject", flat=True)] if merged else [slug]
    claimed = reviews.narrowed(reviews.linked("claimant", [found.row_id]))
    published = Card.objects.filter(publisher__in=under, article__isnull=False).values_list("article", flat=True)
    carried = reviews.narrowed(reviews.linked("articles", list(published)))
    naming = Publication.reported.through.objects.filter(source__in=[found.row_id, *merged]).values("publication")
    reported = Publication.shown.current().reviews().filter(pk__in=naming)
    context = {
        "source": found,
        "told": cards.parse(found.record),
        "reviews": _newest(claimed),
        "claimed": Tally.of(claimed.by_verdict()),
        "columns": over_time(claimed),
        "reported": reported.for_lists().order_by("-sequence")[:PAGE_ROWS],
        "carried": Tally.of(carried.by_verdict()),
        "articles": Card.objects.articles().filter(publisher__in=under).defer("text")[:PAGE_ROWS],
    }
    return render(request, "claims/source.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest reviews on a topic, and a picture of all of them."""
    found = get_object_or_404(Card.objects.topics(), subject=slug)
    if into := _successor_of(found):
        return redirect("public:topic", into)
    reviews = _on(found)
    context = {
        "topic": found,
        "reviews": _newest(reviews),
        "tally": Tally.of(reviews.by_verdict()),
        "columns": over_time(reviews),
    }
    return render(request, "claims/topic.html", context)


@require_safe
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    """The claims on a topic by the date of the event, or else of the claim, latest first; undated ones are left out."""
    found = get_object_or_404(Card.objects.topics(), subject=slug)
    if into := _successor_of(found):
        return redirect("public:timeline", into)
    reviews = _on(found)
    dated = reviews.narrowed(reviews.dated())
    page = page_of_selection(dated, Publication.shown.for_lists(), request.GET, "", order="dated_on")
    context = {
        "topic": found,
        "page": page,
        "strip": time_strip(page.rows),
        "years": [
            (year, [(words, list(claims)) for words, claims in groupby(rows, key=_day_in_words)])
            for year, rows in groupby(page.rows, key=lambda row: row.dated_on.year)
        ],
    }
    return render(request, "claims/timeline.html", context)


def _day_in_words(row: Publication) -> str:
    if row.event_on:
        return date_with_precision(row.event_on, row.event_precision, row.event_until)
    return date_with_precision(row.made_on, row.made_on_precision, row.made_until)


def _successor_of(card: Card) -> str | None:
    """Return where to lead on to from what is merged, while readers see that; another card takes it back."""
    if not card.merged_into:
        return None
    into = Card.objects.merged()[card.kind][card.subject]
    shown = Card.objects.sources() if card.kind == CardKind.SOURCE else Card.objects.topics()
    return into if shown.filter(subject=into).exists() else None


def _on(topic: Card) -> Selection:
    reviews = Selection.standing()
    return reviews.narrowed(reviews.linked("topics", [topic.row_id]))


def _newest(reviews: Selection) -> list[Publication]:
    return list(newest_of(reviews, Publication.shown.for_lists(), PAGE_ROWS))


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    counts = dict(Selection.standing().counted("topics"))
    found = Card.objects.topics().filter(merged_into="").only("kind", "subject", "name", "topic")[:MAX_INDEX]
    topics = sorted(((card, counts.get(card.row_id, 0)) for card in found), key=lambda row: row[0].name.casefold())
    return render(request, "claims/topics.html", {"topics": topics})
