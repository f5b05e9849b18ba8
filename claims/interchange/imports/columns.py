"""Which column of somebody's table means what: guessed from its name, or given in a file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from claims.interchange.formats import csv
from claims.interchange.formats.external_review import ExternalReview

FIELDS = tuple(field.name for field in fields(ExternalReview))
#: Column names, in lower case without blanks, that are known to mean a field; the first that occurs counts.
KNOWN = {
    "claim": ("claim", "claimreviewed", "claimreview_claimreviewed", "statement", "claimtext", "text", "주장"),
    "url": ("review_url", "claimreview_url", "reviewurl", "url", "link", "id"),
    "title": ("title", "headline", "extra_title", "name"),
    "reviewer": ("reviewer", "claimreview_author_name", "publisher", "factchecker", "organisation", "organization",
                 "author", "site"),
    "reviewer_url": ("reviewer_url", "claimreview_author_url", "publisher_url"),
    "reviewed_on": ("reviewed_on", "reviewdate", "claimreview_datepublished", "published_on", "date", "datepublished"),
    "rating": ("rating", "rating_alternatename", "verdict", "label", "textualrating", "truth", "ruling", "판정"),
    "rating_value": ("rating_value", "rating_ratingvalue", "ratingvalue"),
    "claimant": ("claimant", "creativework_author_name", "speaker", "claimedby", "said_by", "outlet", "outlets"),
    "claimant_url": ("claimant_url", "creativework_author_sameas"),
    "claimed_on": ("claimed_on", "claimdate", "made_on", "creativework_datepublished"),
    "language": ("language", "lang", "inlanguage", "languages"),
    "summary": ("summary", "disproof", "subtitle", "description", "explanation"),
    "topics": ("topics", "topic", "keywords", "tags", "extra_tags", "subject", "subjects"),
    "appearances": ("appearances", "appearance", "appeared_at", "articles"),
}  # fmt: skip
_SEPARATORS = {"topics": (";", "+", ","), "appearances": (" ", ";", ",")}


class MappingError(ValueError):
    """A mapping that does not fit the table."""


def guessed(columns: list[str]) -> dict[str, str]:
    """Return field → column for the columns whose names are known."""
    by_key = {"".join(name.lower().split()): name for name in reversed(columns)}
    found: dict[str, str] = {}
    for field, names in KNOWN.items():
        column = next((by_key[name] for name in names if name in by_key and by_key[name] not in found.values()), None)
        if column:
            found[field] = column
    return found


def checked(mapping: Any, columns: list[str]) -> dict[str, str]:
    """Return a mapping given by a person; raises MappingError that names what does not fit."""
    if not isinstance(mapping, dict) or not all(isinstance(column, str) for column in mapping.values()):
        raise MappingError('A mapping is a JSON object of field and column: {"claim": "Claim text", …}.')
    if unknown := set(mapping) - set(FIELDS):
        raise MappingError(f"“{min(unknown)}” is no field; use {', '.join(FIELDS)}.")
    if missing := set(mapping.values()) - set(columns):
        raise MappingError(f"“{min(missing)}” is no column; the file has {', '.join(columns)}.")
    return mapping


def review_of(row: Mapping[str, Any], mapping: Mapping[str, str]) -> ExternalReview:
    """Return the review in a row; cells that our own CSV protected are restored."""
    values: dict[str, Any] = {}
    for field, column in mapping.items():
        cell = row.get(column)
        text = csv.restore("" if cell is None else str(cell))
        values[field] = _parts(text, _SEPARATORS[field]) if field in _SEPARATORS else text
    return ExternalReview(**values)


def _parts(text: str, separators: tuple[str, ...]) -> tuple[str, ...]:
    separator = next((separator for separator in separators if separator in text.strip()), separators[0])
    return tuple(part.strip() for part in text.split(separator) if part.strip())
