"""Who may keep a page: everyone a public one, nobody a page of a session."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

PUBLIC_SECONDS = 60  # how long browsers and proxies may show a page without asking


def cache_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: set Cache-Control where a response has none; what a session sees stays its own.

    Every response varies by cookie, so that no header tells pages that look for a session from
    addresses that do not exist.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies
        if has_session or request.method not in {"GET", "HEAD"}:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        elif "Cache-Control" not in response and response.status_code in {200, 304}:
            patch_cache_control(response, public=True, max_age=PUBLIC_SECONDS)
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware
