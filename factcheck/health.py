"""Health checks, Prometheus metrics, and logs in which each request has an id."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from hmac import compare_digest
from time import perf_counter
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from claims.checks import has_static_files

SECONDS = Histogram(
    "factcheck_request_seconds",
    "Time from request to answer, by page and status.",
    ["page", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
FALLBACKS = Counter("factcheck_replica_fallbacks", "Requests answered by the primary because a replica failed.")
TOO_BUSY = Counter("factcheck_too_busy", "Requests answered with 503: a query took too long, or no database answered.")

_logger = logging.getLogger("factcheck.requests")
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_GIVEN_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)


class AddRequestId(logging.Filter):
    """Puts the request's id into every line that is logged while it is answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


def probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer /healthz and /readyz before anything looks at the host, the scheme or a session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return _probe("ok", 200)
        if request.path_info == "/readyz":
            return _probe(*_readiness())
        return get_response(request)

    return middleware


def _probe(words: str, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store", **({"Retry-After": "5"} if status != 200 else {})}
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain", headers=headers)


def _readiness() -> tuple[str, int]:
    """Whether the database answers and has our tables, and the pages find their stylesheets."""
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT 1 FROM claims_publication LIMIT 1")
            cursor.fetchone()
    except DatabaseError:
        return "the database does not answer, or is not migrated", 503
    if not has_static_files():
        return "the static files are missing: run “manage.py collectstatic”, then start again", 503
    return "ready", 200


def observed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: give the request an id, measure it, and log it. An id that a proxy gave is kept and sent back."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        known = bool(_GIVEN_ID.fullmatch(given))
        token = _request_id.set(given if known else uuid4().hex)
        began = perf_counter()
        try:
            response = get_response(request)
            seconds = perf_counter() - began
            match = request.resolver_match
            page = match.view_name if match else "none"
            method = request.method if request.method in {"GET", "HEAD", "POST", "OPTIONS"} else "other"
            SECONDS.labels(page, method, str(response.status_code)).observe(seconds)
            fields = {
                "method": request.method,
                "path": request.path,
                "page": page,
                "status": response.status_code,
                "milliseconds": round(1000 * seconds, 1),
            }
            _logger.info("%s %s %s", request.method, quote(request.path), response.status_code, extra=fields)
            if known:
                response.headers["X-Request-ID"] = given
            return response
        finally:
            _request_id.reset(token)

    return middleware


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for the desk and for who has METRICS_TOKEN; for others this address does not exist."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    has_token = (
        bool(settings.METRICS_TOKEN)
        and scheme == "Bearer"
        and compare_digest(token.encode(), settings.METRICS_TOKEN.encode())
    )
    if not (has_token or (request.user.is_staff and request.user.has_perm("claims.export_claim"))):
        raise Http404
    registry = REGISTRY
    if settings.PROMETHEUS_MULTIPROC_DIR:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
