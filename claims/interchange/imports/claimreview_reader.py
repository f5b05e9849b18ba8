"""ClaimReview as it is found in the wild: feeds, pages, single reviews, with all that is odd about them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import orjson

from claims.interchange.formats.external_review import ExternalReview

MAX_DEPTH = 12  # of lists and graphs around a review


class _Scripts(HTMLParser):
    """Collects the JSON-LD of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_inside = tag == "script" and (dict(attrs).get("type") or "").startswith("application/ld+json")
        if self.is_inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = False

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.found[-1] += data


def in_page(page: str) -> list[Any]:
    """Return the JSON-LD documents of an HTML page; what is no JSON is left out."""
    scripts = _Scripts()
    scripts.feed(page)
    documents = []
    for text in scripts.found:
        try:
            documents.append(orjson.loads(text))
        except orjson.JSONDecodeError:
            continue
    return documents


def reviews(document: Any, place: str = "") -> Iterator[tuple[str, ExternalReview | None]]:
    """Yield (place, review) of every ClaimReview in a document; None where an item is empty or no review."""
    yield from _reviews(document, place, 0)


def _reviews(value: Any, place: str, depth: int) -> Iterator[tuple[str, ExternalReview | None]]:
    if depth > MAX_DEPTH:
        yield place, None
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            yield from _reviews(item, f"{place}[{number}]", depth + 1)
    elif isinstance(value, dict) and "ClaimReview" in _types(value):
        yield place or "document", _review(value)
    elif isinstance(value, dict):
        inner = [name for name in ("dataFeedElement", "item", "@graph", "mainEntity", "review") if name in value]
        for name in inner:
            yield from _reviews(value[name], f"{place}.{name}".lstrip("."), depth + 1)
        if not inner:
            yield place or "document", None
    else:
        yield place or "document", None


def _types(value: dict[str, Any]) -> list[str]:
    named = value.get("@type", value.get("type"))
    names = named if isinstance(named, list) else [named]
    return [str(name).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names]


def _review(value: dict[str, Any]) -> ExternalReview:
    claim = _first(value.get("itemReviewed"))
    author, claimant = _first(value.get("author")), _first(claim.get("author"))
    rating = _first(value.get("reviewRating"))
    return ExternalReview(
        claim=_text(value.get("claimReviewed")) or _text(claim.get("name")),
        url=_text(value.get("url")) or _text(value.get("@id")),
        title=_text(value.get("headline")) or _text(value.get("name")),
        reviewer=_text(author.get("name")),
        reviewer_url=_text(author.get("url")),
        reviewed_on=_text(value.get("datePublished")),
        rating=_text(rating.get("alternateName")) or _text(rating.get("name")),
        rating_value=_text(rating.get("ratingValue")),
        claimant=_text(claimant.get("name")),
        claimant_url=_text(claimant.get("sameAs")) or _text(claimant.get("url")),
        is_claimant_person="Person" in _types(claimant),
        claimed_on=_text(claim.get("datePublished")),
        language=_text(value.get("inLanguage")),
        summary=_text(rating.get("ratingExplanation")) or _text(value.get("description")),
        appearances=tuple(_places(claim.get("appearance")) | _places(claim.get("firstAppearance"))),
    )


def _first(value: Any) -> dict[str, Any]:
    """Return the first object of what may be an object, a list, a name or nothing."""
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if isinstance(value, str):
        return {"name": value}
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = next((item for item in value if item), "")
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name") or value.get("url") or value.get("@id") or ""
    return "" if value is None or isinstance(value, (bool, list, dict)) else str(value)


def _places(value: Any) -> dict[str, None]:
    """Return the addresses in an appearance: an address, several with commas, an object, or a list of them."""
    if isinstance(value, list):
        return {place: None for item in value for place in _places(item)}
    if isinstance(value, dict):
        return _places(value.get("url") or value.get("@id") or value.get("name"))
    if not isinstance(value, str):
        return {}
    parts = value.replace(", http", "\nhttp").replace(",http", "\nhttp").splitlines()
    return {part.strip(): None for part in parts if part.strip()}
