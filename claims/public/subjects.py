"""What claims are by and about: pages of sources and topics, with how claims fared."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims.models import Article, Publication, Source, Topic
from claims.paging import PAGE_ROWS, page_of
from claims.public.pictures import over_time
from claims.tally import Tally

MAX_INDEX = 500  # entries of the index of topics


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """What a source claimed, what it published that carries claims, and how those fared."""
    named = Q(publications__isnull=False) | Q(published_articles__publications__isnull=False)
    reviewer = Q(reviews_published__isnull=False)
    found = get_object_or_404(Source.objects.filter(named | reviewer).distinct(), slug=slug)
    reviews = Publication.objects.current().reviews()
    claimed, carried = reviews.filter(claimant=found), reviews.in_articles_of(found)
    context = {
        "source": found,
        "reviews": claimed.for_lists()[:PAGE_ROWS],
        "claimed": Tally.of(claimed.by_verdict()),
        "carried": Tally.of(carried.by_verdict()),
        "articles": Article.objects.public().filter(publisher=found).defer("text")[:PAGE_ROWS],
    }
    return render(request, "claims/source.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest reviews on a topic, and a picture of all of them."""
    found = get_object_or_404(Topic.objects.public(), slug=slug)
    reviews = Publication.objects.current().reviews().filter(topics=found)
    context = {
        "topic": found,
        "reviews": reviews.for_lists()[:PAGE_ROWS],
        "tally": Tally.of(reviews.by_verdict()),
        "columns": over_time(reviews),
    }
    return render(request, "claims/topic.html", context)


@require_safe
def timeline(request: HttpRequest, slug: str) -> HttpResponse:
    """The claims on a topic by the date they were made, latest first; those without a date are left out."""
    found = get_object_or_404(Topic.objects.public(), slug=slug)
    dated = Publication.objects.current().reviews().filter(topics=found, made_on__isnull=False)
    page = page_of(dated.for_lists(), request.GET, "", key="sequence", column="made_on")
    return render(request, "claims/timeline.html", {"topic": found, "page": page})


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/topics.html", {"topics": Topic.objects.public().with_review_count()[:MAX_INDEX]})
