"""Readers' pages. All but the staff's tab are made from publications and what those name."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims import difference, presenting, record
from claims.filters import ClaimFilters, PublicationFilters, WorkFilters
from claims.interchange import citation
from claims.interchange.claimreview import claim_review
from claims.models import Article, Claim, Publication, Source, Topic
from claims.public.marking import marked_paragraphs
from claims.public.paging import PAGE_ROWS, page_of
from claims.vocabulary import (
    CONFIDENCE_BANDS,
    LIKELIHOOD_BANDS,
    VERDICT_RATING,
    VERDICTS_WITHOUT_EVIDENCE,
    ConfidenceScale,
    Credibility,
    RelationKind,
    Reliability,
    Verdict,
)

YEAR = 365 * 24 * 3600  # seconds
MAX_MARKS = 500  # claims marked in one article
MAX_INDEX = 500  # entries of the indexes of articles and topics


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """Current reviews, filtered."""
    return _list(request, "claims/list.html", PublicationFilters(request.GET, queryset=_reviews()), key="sequence")


@require_safe
@never_cache
def in_progress(request: HttpRequest) -> HttpResponse:
    """Working claims, for the desk; for anyone else this address does not exist."""
    if not sees_desk(request):
        raise Http404
    claims = Claim.objects.select_related("claimant", "assigned_to").with_is_published()
    unseen = Claim.objects.unseen_by(request.user).order_by()
    claims = claims.exclude(pk__in=unseen.values("pk"))  # their counts and filters would tell the verdict
    return _list(request, "claims/in_progress.html", WorkFilters(request.GET, queryset=claims), key="id")


def sees_desk(request: HttpRequest) -> bool:
    return request.user.is_staff and request.user.has_perm("claims.view_claim")


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """What we say of a claim now, or what we said on the day that `as_of` names."""
    if "as_of" in request.GET:
        return _claim_as_of(request, slug, request.GET["as_of"])
    publications = Publication.objects.current().with_recheck()
    return _claim_page(request, get_object_or_404(publications, slug=slug))


def _claim_as_of(request: HttpRequest, slug: str, asked: str) -> HttpResponse:
    """Show the version that stood at the end of a day (YYYY-MM-DD, in the site's time zone)."""
    newest = get_object_or_404(Publication.objects.current(), slug=slug)
    try:
        day = date.fromisoformat(asked)
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except (ValueError, OverflowError):
        return _no_version(request, newest, "Give the day as year, month and day, such as 2025-01-30.", status=400)
    then = Publication.objects.with_recheck().filter(claim_id=newest.claim_id, published_at__lt=end)
    found = then.order_by("-number").first()
    if found is None:
        return _no_version(request, newest, f"We had published nothing on this claim by {asked}.", status=404)
    return _claim_page(request, found, is_version=True)


def _no_version(request: HttpRequest, newest: Publication, why: str, *, status: int) -> HttpResponse:
    return render(request, "claims/no_version.html", {"why": why, "newest": newest}, status=status)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What we said in one version, for good."""
    publications = Publication.objects.with_recheck()
    return _claim_page(request, get_object_or_404(publications, slug=slug, number=_small(number)), is_version=True)


@require_safe
def record_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The canonical bytes of one version, whose SHA-256 is its record hash."""
    publication = get_object_or_404(Publication, slug=slug, number=_small(number))
    response = HttpResponse(record.canonical(publication.record), content_type="application/json")
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)  # a record never changes
    return response


