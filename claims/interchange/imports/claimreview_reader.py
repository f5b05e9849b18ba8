"""ClaimReview as it is found in the wild: feeds, pages, single reviews, with all that is odd about them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import ngettext

from claims.interchange.formats.external_review import ExternalReview

MAX_DEPTH = 12  # of lists and graphs around a review
_AROUND = ("dataFeedElement", "item", "@graph", "mainEntity", "review", "hasPart", "itemListElement")
type Found = Iterator[tuple[str, ExternalReview | None]]


def reviews(document: Any, place: str = "", *, language: str = "") -> Found:
    """Yield (place, review) of every ClaimReview in a document; None where an item is empty or no review."""
    yield from reviews_in([(place, document)], language=language)


def reviews_in(documents: Iterable[tuple[str, Any]], *, language: str = "") -> Found:
    """Yield what `reviews` does, of several documents that name each other's objects by @id."""
    documents = list(documents)
    reader = _Reader(language)
    for _, document in documents:
        reader.learn(document, 0)
    for place, document in documents:
        yield from reader.reviews(document, place, 0)


def holds_review(document: Any, depth: int = 0) -> bool:
    """Whether there is a ClaimReview in a JSON value."""
    if depth > MAX_DEPTH or not isinstance(document, (dict, list)):
        return False
    if isinstance(document, dict) and "ClaimReview" in _types(document):
        return True
    inner = document.values() if isinstance(document, dict) else document
    return any(holds_review(value, depth + 1) for value in inner)


