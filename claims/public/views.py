"""Readers' pages. All but the staff's tab are made from publications and what those name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from claims import presenting, record
from claims.evidence_rules.verdict_counts import Tally
from claims.interchange.exports import FORMATS
from claims.interchange.formats import citation
from claims.interchange.formats.claimreview import claim_review
from claims.models import Article, Claim, Page, Publication
from claims.public.caching import answer_from_state, with_state
from claims.public.marking import marked_paragraphs
from claims.public.pictures import over_time, topics_pictured
from claims.record import diff
from claims.search import Marker, Selection
from claims.search.filters import PublicationFilters, WorkFilters, end_of_day
from claims.search.pages import NO_PAGE, newest_of, page_of, page_of_selection
from claims.vocabulary import (
    CONFIDENCE_BANDS,
    LIKELIHOOD_BANDS,
    VERDICT_RATING,
    VERDICTS_WITHOUT_EVIDENCE,
    ConfidenceScale,
    Credibility,
    PageName,
    RelationKind,
    Reliability,
    Verdict,
)

MAX_MARKS = 500  # claims marked in one article
MAX_INDEX = 500  # entries of the index of articles
NEWEST = 6  # verdicts on the front page
NEWEST_CORRECTIONS = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is new, and what there is."""
    reviews = Selection.standing()
    context = {
        "tally": Tally.of(reviews.by_verdict()),
        "newest": newest_of(reviews, Publication.objects.for_lists(), NEWEST),
        "corrections": Publication.objects.corrections_and_retractions()
        .defer("record")
        .order_by("-sequence")[:NEWEST_CORRECTIONS],
        "topics": topics_pictured(reviews),
        "columns": over_time(reviews),
        "sees_desk": sees_desk(request),
    }
    return render(request, "claims/home.html", context)


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """The reviews that stand, or stood on the day `as_of`, filtered."""
    filters = PublicationFilters(request.GET, queryset=Publication.objects.none())
    context = _context_of_list(request, filters)
    if not filters.is_valid():
        return render(request, "claims/list.html", {**context, "page": NO_PAGE}, status=400)
    result = filters.search_result
    rows = Publication.objects.for_lists().defer(None) if result else Publication.objects.for_lists()
    page = page_of_selection(filters.selection, rows, request.GET, filters.query(), order=filters.order)
    if result:
        marker = Marker(result.terms)
        for row in page.rows:
            row.marked = marker.marked(row.statement, row.language)
            row.snippet = marker.snippet((row.record["summary"], row.record["rationale"]), row.language)
    return render(request, "claims/list.html", {**context, "page": page, "result": result})


@require_safe
@never_cache
def in_progress(request: HttpRequest) -> HttpResponse:
    """Working claims, for the desk; for anyone else this address does not exist."""
    if not sees_desk(request):
        raise Http404
    claims = Claim.objects.select_related("claimant", "assigned_to")
    unseen = Claim.objects.unseen_by(request.user).order_by()
    claims = claims.exclude(pk__in=unseen.values("pk"))  # their counts and filters would tell the verdict
    filters = WorkFilters(request.GET, queryset=claims)
    context = _context_of_list(request, filters)
    if not filters.is_valid():
        return render(request, "claims/in_progress.html", {**context, "page": NO_PAGE}, status=400)
    page = page_of(filters.qs, request.GET, filters.query(), key="id")
    published = Publication.objects.current().filter(claim_id__in=[claim.uid for claim in page.rows])
    addresses = dict(published.values_list("claim_id", "slug"))
    for claim in page.rows:
        claim.public_slug = addresses.get(claim.uid, "")
    context["page"] = page
    return render(request, "claims/in_progress.html", context)


def sees_desk(request: HttpRequest) -> bool:
    return request.user.is_staff and request.user.has_perm("claims.view_claim")


@require_safe
@answer_from_state
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """What we say of a claim now, or what we said on the day that `as_of` names."""
    newest = Publication.objects.current().with_recheck().filter(slug=slug).first()
    if newest is None:
        return _from_old_address(slug)
    if "as_of" not in request.GET:
        return _claim_page(request, newest)
    try:
        moment = end_of_day(request.GET["as_of"])
    except ValidationError as error:
        return _no_version(request, newest, " ".join(error.messages), status=400)
    then = Publication.objects.as_of(moment).with_recheck().filter(claim_id=newest.claim_id).first()
    if then is None:
        return _no_version(request, newest, _("We had published nothing on this claim by that day."), status=404)
    return _claim_page(request, then, is_version=True)


def _from_old_address(slug: str) -> HttpResponse:
    """Lead on from an address that a claim had in an earlier version."""
    earlier = get_object_or_404(Publication.objects.filter(slug=slug).order_by("-sequence")[:1])
    return HttpResponsePermanentRedirect(
        Publication.objects.current().get(claim_id=earlier.claim_id).get_absolute_url()
    )


