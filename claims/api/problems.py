"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from claims.matching.turn import BusyError

MEDIA_TYPE = "application/problem+json"


class Unprocessable(exceptions.APIException):
    """Parameters that cannot be understood: each with what is wrong with it."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_detail = "Some parameters cannot be understood."

    def __init__(self, errors: dict[str, Any]) -> None:
        super().__init__()
        self.errors = errors


class Busy(exceptions.APIException):
    """Another text is being compared on this machine."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = "Another text is being compared. Try again in a few seconds."
    wait = 4  # seconds, of which one more is told, as of any wait


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an error, or None for a fault of ours (Django then answers 500)."""
    if isinstance(error, Http404):
        error = exceptions.NotFound("There is nothing public at this address.")
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, BusyError):
        error = Busy()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(error.status_code).phrase,
        "status": error.status_code,
        "detail": str(error.detail),
    }
    if isinstance(error, Unprocessable):
        problem["errors"] = error.errors
    response = Response(problem, status=error.status_code, content_type=MEDIA_TYPE)
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    return response
