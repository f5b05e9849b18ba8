"""The list of claims and the page of one, made from publications alone; and the staff's tab of claims in progress."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from claims import claim_page, record
from claims.interchange.exports import FORMATS
from claims.interchange.formats import citation
from claims.interchange.formats.claimreview import claim_review
from claims.matching.nearest import nearest_to
from claims.models import Card, Claim, Publication
from claims.public.embed import frame
from claims.public.i18n import sees_desk
from claims.record import chain, diff
from claims.record.headline import review_in
from claims.search import Marker, Selection
from claims.search.filter_fields import end_of_day
from claims.search.filters import PublicationFilters, WorkFilters
from claims.search.pages import NO_PAGE, page_of, page_of_selection
from claims.vocabulary import PublicationKind

MORE = 3  # reviews on the same topics, below a claim


@require_safe
def claim_list(request: HttpRequest) -> HttpResponse:
    """The reviews that stand, or stood on the day `as_of`, filtered."""
    clean = _without_empty(request.GET).urlencode()
    if clean != request.GET.urlencode() and "HX-Request" not in request.headers:
        return redirect(f"{request.path}?{clean}".rstrip("?"))
    return push_url(_claim_list(request), f"{request.path}?{clean}".rstrip("?"))


def _without_empty(query: QueryDict) -> QueryDict:
    """Return a query without the parameters that a form sends empty."""
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        if given := [value for value in values if value]:
            kept.setlist(name, given)
    return kept


def _claim_list(request: HttpRequest) -> HttpResponse:
    filters = PublicationFilters(request.GET, queryset=Publication.shown.none())
    context = _context_of_list(request, filters)
    if not filters.is_valid():
        return render(request, "claims/list.html", {**context, "page": NO_PAGE, "nearest": []}, status=400)
    result = filters.search_result
    rows = Publication.shown.for_lists(is_past=bool(filters.form.cleaned_data["as_of"]))
    if result:
        rows = rows.defer(None)
    page = page_of_selection(filters.selection, rows, request.GET, filters.query(), order=filters.order)
    if result:
        marker = Marker(result.terms)
        for row in page.rows:
            row.marked = marker.marked(row.statement, row.language)
            row.snippet = _snippet(row, marker)
    near = nearest_to(filters, page) if result else []
    return render(request, "claims/list.html", {**context, "page": page, "result": result, "nearest": near})


def _snippet(row: Publication, marker: Marker) -> str:
    """Return the passage of a review that has a word of the query, in the reader's language where there is one."""
    told = review_in(row.record, translation.get_language() or "")
    shown = marker.snippet((told.summary, told.rationale), told.language)
    return shown or marker.snippet((row.record["summary"], row.record["rationale"]), row.language)


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
    published = Publication.shown.current().filter(claim_id__in=[claim.uid for claim in page.rows])
    addresses = dict(published.values_list("claim_id", "slug"))
    for claim in page.rows:
        claim.public_slug = addresses.get(claim.uid, "")
    context["page"] = page
    return render(request, "claims/in_progress.html", context)


@require_safe
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """What we say of a claim now, or what we said on the day that `as_of` names."""
    publications = _seen_by(request)
    newest = publications.current().filter(slug=slug).first()
    if newest is None:
        return _not_shown(request, slug) or _from_old_address(slug)
    if "as_of" not in request.GET:
        if newest.kind == PublicationKind.MERGER:
            return _to_successor(request, newest)
        return _claim_page(request, newest)
    try:
        moment = end_of_day(request.GET["as_of"])
    except ValidationError as error:
        return _no_version(request, newest, " ".join(error.messages), status=400)
    then = publications.as_of(moment).of_claims(newest.claim_id).first()
    if then is None:
        gone = Publication.objects.as_of(moment).of_claims(newest.claim_id).redacted().first()
        if gone:
            return _redacted(request, Card.objects.redactions_at(gone.slug))
        return _no_version(request, newest, _("We had not published anything on this claim by that date."), status=404)
    return _claim_page(request, then, is_version=True)


def _seen_by(request: HttpRequest) -> Any:
    """Return the publications whose pages may be opened: the desk sees what it withholds."""
    rows = Publication.objects.not_redacted() if sees_desk(request) else Publication.shown.all()
    return rows.with_recheck().with_following()


