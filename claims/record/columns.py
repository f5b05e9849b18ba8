"""The columns of a publication that repeat its record, for lists to filter and sort on: the one place that says how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ObjectDoesNotExist

from claims.models import Publication
from claims.models.publications import PUBLISHED_LINKS
from claims.record.schema import Record, parse
from claims.scales import ConfidenceScale
from claims.vocabulary import DatePrecision


def columns_of(document: Record) -> dict[str, Any]:
    """Return the columns that repeat a record; what it names by slugs."""
    return {
        "claim_id": document.uid,
        "number": document.number,
        "kind": document.kind.value,
        "note": document.note,
        "slug": document.slug,
        "statement": document.statement,
        "claimant": document.claimant.slug if document.claimant else None,
        "made_on": document.made_on,
        "made_on_precision": document.made_on_precision.value,
        "made_until": document.made_until,
        "event_on": document.event_on,
        "event_until": document.event_until,
        "event_precision": document.event_precision.value if document.event_precision else "",
        "language": document.language,
        "verdict": document.verdict.value if document.verdict else "",
        "confidence": document.confidence,
        "confidence_scale": document.confidence_scale.value,
        "published_at": document.published_at,
        "reviewer": document.reviewer.slug,
        "topics": sorted({topic.slug for topic in document.topics}),
        "articles": sorted({item.article.slug for item in document.appearances}),
        "reported": sorted({item.reported.slug for item in document.appearances if item.reported}),
    }


def redacted_columns(publication: Publication) -> dict[str, Any]:
    """Return the columns of a publication that hold its content, as they are once it is redacted."""
    return {
        "note": "",
        "slug": f"redacted-{publication.record_hash[:16]}",
        "statement": "",
        "claimant": None,
        "made_on": None,
        "made_on_precision": DatePrecision.DAY.value,
        "made_until": None,
        "event_on": None,
        "event_until": None,
        "event_precision": "",
        "language": "",
        "verdict": "",
        "confidence": None,
        "confidence_scale": ConfidenceScale.NONE_LOW_MED_HIGH.value,
    }


def columns_that_differ(publication: Publication) -> Iterator[str]:
    """Yield the names of a publication's columns that do not say what its record says."""
    for name, expected in columns_of(parse(publication.record)).items():
        try:
            value: Any = getattr(publication, name)
        except ObjectDoesNotExist:
            value = None
        if name in PUBLISHED_LINKS:
            value = sorted(item.slug for item in value.all())
        elif name in {"claimant", "reviewer"}:
            value = value.slug if value else None
        if value != expected:
            yield name.removesuffix("_id")
