"""One claim on somebody else's page: a card to embed, and the oEmbed endpoint that offers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.csp import CSP
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from claims.models import Publication
from claims.public.http_cache import CACHE_SECONDS
from claims.record.headline import headline
from claims.text.numbers import parse_int

WIDTH, HEIGHT = 600, 260  # pixels
EMBEDDED_CSP: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ["*"], "form-action": [CSP.NONE]}


@require_safe
@xframe_options_exempt
@csp_override(EMBEDDED_CSP)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands on a claim, small enough to stand in another page. It follows corrections."""
    publication = get_object_or_404(Publication.shown.current().for_lists().defer(None), slug=slug)
    if into := publication.successor:
        return redirect("public:card", into.slug)
    return render(request, "claims/card.html", {"publication": publication, "title": headline(publication.record)})


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer an oEmbed 1.0 request for a claim's address (oembed.com); JSON only."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Ask for format=json.", status=501, content_type="text/plain")
    publication = _named_in(request.GET.get("url", ""), request)
    width = min(WIDTH, _pixels(request.GET.get("maxwidth"), WIDTH))
    height = min(HEIGHT, _pixels(request.GET.get("maxheight"), HEIGHT))
    response = JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": headline(publication.record),
            "author_name": publication.reviewer.card.name,
            "provider_name": settings.SITE_NAME,
            "provider_url": request.build_absolute_uri(reverse("public:home")),
            "cache_age": CACHE_SECONDS,
            "width": width,
            "height": height,
            "html": frame(request, publication, width, height),
        }
    )
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def frame(request: HttpRequest, publication: Publication, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return the HTML that shows a claim's card in another page; sizes are pixels."""
    address = request.build_absolute_uri(reverse("public:card", args=[publication.slug]))
    title = escape(headline(publication.record))
    size = f'width="{width}" height="{height}"'
    return f'<iframe src="{escape(address)}" {size} title="{title}" loading="lazy"></iframe>'


def _named_in(url: str, request: HttpRequest) -> Publication:
    """Return the current publication of the claim that an address of ours names; raises Http404."""
    try:
        parts = urlsplit(url)
        match = resolve(unquote(parts.path))
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    is_ours = parts.scheme in {"http", "https"} and parts.netloc == request.get_host()
    if not is_ours or match.view_name not in {"public:claim", "public:version"}:
        raise Http404
    publications = Publication.shown.current().select_related("reviewer__card")
    found: Publication = get_object_or_404(publications, slug=match.kwargs["slug"])
    return found


def _pixels(text: str | None, default: int) -> int:
    pixels = parse_int(text)
    return default if pixels is None else max(1, pixels)
