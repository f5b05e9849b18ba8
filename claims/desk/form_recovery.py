"""Text that was posted when it could not be taken: offered to be sent again, never dropped.

That happens when the session ended while somebody typed, and when they signed in again in
another tab (the form's CSRF token is then the old one).
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure as plain_csrf_failure

FIELD = "kept"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 — the field's name


def posted_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return what was posted, as pairs of name and value; passwords are not kept."""
    kept = [(name, values) for name, values in request.POST.lists() if name != TOKEN and "password" not in name]
    return [(name, value) for name, values in kept for value in values]


def serialise_post(request: HttpRequest) -> str:
    """Return what was posted, as JSON pairs of name and value."""
    return json.dumps(posted_fields(request))


def offer_resubmission(request: HttpRequest, packed: str, address: str, *, status: int = 200) -> HttpResponse:
    """Return the page that sends packed text to an address of this site when its button is pressed."""
    try:
        fields = [(_clean(name), _clean(value)) for name, value in json.loads(packed)]
    except (ValueError, TypeError, RecursionError) as error:
        raise SuspiciousOperation("What was kept cannot be read.") from error
    texts = [(name, value) for name, value in fields if len(value) > 40 or "\n" in value]
    context = {"fields": fields, "texts": texts, "address": address, "title": _("Your text is here")}
    return render(request, "admin/claims/kept.html", context, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Offer a form of our own pages again when its token is out of date; refuse anybody else's."""
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if is_ours and request.path == reverse("admin:login") and request.POST.get(FIELD):
        if request.user.is_authenticated:  # in another tab
            address = request.GET.get("next", "")
            is_here = url_has_allowed_host_and_scheme(address, {request.get_host()})
            return offer_resubmission(request, request.POST[FIELD], address if is_here else reverse("admin:index"))
    elif is_ours and request.user.is_authenticated:
        return offer_resubmission(request, serialise_post(request), request.get_full_path(), status=403)
    return plain_csrf_failure(request, reason)


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer too many wrong passwords, with what was kept in a form to sign in with later."""
    context = {
        FIELD: request.POST.get(FIELD, ""),
        "title": _("Too many wrong passwords"),
        "address": request.get_full_path(),
    }
    return render(request, "admin/claims/locked_out.html", context, status=429)


def _clean(value: object) -> str:
    """Return text that can be sent: JSON may hold half a character."""
    return str(value).encode("utf-8", "replace").decode()
