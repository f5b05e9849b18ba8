"""What every page's frame needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from claims.public.languages import alternates
from claims.vocabulary import VerdictFamily


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_name": settings.SITE_NAME,
        "site_address": f"{request.scheme}://{request.get_host()}",
        "families": list(VerdictFamily),
        "review_language": settings.LANGUAGE_CODE,
        "alternates": SimpleLazyObject(lambda: alternates(request)),
    }
