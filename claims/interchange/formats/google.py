"""Public records in the shape of Google's Fact Check Tools API, claims:search (v1alpha1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from claims.interchange.formats import json_stream
from claims.interchange.formats.claimreview import verdict_words
from claims.interchange.formats.external_review import ExternalReview
from claims.record.headline import answer_in_our_words, reviewed_in
from claims.vocabulary import ENDINGS


def write(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield one answer that holds all records."""
    words = verdict_words()
    return json_stream.document({}, "claims", (claim(values, site, words) for values in documents))


def claim(values: dict[str, Any], site: str, words: dict[str, str]) -> dict[str, Any]:
    """Return one entry of `claims`; what is not known is left out. Dates are RFC 3339."""
    imported = values.get("imported")
    url = (imported and imported["url"]) or f"{site}/claims/{values['slug']}/"
    reviewed_on = imported["published_on"] if imported else reviewed_in(values)["published_at"]
    review = {
        "publisher": _filled({"name": values["reviewer"]["name"], "site": urlsplit(url).hostname}),
        "url": url,
        "title": _title(values),
        "reviewDate": _moment(reviewed_on),
        "textualRating": _rating(values, words),
        "languageCode": values["language"],
    }
    return _filled(
        {
            "text": values["statement"],
            "claimant": values["claimant"] and values["claimant"]["name"],
            "claimDate": _moment(values["made_on"]),
            "claimReview": [_filled(review)],
        }
    )


def _title(values: dict[str, Any]) -> str:
    if values["kind"] in ENDINGS:
        return values["note"] or answer_in_our_words(values)
    imported = values.get("imported")
    return str((imported and imported["title"]) or values["summary"])


def _rating(values: dict[str, Any], words: dict[str, str]) -> str | None:
    if values["kind"] in ENDINGS:
        return answer_in_our_words(values)
    imported = values.get("imported")
    return imported["rating"] if imported else words.get(values["verdict"])


def reviews(document: Any) -> Iterator[tuple[str, ExternalReview | None]]:
    """Yield (place, review) of every review in an answer; None where an entry is no claim."""
    claims = document.get("claims") if isinstance(document, dict) else None
    for number, item in enumerate(claims if isinstance(claims, list) else [], 1):
        place = f"claims[{number}]"
        found = item.get("claimReview") if isinstance(item, dict) else None
        if not isinstance(found, list) or not found:
            yield place, None
            continue
        for index, review in enumerate(found, 1):
            yield f"{place}.claimReview[{index}]", _review(item, review) if isinstance(review, dict) else None


def _review(item: dict[str, Any], review: dict[str, Any]) -> ExternalReview:
    publisher = review.get("publisher")
    publisher = publisher if isinstance(publisher, dict) else {}
    site = str(publisher.get("site") or "")
    return ExternalReview(
        claim=str(item.get("text") or ""),
        url=str(review.get("url") or ""),
        title=str(review.get("title") or ""),
        reviewer=str(publisher.get("name") or site),
        reviewer_url=f"https://{site}/" if site else "",
        reviewed_on=str(review.get("reviewDate") or ""),
        rating=str(review.get("textualRating") or ""),
        claimant=str(item.get("claimant") or ""),
        claimed_on=str(item.get("claimDate") or ""),
        language=str(review.get("languageCode") or ""),
    )


def _moment(day: str | None) -> str | None:
    return f"{day}T00:00:00Z" if day and len(day) == 10 else day


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
