"""The language of a readers' page, which its address says, and what the frame of every page needs."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from claims.models import Card


class AddressLanguageMiddleware(LocaleMiddleware):
    """Only the address chooses the language, so that shared caches need not vary by what a browser prefers."""

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


def alternates(request: HttpRequest) -> list[dict[str, str]]:
    """Return this page's address in every language, as {code, name, path}; [] outside the readers' pages."""
    match = request.resolver_match
    if match is None or match.namespace != "public":
        return []
    path = request.get_full_path()
    prefix = f"/{translation.get_language_from_path(request.path_info) or ''}"
    plain = path.removeprefix(prefix) if prefix != "/" else path
    return [
        {"code": code, "name": name, "path": plain if code == settings.LANGUAGE_CODE else f"/{code}{plain}"}
        for code, name in settings.LANGUAGES
    ]


def unsigned_until(request: HttpRequest) -> datetime | None:
    """Return when the last name or article was taken over without signatures, for the foot of a readers' page."""
    if request.resolver_match is None or request.resolver_match.namespace != "public":
        return None
    return Card.objects.unsigned().values_list("signed_at", flat=True).first()


def _foreign_review_language(language: str) -> str:
    """Return what the language of reviews is called in the reader's, or "" where it is the same."""
    ours = settings.LANGUAGE_CODE.partition("-")[0]
    if language.partition("-")[0] == ours:
        return ""
    for code in (ours, settings.LANGUAGE_CODE):
        with suppress(KeyError):
            return str(translation.get_language_info(code)["name_translated"])
    return str(settings.LANGUAGE_CODE)


def sees_desk(request: HttpRequest) -> bool:
    """Whether whoever reads works here."""
    user = getattr(request, "user", None)
    return bool(user and user.is_staff and user.has_perm("claims.view_claim"))


def site(request: HttpRequest) -> dict[str, Any]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "language": language,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "site_name": settings.SITE_NAME,
        "site_address": f"{request.scheme}://{request.get_host()}",
        "page_address": request.build_absolute_uri(quote(request.path)),
        "is_narrowed": bool(request.GET),
        "licence_name": settings.LICENCE_NAME,
        "licence_url": settings.LICENCE_URL,
        "review_language": settings.LANGUAGE_CODE,
        "foreign_review_language": _foreign_review_language(language),
        "sees_desk": SimpleLazyObject(lambda: sees_desk(request)),
        "unsigned_until": SimpleLazyObject(lambda: unsigned_until(request)),
        "alternates": SimpleLazyObject(lambda: alternates(request)),
    }
