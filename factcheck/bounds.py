"""What a stranger sends has a limit, before anything reads it; and what other sites may load of ours."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from claims.text.numbers import parse_int


def bounded(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 413 to a body above PUBLIC_BODY, but at the desk of who is signed in, with their files.

    It stands below the session's middleware, and above all that reads a body.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = parse_int(request.META.get("CONTENT_LENGTH") or "0")
        if (length is None or length > settings.PUBLIC_BODY) and not _is_at_the_desk(request):
            words = f"At most {settings.PUBLIC_BODY // 1024:,} kB can be sent here.\n"
            return HttpResponse(words, status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def _is_at_the_desk(request: HttpRequest) -> bool:
    return request.path_info.startswith("/admin/") and SESSION_KEY in request.session


def isolated(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let other sites load, and their scripts read, nothing of ours but what is made for them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 304:
            return response  # a browser keeps what the page itself said
        match = request.resolver_match
        name = match.url_name or "" if match else ""
        is_made_for_them = name in {"card", "picture", "site_picture", "claims_search"} or "feed_" in name
        is_for_all = match is not None and (match.namespace in {"data", "api"} or is_made_for_them)
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if is_for_all else "same-origin"
        if is_for_all:
            response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return middleware