class _Reader:
    """Reads reviews, and what they name by @id."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.by_id: dict[str, dict[str, Any]] = {}

    def learn(self, value: Any, depth: int) -> None:
        """Remember the objects that have an @id and say more than that."""
        if depth > MAX_DEPTH:
            return
        if isinstance(value, list):
            for item in value:
                self.learn(item, depth + 1)
        elif isinstance(value, dict):
            known = value.get("@id")
            if isinstance(known, str) and len(value) > len(self.by_id.get(known, {"@id": ""})):
                self.by_id[known] = value
            for inner in value.values():
                self.learn(inner, depth + 1)

    def reviews(self, value: Any, place: str, depth: int, url: str = "") -> Found:
        if depth > MAX_DEPTH:
            yield place, None
        elif isinstance(value, list):
            for number, item in enumerate(value, 1):
                yield from self.reviews(item, f"{place}[{number}]", depth + 1, url)
        elif isinstance(value, dict) and "ClaimReview" in _types(value):
            for review in self._reviews_of(value, url):
                yield place or "document", review
        elif isinstance(value, dict):
            inner = [name for name in _AROUND if name in value]
            around = text(value.get("url")) if "DataFeedItem" in _types(value) else url
            for name in inner:
                yield from self.reviews(value[name], f"{place}.{name}".lstrip("."), depth + 1, around)
            if not inner:
                yield place or "document", None
        else:
            yield place or "document", None

    def _reviews_of(self, value: dict[str, Any], url: str) -> Iterator[ExternalReview]:
        """Yield a review for each of the claims that one reviews."""
        said = [text(item) for item in _listed(value.get("claimReviewed"))]
        items = [self._object(item) for item in _listed(value.get("itemReviewed"))]
        if not any(said):
            said = [text(item.get("name")) or text(item.get("text")) for item in items]
        told = [words for words in dict.fromkeys(said) if words] or [""]
        for number, words in enumerate(told):
            item = items[number] if number < len(items) else items[0] if items else {}
            yield self._review(value, words, item, url)

    def _review(self, value: dict[str, Any], words: str, claim: dict[str, Any], url: str) -> ExternalReview:
        authors = [self._object(item) for item in _listed(value.get("author")) or _listed(value.get("publisher"))]
        claimants = [self._object(item) for item in _listed(claim.get("author")) or _listed(claim.get("creator"))]
        ratings = [self._object(item) for item in _listed(value.get("reviewRating"))]
        part_of = self._object(value.get("isPartOf") or value.get("mainEntityOfPage"))
        author, claimant, rating = (next(iter(found), {}) for found in (authors, claimants, ratings))
        told = (
            (
                ngettext(
                    "it names %(count)s reviewer: the first is taken",
                    "it names %(count)s reviewers: the first is taken",
                    len(authors),
                ),
                authors,
            ),
            (
                ngettext(
                    "it names %(count)s person who claimed it: the first is taken",
                    "it names %(count)s people who claimed it: the first is taken",
                    len(claimants),
                ),
                claimants,
            ),
            (
                ngettext(
                    "it names %(count)s rating: the first is taken",
                    "it names %(count)s ratings: the first is taken",
                    len(ratings),
                ),
                ratings,
            ),
        )
        doubts = [words % {"count": len(found)} for words, found in told if len({str(item) for item in found}) > 1]
        review = ExternalReview(
            claim=words,
            url=text(value.get("url")) or url or text(part_of.get("url")) or text(value.get("@id")),
            title=text(value.get("headline")) or text(value.get("name")),
            reviewer=text(author.get("name")),
            reviewer_url=text(author.get("url")),
            reviewed_on=text(value.get("datePublished")) or text(part_of.get("datePublished")),
            rating=text(rating.get("alternateName")) or text(rating.get("name")),
            rating_value=text(rating.get("ratingValue")),
            rating_best=text(rating.get("bestRating")),
            rating_worst=text(rating.get("worstRating")),
            claimant=text(claimant.get("name")),
            claimant_url=text(claimant.get("sameAs")) or text(claimant.get("url")),
            is_claimant_person="Person" in _types(claimant),
            claimed_on=text(claim.get("datePublished")),
            language=text(value.get("inLanguage")) or text(part_of.get("inLanguage")) or self.language,
            summary=text(rating.get("ratingExplanation"))
            or text(value.get("description"))
            or text(value.get("reviewBody")),
            topics=tuple(_keywords(value.get("keywords"))),
            appearances=tuple(self._places(claim.get("appearance")) | self._places(claim.get("firstAppearance"))),
        )
        return replace(review, doubts=tuple(doubts)) if doubts else review

    def _object(self, value: Any) -> dict[str, Any]:
        """Return the object that a value is, or names by @id or by its name."""
        if isinstance(value, list):
            value = next((item for item in value if item), None)
        if isinstance(value, str):
            return self.by_id.get(value, {"name": value})
        if not isinstance(value, dict):
            return {}
        known = self.by_id.get(str(value.get("@id")))
        return known if known and len(known) > len(value) else value

    def _places(self, value: Any, depth: int = 0) -> dict[str, None]:
        """Return the addresses in an appearance: an address, several with commas, an object, or a list of them."""
        if depth > MAX_DEPTH:
            return {}
        if isinstance(value, list):
            return {place: None for item in value for place in self._places(item, depth + 1)}
        if isinstance(value, dict):
            known = self._object(value)
            return self._places(known.get("url") or known.get("@id") or known.get("name"), depth + 1)
        if not isinstance(value, str):
            return {}
        parts = value.replace(" and http", "\nhttp").replace(", http", "\nhttp").replace(",http", "\nhttp")
        return {part.strip(): None for part in parts.splitlines() if part.strip()}


def _types(value: dict[str, Any]) -> list[str]:
    named = value.get("@type", value.get("type"))
    names = named if isinstance(named, list) else [named]
    return [str(name).rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names]


def _listed(value: Any) -> list[Any]:
    return [item for item in value if item] if isinstance(value, list) else [value] if value else []


def _keywords(value: Any) -> Iterator[str]:
    for item in _listed(value):
        yield from (part.strip() for part in text(item).split(",") if part.strip())


def text(value: Any) -> str:
    """Return the text that a JSON value stands for: itself, the first of a list, or what an object is called."""
    if isinstance(value, list):
        value = next((item for item in value if item), "")
    if isinstance(value, dict):
        value = next((value[name] for name in ("@value", "text", "name", "url", "@id") if value.get(name)), "")
    return "" if value is None or isinstance(value, (bool, list, dict)) else str(value)
