"""Atom feeds (RFC 4287): of any list of verdicts, and of corrections. One entry is one publication, for good."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from claims.filters import PublicationFilters
from claims.models import Publication

ENTRIES = 50


class VerdictFeed(Feed):
    """The newest verdicts, narrowed by the same parameters as the list of claims."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> PublicationFilters:
        filters = PublicationFilters(request.GET, queryset=Publication.objects.current().reviews())
        if not filters.is_valid():
            raise BadRequest("; ".join(f"{name}: {' '.join(errors)}" for name, errors in filters.errors.items()))
        return filters

    def title(self, obj: PublicationFilters) -> str:
        narrowed = ", ".join(f"{label}: {value}" for label, value, _ in obj.chips())
        return f"{settings.SITE_NAME}: verdicts" + (f" ({narrowed})" if narrowed else "")

    def link(self, obj: PublicationFilters) -> str:
        return _with_query(reverse("public:claims"), obj.query())

    def feed_url(self, obj: PublicationFilters) -> str:
        return _with_query(reverse("public:feed"), obj.query())

    def items(self, obj: PublicationFilters) -> Any:
        return obj.qs.order_by("-sequence")[:ENTRIES]

    def item_title(self, item: Publication) -> str:
        return f"{item.get_verdict_display() or item.get_kind_display()}: {item.statement}"

    def item_description(self, item: Publication) -> str:
        return item.note or item.record["summary"]

    def item_link(self, item: Publication) -> str:
        return item.get_version_url()

    def item_guid(self, item: Publication) -> str:
        return f"urn:uuid:{item.claim_id}#v{item.number}"

    def item_pubdate(self, item: Publication) -> Any:
        return item.published_at

    def item_updateddate(self, item: Publication) -> Any:
        return item.published_at


class CorrectionFeed(VerdictFeed):
    """The newest corrections and retractions."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return None

    def title(self, obj: Any) -> str:
        return f"{settings.SITE_NAME}: corrections"

    def link(self, obj: Any) -> str:
        return reverse("public:corrections")

    def feed_url(self, obj: Any) -> str:
        return reverse("public:corrections_feed")

    def items(self, obj: Any) -> Any:
        return Publication.objects.taken_back().order_by("-sequence")[:ENTRIES]


def _with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
