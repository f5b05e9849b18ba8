"""Who may keep a page: everyone a public one, nobody a page of a session."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import DatabaseError, connections, router
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
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
        if _is_read_alone(request):
            response.cookies.clear()  # that of no session, or no token, is not even taken away: it changes nothing
        if _has_session(request) or response.cookies or request.method not in {"GET", "HEAD"}:
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        elif "Cache-Control" not in response and response.status_code in {200, 304}:
            patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
        patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def answer_from_state(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer 304 without making a readers' page, where all that it may show is as it was.

    Pages of a session, those that answer one reader alone (whose views are never cached), and searches, which rest on
    other names and vectors, too, are always made.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.DEBUG or request.method not in {"GET", "HEAD"} or not _is_for_all(request):
            return get_response(request)
        try:
            etag = _etag(request)
        except DatabaseError:
            return get_response(request)  # which fails in the same way, and is answered for it
        answer = get_conditional_response(request, etag=etag) if _names_a_tag(request) else None
        if answer is None:
            answer = get_response(request)
        else:
            _keep_what_was_said_of_frames(answer)
        if answer.status_code in {200, 304} and "Cache-Control" not in answer:
            answer.headers["ETag"] = etag
        return answer

    return middleware


def _keep_what_was_said_of_frames(unchanged: HttpResponse) -> None:
    """Let a 304 say nothing of who may frame the page: browsers would take it, and a card may be framed by anybody."""
    vars(unchanged).update(_csp_config={}, _csp_ro_config={}, xframe_options_exempt=True)


def _names_a_tag(request: HttpRequest) -> bool:
    """Whether a visitor says what they have; "*" would be true of addresses that do not exist."""
    return request.headers.get("If-None-Match", "*").strip() != "*"


def _is_for_all(request: HttpRequest) -> bool:
    """Whether the address may be a readers' page that is the same for everybody."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return False
    return match.namespace == "public" and "q" not in request.GET and not _has_session(request)


def _etag(request: HttpRequest) -> str:
    """Return the tag of a page as it would be made now.

    Readers' pages depend on the chain, on the notices in fixed words (withheld, being re-checked) and on
    our code. A re-check ends with a new place in the chain, so that counts of those under way tell one
    state from another.
    """
    with connections[router.db_for_read(Publication)].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(sequence) FROM claims_publication), (SELECT max(sequence) FROM claims_card),"
            " (SELECT max(id) FROM claims_withholding),"
            " (SELECT count(*) FROM claims_withholding WHERE ended_at IS NULL),"
            " (SELECT count(*) FROM claims_claim WHERE rechecked_since IS NOT NULL)"
        )
        state: tuple[Any, ...] = cursor.fetchone()
    parts = (code_version(), request.build_absolute_uri(), *state)
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _is_read_alone(request: HttpRequest) -> bool:
    """Whether a reader who is not signed in looks at what is for all."""
    match = request.resolver_match
    is_for_readers = match is not None and match.namespace in {"public", "data", "api"}
    return is_for_readers and request.method in {"GET", "HEAD"} and not _has_session(request)


def _has_session(request: HttpRequest) -> bool:
    """Whether somebody is signed in; a cookie that anybody can write is not enough."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return SESSION_KEY in request.session if hasattr(request, "session") else True


@cache
def code_version() -> str:
    """Return a hash of all that shapes a page but the data: our code, templates, words, files and the site's names."""
    names = (
        getattr(staticfiles_storage, "manifest_hash", ""),
        settings.SITE_URL,
        str(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]),
        settings.SITE_NAME,
        settings.LICENCE_NAME,
        settings.LICENCE_URL,
        settings.LANGUAGE_CODE,
        settings.TIME_ZONE,
    )
    digest = hashlib.sha256("|".join(names).encode())
    for path in sorted(CODE.rglob("*")):
        if path.suffix in {".py", ".html", ".mo", ".css", ".ttf"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()