def _not_shown(request: HttpRequest, slug: str) -> HttpResponse | None:
    """Return what readers are told at the address of what is withheld or redacted, and nothing of the content."""
    if Publication.objects.withheld().filter(slug=slug).exists():
        return render(request, "claims/withheld.html", status=404)
    redactions = Card.objects.redactions_at(slug)
    return _redacted(request, redactions) if redactions else None


def _to_successor(request: HttpRequest, merged: Publication) -> HttpResponse:
    """Lead on to what a claim was merged into; where that is not shown, nothing of this one is either."""
    if into := merged.successor:
        return redirect("public:claim", into.slug)
    return _not_shown(request, merged.record["successor"]["slug"]) or render(
        request, "claims/withheld.html", status=404
    )


def _redacted(request: HttpRequest, redactions: list[Card]) -> HttpResponse:
    return render(request, "claims/redacted.html", {"redactions": redactions}, status=451)


def _from_old_address(slug: str) -> HttpResponse:
    """Lead on from an address that a claim had in an earlier version."""
    earlier = get_object_or_404(Publication.shown.filter(slug=slug).order_by("-sequence")[:1])
    newest = get_object_or_404(Publication.shown.current().of_claims(earlier.claim_id))
    return HttpResponsePermanentRedirect(newest.get_absolute_url())


def _no_version(request: HttpRequest, newest: Publication, why: str, *, status: int) -> HttpResponse:
    return render(request, "claims/no_version.html", {"why": why, "newest": newest}, status=status)


@require_safe
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What we said in one version, for good."""
    found = _seen_by(request).at(slug, number).first()
    if found is not None:
        return _claim_page(request, found, is_version=True)
    if answer := _not_shown(request, slug):
        return answer
    raise Http404


def _context_of_list(request: HttpRequest, filters: Any) -> dict[str, Any]:
    is_valid, query = filters.is_valid(), filters.query()
    return {
        "filters": filters,
        "facets": filters.facets() if is_valid else [],
        "formats": FORMATS,
        "query": f"?{query}" if query else "",
        "result": None,
    }


def _claim_page(request: HttpRequest, publication: Publication, *, is_version: bool = False) -> HttpResponse:
    versions = [publication]
    if is_version or publication.number > 1:
        others = Publication.objects.of_claims(publication.claim_id).not_redacted()
        versions = list(others.order_by("-number").defer("record", "statement"))
    shown = claim_page.claim_page(publication, versions, is_version=is_version)
    document = shown["record"]
    with translation.override(settings.LANGUAGE_CODE):  # what is cited and reviewed has one address and one wording
        page_url = request.build_absolute_uri(versions[0].get_absolute_url())
        permanent_url = request.build_absolute_uri(publication.get_version_url())
    is_ours_to_mark_up = publication.is_current and not document.imported
    site, language = f"{request.scheme}://{request.get_host()}", translation.get_language() or ""
    context = {
        **shown,
        "is_withheld": sees_desk(request) and Publication.objects.withheld().of_claims(publication.claim_id).exists(),
        **(_since_before(publication, document) if is_version else {}),
        "claim_review": claim_review(publication.record, site, language) if is_ours_to_mark_up else None,
        "page_url": page_url,
        "permanent_url": permanent_url,
        "embed_code": frame(request, publication),
        "citation": citation.in_words(publication.record),
        "bibtex": citation.bibtex(publication.record, permanent_url, settings.SITE_NAME),
        "more": _more_on(publication),
    }
    return render(request, claim_page.CLAIM_TEMPLATE, context)


def _more_on(publication: Publication) -> list[Publication]:
    """Return the newest reviews on the same topics."""
    topics = list(publication.topics.values_list("pk", flat=True))
    if not topics:
        return []
    places = Selection.standing().newest_linked("topics", topics, MORE + 1)
    found = Publication.shown.for_lists().filter(sequence__in=places).order_by("-sequence")
    return [other for other in found if other.claim_id != publication.claim_id][:MORE]


def _since_before(publication: Publication, document: record.Record) -> dict[str, Any]:
    """Return what a version changed of the one before it, and the chain hash that its own continues."""
    earlier = Publication.objects.filter(claim_id=publication.claim_id, number=publication.number - 1).first()
    before = record.parse(earlier.record) if earlier and not earlier.is_redacted else None
    changes = list(diff.differences(before, document)) if before else []
    return {"changes": changes, "chain_before": chain.chain_hash_before(publication.sequence)}
