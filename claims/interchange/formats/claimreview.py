"""Public records as schema.org ClaimReview: in a claim's page, alone, or as a Data Commons feed. Pure.

A verdict that lies on the scale from false to true carries its number (VERDICT_RATING, 1 to 5);
the others carry words only. The claim's date is when it was claimed, as precisely as is known. A
review by another organisation is given with its own words, numbers, address and date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.utils import translation

from claims.interchange.formats import json_stream
from claims.record.headline import languages_of, review_in, reviewed_in
from claims.vocabulary import ENDINGS, VERDICT_RATING, DatePrecision, PublicationKind, SourceKind, Verdict

CONTEXT = "https://schema.org"
_DATE_CHARACTERS = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}


def write(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield a Data Commons DataFeed of the records' reviews; `site` is where our pages stand, without a slash."""
    words = verdict_words()
    opening = {"@context": CONTEXT, "@type": "DataFeed"}
    return json_stream.document(opening, "dataFeedElement", (_feed_item(values, site, words) for values in documents))


def claim_review(
    values: dict[str, Any], site: str, language: str = "", words: dict[str, str] | None = None
) -> dict[str, Any] | None:
    """Return the ClaimReview in a record's JSON values, or None where no review stands after it.

    In a `language` other than that of reviews it is the translation, where there is one.
    """
    if values["kind"] in ENDINGS:
        return None
    imported = values.get("imported")
    review = review_in(values, language)
    page = _page(values, site, review.language)
    version = reviewed_in(values)
    published = version["published_at"]
    appearances = [_work(item["article"], site) for item in values["appearances"]]
    claim = {
        "@type": "Claim",
        "@id": f"{page}#claim",
        "text": values["statement"],
        "inLanguage": values["language"],
        "author": _party(values["claimant"], site),
        "datePublished": _as_known(values["made_on"], values["made_on_precision"], values.get("made_until")),
        "appearance": appearances,
        "firstAppearance": appearances[0] if len(appearances) == 1 else None,
    }
    correction = {"@type": "CorrectionComment", "text": version["note"], "datePublished": published}
    return _filled(
        {
            "@context": CONTEXT,
            "@type": "ClaimReview",
            "url": imported["url"] if imported else page,
            "@id": f"{page}v/{values['number']}/",
            "name": imported["title"] if imported else None,
            "claimReviewed": values["statement"],
            "reviewRating": _rating(values, imported, words or verdict_words(review.language), review.summary),
            "author": _party(values["reviewer"], site),
            "datePublished": imported["published_on"] if imported else published,
            "inLanguage": None if imported else review.language,
            "workTranslation": [
                _translation(values, site, told) for told in languages_of(values) if told != review.language
            ],
            "itemReviewed": _filled(claim),
            "citation": [
                _filled({"@type": "CreativeWork", "name": item["title"], "url": item["url"],
                         "archivedAt": item["archived_url"]})
                for item in values["evidence"]
            ],
            "correction": correction if version["kind"] == PublicationKind.CORRECTION and not imported else None,
        }
    )  # fmt: skip


def _page(values: dict[str, Any], site: str, language: str) -> str:
    prefix = "" if language == settings.LANGUAGE_CODE else f"/{language}"
    return f"{site}{prefix}/claims/{values['slug']}/"


def _translation(values: dict[str, Any], site: str, language: str) -> dict[str, Any]:
    """Return where a review stands in another language, and what it says there."""
    page = _page(values, site, language)
    told = {"@id": f"{page}v/{values['number']}/", "url": page, "reviewBody": review_in(values, language).summary}
    return {"@type": "Review", **told, "inLanguage": language}


def verdict_words(language: str = settings.LANGUAGE_CODE) -> dict[str, str]:
    """Return the words of each verdict, as a review in that language says them."""
    with translation.override(language):
        return {verdict.value: str(verdict.label) for verdict in Verdict}


def _feed_item(values: dict[str, Any], site: str, words: dict[str, str]) -> dict[str, Any]:
    """Return a review as an entry of a feed; of one that was taken back, what says since when (`dateDeleted`)."""
    review = claim_review(values, site, words=words)
    return _filled(
        {
            "@type": "DataFeedItem",
            "dateCreated": reviewed_in(values)["published_at"] if review else None,
            "dateDeleted": None if review else values["published_at"],
            "url": review["url"] if review and "url" in review else f"{site}/claims/{values['slug']}/",
        }
    ) | {"item": [review] if review else []}


def _rating(
    values: dict[str, Any], imported: dict[str, Any] | None, words: dict[str, str], summary: str
) -> dict[str, Any]:
    verdict = values["verdict"]
    is_on_scale = verdict in VERDICT_RATING and not imported
    return _filled(
        {
            "@type": "Rating",
            "alternateName": imported["rating"] if imported else words[verdict],
            "ratingValue": VERDICT_RATING[verdict] if is_on_scale else (imported or {}).get("rating_value"),
            "bestRating": 5 if is_on_scale else (imported or {}).get("rating_best"),
            "worstRating": 1 if is_on_scale else (imported or {}).get("rating_worst"),
            "ratingExplanation": summary,
        }
    )


def _as_known(day: str | None, precision: str | None, until: str | None) -> str | None:
    """Return a date as exactly as it is known, a span as an interval of ISO 8601."""
    if not day:
        return None
    exact = _DATE_CHARACTERS[DatePrecision(precision or DatePrecision.DAY)]
    return f"{day[:exact]}/{until[:exact]}" if until else day[:exact]


def _party(source: dict[str, Any] | None, site: str) -> dict[str, Any] | None:
    """Return a source; its page here is its name among linked data, so that all its claims are of one party."""
    if source is None:
        return None
    kind = "Person" if source["kind"] == SourceKind.PERSON else "Organization"
    address, own = f"{site}/sources/{source['slug']}/", source["url"]
    return _filled({"@type": kind, "@id": address, "name": source["name"], "url": own or address, "sameAs": own})


def _work(article: dict[str, Any], site: str) -> dict[str, Any]:
    return _filled(
        {
            "@type": "CreativeWork",
            "@id": f"{site}/articles/{article['slug']}/",
            "name": article["title"],
            "url": article["url"],
            "archivedAt": article["archived_url"],
            "datePublished": _as_known(
                article["published_on"], article.get("published_on_precision"), article.get("published_until")
            ),
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: an absent field says so better than an empty one."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}
