"""The language of a readers' page: its address says which, and names the same page in the others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


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
