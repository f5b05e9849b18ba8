"""One claim on somebody else's page: a card to embed, and the oEmbed endpoint that offers it."""

from __future__ import annotations

import re
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.csp import CSP
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from claims.models import Publication
from claims.public.http_cache import CACHE_SECONDS
from claims.record.headline import headline, reviewed_in
from claims.text.numbers import parse_int

WIDTH = 600  # pixels, at most: a card takes what width its host has
SHORTEST, TALLEST = 220, 640
NARROWEST_LETTERS = 30  # of a statement in a line of the narrowest card, 320 pixels wide
LINE = 26  # pixels, of a statement
EMBEDDED_CSP: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": ["*"], "form-action": [CSP.NONE]}
THEMES = ("light", "dark", "auto")  # the first where none is asked for: most pages are light
_COLOUR = re.compile(r"[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?")
COLOURS = {"background": "--card", "text": "--ink", "link": "--link"}


@require_safe
@xframe_options_exempt
@csp_override(EMBEDDED_CSP)
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands on a claim, small enough to stand in another page, in its colours. It follows corrections."""
    publication = get_object_or_404(Publication.shown.current().for_lists().defer(None), slug=slug)
    if publication.leads_nowhere:
        raise Http404
    if into := publication.successor:
        query = request.GET.urlencode()
        return redirect(reverse("public:card", args=[into.slug]) + (f"?{query}" if query else ""))
    theme = request.GET.get("theme", THEMES[0])
    if theme not in THEMES or _colours(request) is None:
        words = f"theme is one of {', '.join(THEMES)}; {', '.join(COLOURS)} are colours such as fff or 1c2226."
        return HttpResponse(words, status=400, content_type="text/plain")
    context = {
        "publication": publication,
        "title": headline(publication.record),
        "reviewed_at": datetime.fromisoformat(reviewed_in(publication.record)["published_at"]),
        "theme": theme,
        "colours": urlencode({name: request.GET[name] for name in COLOURS if name in request.GET}),
    }
    return render(request, "claims/card.html", context)


@require_safe
def colours(request: HttpRequest) -> HttpResponse:
    """The style sheet that gives a card the colours of its host; our pages have no style of their own in them."""
    chosen = _colours(request) or {}
    rules = "".join(f"{variable}: #{colour}; " for variable, colour in chosen.items())
    return HttpResponse(f":root {{ {rules}}}\n", content_type="text/css")


def _colours(request: HttpRequest) -> dict[str, str] | None:
    """Return the colours that a request names, by the variables of palette.css; None where one is no colour."""
    given = {COLOURS[name]: request.GET[name] for name in COLOURS if name in request.GET}
    return given if all(_COLOUR.fullmatch(str(value)) for value in given.values()) else None


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """Answer an oEmbed 1.0 request for a claim's address (oembed.com); JSON only."""
    if request.GET.get("format", "json") != "json":
        return HttpResponse("Ask for format=json.", status=501, content_type="text/plain")
    try:
        publication, language = _named_in(request.GET.get("url", ""), request)
    except Http404:
        words = "url is the address of a published claim, of one of its versions or of its card here."
        return HttpResponse(words, status=404, content_type="text/plain")
    width = min(WIDTH, _pixels(request.GET.get("maxwidth"), WIDTH))
    height = min(height_of(publication), _pixels(request.GET.get("maxheight"), TALLEST))
    with translation.override(language):
        html = frame(request, publication, width, height)
        title = headline(publication.record)
        home = request.build_absolute_uri(reverse("public:home"))
    return JsonResponse(
        {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "author_name": publication.reviewer.card.name,
            "provider_name": settings.SITE_NAME,
            "provider_url": home,
            "cache_age": CACHE_SECONDS,
            "width": width,
            "height": height,
            "html": html,
        }
    )


def frame(request: HttpRequest, publication: Publication, width: int = WIDTH, height: int = 0) -> str:
    """Return the HTML that shows a claim's card in another page, as wide as that has room for; sizes are pixels."""
    address = request.build_absolute_uri(reverse("public:card", args=[publication.slug]))
    title = escape(headline(publication.record))
    size = f'width="100%" height="{height or height_of(publication)}" style="border:0;max-width:{width}px"'
    return f'<iframe src="{escape(address)}" {size} title="{title}" loading="lazy"></iframe>'


def height_of(publication: Publication) -> int:
    """Return how high a card has to be so that nothing of it is cut off where it is narrowest."""
    lines = ceil(len(publication.statement) / NARROWEST_LETTERS)
    return min(max(SHORTEST, 190 + LINE * lines), TALLEST)


def _named_in(url: str, request: HttpRequest) -> tuple[Publication, str]:
    """Return the current publication that an address of ours names, and the address's language; raises Http404."""
    try:
        parts = urlsplit(url)
        path = unquote(parts.path).rstrip("/") + "/"
        language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
        with translation.override(language):
            match = resolve(path)
    except (ValueError, Resolver404) as error:
        raise Http404 from error
    is_ours = parts.scheme in {"http", "https"} and parts.netloc.lower() == request.get_host().lower()
    if not is_ours or match.view_name not in {"public:claim", "public:version", "public:card"}:
        raise Http404
    publications = Publication.shown.current().select_related("reviewer__card")
    found: Publication = get_object_or_404(publications, slug=match.kwargs["slug"])
    number = match.kwargs.get("number")
    if found.leads_nowhere or (number and not Publication.shown.at(found.slug, number).exists()):
        raise Http404
    return found.successor or found, language


def _pixels(text: str | None, default: int) -> int:
    pixels = parse_int(text)
    return default if pixels is None else max(1, pixels)