@require_safe
def csl(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """One version as a CSL-JSON item, for reference managers."""
    publication = get_object_or_404(Publication, slug=slug, number=_small(number))
    url = request.build_absolute_uri(publication.get_version_url())
    item = citation.csl_json(record.parse(publication.record), url)
    return JsonResponse([item], safe=False, content_type="application/vnd.citationstyles.csl+json")


@require_safe
def record_schema(request: HttpRequest) -> JsonResponse:
    return JsonResponse(record.json_schema(), content_type="application/schema+json", json_dumps_params={"indent": 2})


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction and retraction, newest first."""
    rows = Publication.objects.taken_back().defer("record")
    return render(request, "claims/corrections.html", {"page": page_of(rows, request.GET, "", key="sequence")})


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """The scales and the process, as the code has them."""
    context = {
        "verdicts": [(verdict, VERDICT_RATING.get(verdict)) for verdict in Verdict],
        "scales": [(scale.label, CONFIDENCE_BANDS[scale]) for scale in ConfidenceScale],
        "likelihoods": LIKELIHOOD_BANDS,
        "reliabilities": Reliability.labels,
        "credibilities": Credibility.labels,
        "relations": RelationKind.labels,
        "without_evidence": sorted(str(verdict.label).lower() for verdict in VERDICTS_WITHOUT_EVIDENCE),
    }
    return render(request, "claims/methodology.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article with its published claims marked in place."""
    found = get_object_or_404(_public(Article).select_related("publisher"), slug=slug)
    reviews = list(_reviews().filter(articles=found).order_by("sequence")[:MAX_MARKS])
    paragraphs, marks = marked_paragraphs(found, reviews)
    return render(request, "claims/article.html", {"article": found, "paragraphs": paragraphs, "marks": marks})


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    articles = _with_count(_public(Article).select_related("publisher"))[:MAX_INDEX]
    return render(request, "claims/articles.html", {"articles": articles})


@require_safe
def source(request: HttpRequest, slug: str) -> HttpResponse:
    """What a source claimed, and what it published that carries claims."""
    named = Q(publications__isnull=False) | Q(published_articles__publications__isnull=False)
    reviewer = Q(reviews_published__isnull=False)
    found = get_object_or_404(Source.objects.filter(named | reviewer).distinct(), slug=slug)
    reviews = _reviews().filter(claimant=found)
    context = {
        "source": found,
        "reviews": reviews[:PAGE_ROWS],
        "count": reviews.count(),
        "articles": _public(Article).filter(publisher=found)[:PAGE_ROWS],
    }
    return render(request, "claims/source.html", context)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(_public(Topic), slug=slug)
    reviews = _reviews().filter(topics=found)
    return render(
        request, "claims/topic.html", {"topic": found, "reviews": reviews[:PAGE_ROWS], "count": reviews.count()}
    )


@require_safe
def topic_list(request: HttpRequest) -> HttpResponse:
    return render(request, "claims/topics.html", {"topics": _with_count(_public(Topic))[:MAX_INDEX]})


def _list(request: HttpRequest, template: str, filters: ClaimFilters, *, key: str) -> HttpResponse:
    is_valid = filters.is_valid()
    rows = filters.qs if is_valid else filters.queryset.none()
    context = {
        "filters": filters,
        "facets": list(filters.facets()) if is_valid else [],
        "page": page_of(rows, request.GET, filters.query(), key=key),
        "sees_desk": sees_desk(request),
    }
    return render(request, template, context, status=200 if is_valid else 400)


def _claim_page(request: HttpRequest, publication: Publication, *, is_version: bool = False) -> HttpResponse:
    versions = list(
        Publication.objects.filter(claim_id=publication.claim_id).order_by("-number").defer("record", "statement")
    )
    shown = presenting.claim_page(publication, versions, is_version=is_version)
    document, is_current = shown["record"], publication.is_current
    permanent_url = request.build_absolute_uri(publication.get_version_url())
    page_url = request.build_absolute_uri(reverse("public:claim", args=[publication.slug]))
    context = {
        **shown,
        "sees_desk": sees_desk(request),
        "changes": _changes(publication, document) if is_version else [],
        "claim_review": claim_review(document, url=page_url, version_url=permanent_url) if is_current else None,
        "permanent_url": permanent_url,
        "bibtex": citation.bibtex(document, permanent_url),
    }
    return render(request, presenting.CLAIM_TEMPLATE, context)


def _changes(publication: Publication, document: record.Record) -> list[difference.Difference]:
    """Return what a version changed of the one before it."""
    if publication.number == 1:
        return []
    before = Publication.objects.filter(claim_id=publication.claim_id, number=publication.number - 1).first()
    if before is None:
        return []
    return list(difference.differences(record.parse(before.record), document))


def _reviews() -> Any:
    return Publication.objects.current().reviews().with_recheck().select_related("claimant")


def _public(model: type[Any]) -> Any:
    """The articles or topics that a current publication names; nothing else of them is public."""
    return model.objects.filter(publications__is_current=True).distinct()


def _with_count(rows: Any) -> Any:
    is_review = Q(publications__is_current=True) & ~Q(publications__kind="retraction")
    return rows.annotate(review_count=Count("publications", filter=is_review, distinct=True))


def _small(number: int) -> int:
    """Return a version number the database can hold; raises Http404."""
    if number > 2**31 - 1:
        raise Http404
    return number
