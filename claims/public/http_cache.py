"""Who may keep a page: everyone a public one, nobody a page of a session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.db import connections, router
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers

from claims.models import Publication

CACHE_SECONDS = 60  # how long browsers and proxies may show a page without asking
CODE = Path(__file__).resolve().parent.parent


def cache_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: set Cache-Control where a response has none; what a session sees stays its own.

    Every response varies by cookie, so that no header tells pages that look for a session from
    addresses that do not exist.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if _has_session(request) or response.cookies or request.method not in {"GET", "HEAD"}:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        elif "Cache-Control" not in response and response.status_code in {200, 304}:
            patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


#: What a claim's page depends on: its place in the chain, whether it is being re-checked, and what _site_state tells.
type State = tuple[Any, ...]


def answer_from_state(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 without making a claim's page, where record, re-check, every name and our code are as they were.

    For views of a claim by its slug that show nothing else, and give their response the `state` it
    was made from. Pages of a session, and days past (whose answer may be that they have not come),
    are always made.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        if _has_session(request) or settings.DEBUG or "as_of" in request.GET:
            return view(request, slug=slug, **kwargs)
        state: State | None = None
        answer: HttpResponse | None = None
        if "If-None-Match" in request.headers:
            states: Any = Publication.shown.current().with_recheck().filter(slug=slug)
            found = states.values_list("sequence", "is_being_rechecked").first()
            state = (*found, *_site_state()) if found else None
            if state:
                answer = get_conditional_response(request, etag=_etag(request, state))
        response: HttpResponse = answer or view(request, slug=slug, **kwargs)
        state = getattr(response, "state", state)
        if state and response.status_code in {200, 304}:
            response.headers["ETag"] = _etag(request, state)
        return response

    return wrapped


def with_state(response: HttpResponse, publication: Publication, newest: Publication) -> HttpResponse:
    """Give a response the state it was made from: of a version, annotated with its re-check, and of the newest one."""
    response.state = (newest.sequence, publication.is_being_rechecked, *_site_state())  # type: ignore[attr-defined]
    return response


def _site_state() -> tuple[Any, ...]:
    """Return what any page that names others depends on: the ends of the chain, and what is withheld."""
    with connections[router.db_for_read(Publication)].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(sequence) FROM claims_publication), (SELECT max(sequence) FROM claims_card),"
            " (SELECT max(id) FROM claims_withholding),"
            " (SELECT count(*) FROM claims_withholding WHERE ended_at IS NULL)"
        )
        state: tuple[Any, ...] = cursor.fetchone()
        return state


def _etag(request: HttpRequest, state: State) -> str:
    parts = (code_version(), request.get_host(), request.get_full_path(), *state)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _has_session(request: HttpRequest) -> bool:
    """Whether somebody is signed in; a cookie that anybody can write is not enough."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return SESSION_KEY in request.session if hasattr(request, "session") else True


@cache
def code_version() -> str:
    """Return a hash of all that shapes a page but the data: our code, templates, words and the site's names."""
    digest = hashlib.sha256(f"{settings.SITE_NAME}|{settings.LANGUAGE_CODE}|{settings.TIME_ZONE}".encode())
    for path in sorted(CODE.rglob("*")):
        if path.suffix in {".py", ".html", ".mo", ".css"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()
