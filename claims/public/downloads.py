"""What machines fetch of the readers' site: records as JSON, exports, and how to search us."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims import record
from claims.interchange import changes
from claims.interchange.exports import FORMATS, file_name, written
from claims.interchange.formats import citation
from claims.models import Card, Publication
from claims.search.filters import PublicationFilters


@require_safe
def export(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """The reviews of exactly this filter, in one of the formats."""
    if name not in FORMATS:
        raise Http404
    filters = PublicationFilters(request.GET, queryset=Publication.shown.all())
    if not filters.is_valid():
        return JsonResponse({"errors": filters.errors.get_json_data()}, status=400)
    chosen = FORMATS[name]
    site = f"{request.scheme}://{request.get_host()}"
    content = written(name, filters.qs, site, are_all=not filters.query())
    response = StreamingHttpResponse(content, content_type=chosen.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(name)}"'
    return response


@require_safe
def changes_jsonl(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """What changed since a place, a claim a line; the last line names the place where the next changes begin."""
    since = request.GET.get("since", "")
    try:
        first = changes.changes(since)
    except changes.CursorError as error:
        return JsonResponse({"errors": {"since": [f"{error}."]}}, status=400)

    def lines() -> Iterator[bytes]:
        last = first
        for some in chain([first], () if first.is_end else changes.every_change(first.since)):
            last = some
            for change in some.found:
                yield orjson.dumps(change.as_json()) + b"\n"
        yield orjson.dumps({"since": last.since}) + b"\n"

    return StreamingHttpResponse(lines(), content_type="application/jsonl")


@require_safe
def record_json(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The canonical bytes of one version, whose SHA-256 is its record hash."""
    publication = get_object_or_404(Publication.shown.at(slug, number))
    return HttpResponse(record.canonical(publication.record), content_type="application/json")


@require_safe
def csl(request: HttpRequest, slug: str, number: int) -> JsonResponse:
    """One version as a CSL-JSON item, for reference managers."""
    publication = get_object_or_404(Publication.shown.at(slug, number))
    url = request.build_absolute_uri(publication.get_version_url())
    item = citation.csl_json(publication.record, url, settings.SITE_NAME)
    return JsonResponse([item], safe=False, content_type="application/vnd.citationstyles.csl+json")


@require_safe
def article_text(request: HttpRequest, slug: str) -> HttpResponse:
    """The text of an article as readers may see it, in which the positions of annotations count."""
    found = get_object_or_404(Card.objects.articles(), subject=slug)
    if not found.text:
        raise Http404
    response = HttpResponse(found.text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Language"] = found.record["language"]
    return response


@require_safe
def record_schema(request: HttpRequest) -> JsonResponse:
    return JsonResponse(record.json_schema(), content_type="application/schema+json", json_dumps_params={"indent": 2})


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """How a browser searches us (OpenSearch 1.1)."""
    context = {
        "template": request.build_absolute_uri(reverse("public:claims")) + "?q={searchTerms}",
        "feed": request.build_absolute_uri(reverse("public:feed_atom")) + "?q={searchTerms}",
        "name": settings.SITE_NAME[:16],
        "address": request.build_absolute_uri(quote(request.path)),
    }
    media_type = "application/opensearchdescription+xml"
    return render(request, "claims/opensearch.xml", context, content_type=media_type)
