"""The answer while the database or the disk does not do its work: what is the matter, with all that was typed."""

from __future__ import annotations

import logging
import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.defaults import bad_request as plain_bad_request
from django.views.defaults import server_error as plain_server_error

from claims.desk.form_recovery import posted_fields
from claims.matching.turn import BusyError
from claims.outages import Outage, outage_in

RETRY_AFTER = 5  # seconds, told to who finds us too busy

_logger = logging.getLogger("factcheck.unavailable")


def outage_of(error: BaseException | None) -> Outage | None:
    """Return why a request could not be answered, by the error or what it came of; None where the fault is ours."""
    while error is not None:
        if isinstance(error, BusyError):
            return Outage.LOCKED
        if outage := outage_in(error):
            return outage
        error = error.__cause__ or error.__context__
    return None


def unavailable(request: HttpRequest, outage: Outage, error: BaseException) -> HttpResponse:
    """Say so with 503, log why, and offer what was posted to be sent again."""
    if outage == Outage.TOO_SLOW or isinstance(error, BusyError):
        _logger.warning("%s: %s", outage.name, error)
    else:
        _logger.error("%s: %s", outage.name, error, exc_info=error)
    words = str(outage.value)
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Too busy", "status": 503, "detail": words}
        response: HttpResponse = JsonResponse(problem, status=503, content_type="application/problem+json")
    else:
        response = render(request, "claims/unavailable.html", {"words": words, "fields": _typed(request)}, status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer what failed before a view was asked, or in our own code."""
    error = sys.exc_info()[1]
    outage = outage_of(error)
    return unavailable(request, outage, error) if outage and error else plain_server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer what was no request; or one whose session could not be saved, as the database was gone."""
    outage = outage_of(exception)
    return unavailable(request, outage, exception) if outage else plain_bad_request(request, exception)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that were posted, where they came through whole."""
    if request.method != "POST":
        return []
    try:
        return posted_fields(request)
    except (OSError, MultiPartParserError):
        return []
