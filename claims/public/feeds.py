"""Feeds of any list of verdicts, and of corrections, as Atom, RSS and JSON Feed. One entry is one publication."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from claims.models import Publication
from claims.record.headline import Review, answer, headline, review_in
from claims.search.filters import PublicationFilters
from claims.search.pages import newest_of
from claims.text import cleaning
from claims.vocabulary import PublicationKind

ENTRIES = 50


MOST_LOOKED_AT = 500  # standing versions, where some of the newest only add to a review


class JSONFeed(SyndicationFeed):
    """JSON Feed 1.1 (jsonfeed.org)."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "description": self.feed["description"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [_json_item(item) for item in self.items],
        }
        outfile.write(json.dumps(feed, ensure_ascii=False).encode(encoding))


def _json_item(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "content_text": item["description"],
        "date_published": rfc3339_date(item["pubdate"]),
        "date_modified": rfc3339_date(item["updateddate"]),
        "authors": [{"name": item["author_name"]}],
        "tags": list(item["categories"]),
        "language": item["language"],
    }


class AtomFeed(Atom1Feed):
    """Atom (RFC 4287), each entry with the language of its words."""

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["language"]}


FORMATS: dict[str, type[SyndicationFeed]] = {"atom": AtomFeed, "rss": Rss201rev2Feed, "json": JSONFeed}


class VerdictFeed(Feed):
    """The newest verdicts, narrowed by the same parameters as the list of claims."""

    name = "feed"

    def __init__(self, feed_format: str) -> None:
        self.format = feed_format
        self.feed_type = FORMATS[feed_format]

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        filters = PublicationFilters(request.GET, queryset=Publication.shown.none())
        if not filters.is_valid():
            raise BadRequest(f"not understood: {', '.join(filters.errors)}")  # without what was sent: it is logged
        return filters

    def title(self, obj: Any) -> str:
        narrowed = ", ".join(f"{label}: {value}" for label, value, _query in obj.chips())
        return cleaning.clean(f"{settings.SITE_NAME}: {_('Verdicts')}" + (f" ({narrowed})" if narrowed else ""))

    def description(self, obj: Any) -> str:
        return _("Claims, what we concluded about them, how sure we are, and the evidence.")

    def author_name(self, obj: Any) -> str:
        return cleaning.clean(settings.SITE_NAME)

    def feed_copyright(self, obj: Any) -> str:
        return " ".join(filter(None, (settings.LICENCE_NAME or _("all rights reserved"), settings.LICENCE_URL)))

    def link(self, obj: Any) -> str:
        return _with_query(reverse("public:claims"), obj.query())

    def feed_url(self, obj: Any) -> str:
        return _with_query(reverse(f"public:{self.name}_{self.format}"), obj.query() if obj else "")

    def items(self, obj: Any) -> Any:
        rows = Publication.shown.with_following()
        newest = list(newest_of(obj.selection, rows, ENTRIES))
        if any(item.kind == PublicationKind.ADDITION for item in newest):
            more = newest_of(obj.selection, Publication.shown.all(), MOST_LOOKED_AT)
            standing = {item.claim_id: item.record for item in more}
            newest = sorted(rows.reviews_in_force(standing), key=lambda item: -item.sequence)[:ENTRIES]
            for item in newest:
                item.record["translations"] = standing[item.claim_id].get("translations")
        return newest

    def item_title(self, item: Publication) -> str:
        return cleaning.clean(headline(item.record, is_superseded=item.is_followed))

    def item_description(self, item: Publication) -> str:
        """What an entry says; Atom and RSS take it for HTML, JSON Feed for text."""
        words = cleaning.clean(item.note or self._review(item).summary)
        return words if self.format == "json" else escape(words)

    def item_extra_kwargs(self, item: Publication) -> dict[str, str]:
        return {"language": settings.LANGUAGE_CODE if item.note else self._review(item).language}

    def _review(self, item: Publication) -> Review:
        return review_in(item.record, get_language() or "")

    def item_link(self, item: Publication) -> str:
        return item.get_version_url() if item.is_followed else reverse("public:claim", args=[item.slug])

    def item_author_name(self, item: Publication) -> str:
        return cleaning.clean(item.record["reviewer"]["name"])

    def item_categories(self, item: Publication) -> list[str]:
        return [cleaning.clean(name) for name in (answer(item.record), *(t["name"] for t in item.record["topics"]))]

    def item_guid(self, item: Publication) -> str:
        return f"urn:uuid:{item.claim_id}#v{item.number}"

    item_guid_is_permalink = False

    def item_pubdate(self, item: Publication) -> Any:
        return item.published_at

    def item_updateddate(self, item: Publication) -> Any:
        return item.published_at


class CorrectionFeed(VerdictFeed):
    """The newest corrections and retractions."""

    name = "corrections_feed"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return None

    def title(self, obj: Any) -> str:
        return f"{settings.SITE_NAME}: {_('Corrections')}"

    def link(self, obj: Any) -> str:
        return reverse("public:corrections")

    def items(self, obj: Any) -> Any:
        rows = Publication.shown.corrections_and_retractions().with_following()
        return rows.order_by("-sequence")[:ENTRIES]


class ClaimFeed(VerdictFeed):
    """What was published on one claim, the newest version first."""

    name = "claim_feed"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = get_object_or_404(Publication.shown.current(), slug=kwargs["slug"])
        if found.leads_nowhere:
            raise Http404
        return found

    def title(self, obj: Any) -> str:
        return cleaning.clean(f"{settings.SITE_NAME}: {obj.statement}")

    def description(self, obj: Any) -> str:
        return _("Changes to this review")

    def link(self, obj: Any) -> str:
        return str(obj.get_absolute_url())

    def feed_url(self, obj: Any) -> str:
        return reverse(f"public:{self.name}_{self.format}", args=[obj.slug])

    def items(self, obj: Any) -> Any:
        return Publication.shown.of_claims(obj.claim_id).with_following().order_by("-number")[:ENTRIES]


def _with_query(address: str, query: str) -> str:
    return f"{address}?{query}" if query else address