def _no_version(request: HttpRequest, newest: Publication, why: str, *, status: int) -> HttpResponse:
    return render(request, "claims/no_version.html", {"why": why, "newest": newest}, status=status)


@require_safe
@answer_from_state
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What we said in one version, for good."""
    publications = Publication.objects.with_recheck().at(slug, number)
    return _claim_page(request, get_object_or_404(publications), is_version=True)


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction and retraction, newest first, under the desk's own words on how it corrects."""
    rows = Publication.objects.corrections_and_retractions().defer("record")
    policy = Page.objects.in_language(translation.get_language()).filter(name=PageName.CORRECTIONS).first()
    context = {"page": page_of(rows, request.GET, "", key="sequence"), "policy": policy}
    return render(request, "claims/corrections.html", context)


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page whose text the desk writes; it says so while there is none."""
    found = Page.objects.in_language(translation.get_language()).filter(name=name).first()
    return render(request, "claims/page.html", {"page": found, "title": PageName(name).label})


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
        "newest": Publication.objects.in_chain_order().defer("record").last(),
    }
    return render(request, "claims/methodology.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article with its claims marked in place: those that stand, or stood on the day `as_of`."""
    found = get_object_or_404(Article.objects.public().select_related("publisher"), slug=slug)
    moment, problem = _moment(request)
    publications = Publication.objects.as_of(moment) if moment else Publication.objects.current().with_recheck()
    reviews = publications.reviews().filter(articles=found).select_related("claimant").order_by("sequence")[:MAX_MARKS]
    paragraphs, marks = marked_paragraphs(found, [] if problem else list(reviews))
    context = {
        "article": found,
        "paragraphs": paragraphs,
        "marks": marks,
        "unplaced": [mark for mark in marks if not mark.span],
        "by_verdict": [
            (verdict, chosen)
            for verdict in Verdict
            if (chosen := [mark for mark in marks if mark.publication.verdict == verdict])
        ],
        "tally": Tally.of((mark.publication.verdict, 1) for mark in marks if mark.publication.verdict),
        "problem": problem,
        "as_of": request.GET.get("as_of", "") if moment else "",
    }
    return render(request, "claims/article.html", context, status=400 if problem else 200)


def _moment(request: HttpRequest) -> tuple[datetime | None, str]:
    """Return the end of the day that `as_of` names, if any, and what is wrong with it, if anything."""
    if "as_of" not in request.GET:
        return None, ""
    try:
        return end_of_day(request.GET["as_of"]), ""
    except ValidationError as error:
        return None, " ".join(error.messages)


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    counts = dict(Selection.standing().counted("articles"))
    articles = list(Article.objects.public().select_related("publisher").defer("text")[:MAX_INDEX])
    for article in articles:
        article.review_count = counts.get(article.pk, 0)
    return render(request, "claims/articles.html", {"articles": articles})


def _context_of_list(request: HttpRequest, filters: Any) -> dict[str, Any]:
    is_valid = filters.is_valid()
    return {
        "filters": filters,
        "facets": filters.facets() if is_valid else [],
        "sees_desk": sees_desk(request),
        "formats": FORMATS,
    }


def _claim_page(request: HttpRequest, publication: Publication, *, is_version: bool = False) -> HttpResponse:
    versions = [publication]
    if is_version or publication.number > 1:
        others = Publication.objects.filter(claim_id=publication.claim_id)
        versions = list(others.order_by("-number").defer("record", "statement"))
    shown = presenting.claim_page(publication, versions, is_version=is_version)
    document = shown["record"]
    with translation.override(settings.LANGUAGE_CODE):  # what is cited and reviewed has one address and one wording
        page_url = request.build_absolute_uri(versions[0].get_absolute_url())
        permanent_url = request.build_absolute_uri(publication.get_version_url())
    is_ours_to_mark_up = publication.is_current and not document.imported
    site = f"{request.scheme}://{request.get_host()}"
    context = {
        **shown,
        "sees_desk": sees_desk(request),
        **(_since_before(publication, document) if is_version else {}),
        "claim_review": claim_review(publication.record, site) if is_ours_to_mark_up else None,
        "page_url": page_url,
        "permanent_url": permanent_url,
        "bibtex": citation.bibtex(document, permanent_url),
    }
    return with_state(render(request, presenting.CLAIM_TEMPLATE, context), publication, versions[0])


def _since_before(publication: Publication, document: record.Record) -> dict[str, Any]:
    """Return what a version changed of the one before it, and the chain hash that its own continues."""
    before = Publication.objects.filter(sequence=publication.sequence - 1).values_list("chain_hash", flat=True).first()
    earlier = Publication.objects.filter(claim_id=publication.claim_id, number=publication.number - 1).first()
    changes = list(diff.differences(record.parse(earlier.record), document)) if earlier else []
    return {"changes": changes, "chain_before": before or record.CHAIN_START}
