"""What search engines may know of: every page that stands on a current publication (sitemaps.org protocol)."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from claims.models import Article, Publication, Source, Topic

ADDRESSES = 10_000  # of one file; the protocol allows 50,000


class ClaimSitemap(Sitemap):
    """Current reviews. Retractions are left out; their pages stand."""

    limit = ADDRESSES

    def items(self) -> Any:
        return Publication.objects.current().reviews().only("slug", "published_at", "is_current").order_by("sequence")

    def lastmod(self, item: Publication) -> Any:
        return item.published_at


class _NamedSitemap(Sitemap):
    limit = ADDRESSES
    model: Any = None

    def items(self) -> Any:
        named = self.model.objects.filter(publications__is_current=True)
        return named.annotate(newest=Max("publications__published_at")).order_by("pk")

    def lastmod(self, item: Any) -> Any:
        return item.newest


class ArticleSitemap(_NamedSitemap):
    model = Article


class TopicSitemap(_NamedSitemap):
    model = Topic


class SourceSitemap(_NamedSitemap):
    model = Source


class PageSitemap(Sitemap):
    """The pages that stand whatever is published."""

    def items(self) -> list[str]:
        return ["home", "claims", "articles", "topics", "corrections", "methodology", "about", "contact"]

    def location(self, item: str) -> str:
        return reverse(f"public:{item}")


SITEMAPS: dict[str, type[Sitemap]] = {
    "pages": PageSitemap,
    "claims": ClaimSitemap,
    "articles": ArticleSitemap,
    "topics": TopicSitemap,
    "sources": SourceSitemap,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: everything public may be read; the desk and private answers need no visit."""
    sitemap = request.build_absolute_uri(reverse("data:sitemap_index"))
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /suggest/", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
