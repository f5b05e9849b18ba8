"""A public record as schema.org ClaimReview, for JSON-LD on its page. Pure.

A verdict that lies on the scale from false to true carries its number (VERDICT_RATING, 1 to 5);
the others carry words only. The claim's date is when it was claimed, as precisely as is known.
"""

from __future__ import annotations

from typing import Any

from claims.record import AppearanceRecord, Record, SourceRef
from claims.vocabulary import VERDICT_RATING, DatePrecision, PublicationKind, SourceKind

_DATE_CHARACTERS = {DatePrecision.DAY: 10, DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}


def claim_review(record: Record, *, url: str, version_url: str) -> dict[str, Any] | None:
    """Return the ClaimReview of a record at an address of ours, or None for a retraction, which reviews nothing."""
    if record.verdict is None:
        return None
    appearances = [_work(item) for item in record.appearances]
    claim = {
        "@type": "Claim",
        "author": _party(record.claimant) if record.claimant else None,
        "datePublished": (
            record.made_on.isoformat()[: _DATE_CHARACTERS[record.made_on_precision]] if record.made_on else None
        ),
        "appearance": appearances,
        "firstAppearance": appearances[0] if len(appearances) == 1 else None,
    }
    is_on_scale = record.verdict in VERDICT_RATING
    rating = {
        "@type": "Rating",
        "alternateName": str(record.verdict.label),
        "ratingValue": VERDICT_RATING.get(record.verdict),
        "bestRating": 5 if is_on_scale else None,
        "worstRating": 1 if is_on_scale else None,
        "ratingExplanation": record.summary,
    }
    published = record.published_at.isoformat()
    is_corrected = record.kind == PublicationKind.CORRECTION
    correction = {"@type": "CorrectionComment", "text": record.note, "datePublished": published}
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": url,
            "@id": version_url,
            "claimReviewed": record.statement,
            "reviewRating": _filled(rating),
            "author": _party(record.reviewer),
            "datePublished": published,
            "inLanguage": record.language,
            "itemReviewed": _filled(claim),
            "citation": [_filled({"@type": "CreativeWork", "name": item.title, "url": item.url, "archivedAt": item.archived_url}) for item in record.evidence],
            "correction": correction if is_corrected else None,
        }
    )  # fmt: skip


def _party(source: SourceRef) -> dict[str, Any]:
    kind = "Person" if source.kind == SourceKind.PERSON else "Organization"
    return _filled({"@type": kind, "name": source.name, "url": source.url})


def _work(item: AppearanceRecord) -> dict[str, Any]:
    article = item.article
    return _filled(
        {
            "@type": "CreativeWork",
            "name": article.title,
            "url": article.url,
            "archivedAt": article.archived_url,
            "datePublished": article.published_on.isoformat() if article.published_on else None,
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: an absent field says so better than an empty one."""
    return {name: value for name, value in values.items() if value not in (None, "", [])}
