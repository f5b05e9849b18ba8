"""What search engines may know of: every page that stands on a current publication (sitemaps.org protocol)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.views.decorators.http import require_safe

from claims.models import Card, Publication

ADDRESSES = 10_000  # of one file; the protocol allows 50,000


class _Places(Paginator):
    """Current reviews, ADDRESSES places of the chain a page: a page's rows are found, not counted off."""

    @cached_property
    def count(self) -> int:
        return Publication.shown.order_by("-sequence").values_list("sequence", flat=True).first() or 0

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        last = number * self.per_page
        reviews = Publication.shown.current().reviews().filter(sequence__gt=last - self.per_page, sequence__lte=last)
        rows = reviews.only("slug", "published_at", "is_current").order_by("sequence")
        return Page(list(rows), number, self)


class ClaimSitemap(Sitemap):
    """Current reviews. Retractions are left out; their pages stand."""

    limit = ADDRESSES

    @property
    def paginator(self) -> Paginator:
        return _Places([], self.limit)

    def items(self) -> Any:
        return []

    def lastmod(self, item: Publication) -> Any:
        return item.published_at

    def get_latest_lastmod(self) -> Any:
        return Publication.shown.order_by("-sequence").values_list("published_at", flat=True).first()


class ArticleSitemap(Sitemap):
    limit = ADDRESSES

    def items(self) -> Any:
        return Card.objects.articles().defer("text").order_by("article")


class TopicSitemap(Sitemap):
    limit = ADDRESSES

    def items(self) -> Any:
        return Card.objects.topics().filter(merged_into="").order_by("topic")


class SourceSitemap(Sitemap):
    limit = ADDRESSES

    def items(self) -> Any:
        claimed = Publication.shown.current().filter(claimant=OuterRef("source"))
        return Card.objects.filter(Exists(claimed)).order_by("source")


class PageSitemap(Sitemap):
    """The pages that stand whatever is published."""

    def items(self) -> list[str]:
        return ["home", "claims", "articles", "topics", "corrections", "methodology", "data", "about", "contact"]

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
    """robots.txt: everything public may be read; the desk, private answers and each mix of filters need no visit."""
    sitemap = request.build_absolute_uri(reverse("data:sitemap_index"))
    lists = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            lists += [f"Disallow: {reverse('public:suggest')}", f"Disallow: {reverse('public:claims')}?*&"]
    lines = ["User-agent: *", "Disallow: /admin/", *lists, f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """security.txt (RFC 9116): where to report a hole in this site; taken anew at least every half year."""
    contact = settings.SECURITY_CONTACT or request.build_absolute_uri(reverse("public:contact"))
    until = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=180)
    lines = [f"Contact: {contact}", f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}", "Preferred-Languages: en", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
