"""The formats that readers, the desk and `manage.py export` can take reviews out in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from claims.interchange import annotation, claimreview, fixture, google, jsonl, sheet, stix, store
from claims.models import Publication

CHUNK = 500  # records fetched at a time


@dataclass(frozen=True)
class Format:
    """One format: what it is called, the file's ending and media type, and how reviews are written in it.

    `write` takes the reviews and where our pages stand (without a slash), and yields bytes.
    """

    label: str
    ending: str
    media_type: str
    write: Callable[[QuerySet[Publication], str], Iterator[bytes]]


def documents_of(reviews: QuerySet[Publication]) -> Iterator[dict[str, Any]]:
    """Yield the records' JSON values in chain order, in constant memory."""
    texts = reviews.order_by("sequence").values_list(Cast("record", TextField()), flat=True)
    for text in texts.iterator(chunk_size=CHUNK):
        yield orjson.loads(text)


def _fixture(reviews: QuerySet[Publication], site: str) -> Iterator[bytes]:
    return (text.encode() for text in fixture.write(store.public_objects(reviews)))


def _of_documents(
    write: Callable[[Iterable[dict[str, Any]], str], Iterator[bytes]],
) -> Callable[[QuerySet[Publication], str], Iterator[bytes]]:
    return lambda reviews, site: write(documents_of(reviews), site)


FORMATS = {
    "fixture": Format("Django fixture", "json", "application/json", _fixture),
    "jsonl": Format("JSON Lines", "jsonl", "application/jsonl", _of_documents(jsonl.write)),
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8", _of_documents(sheet.write)),
    "csv-bom": Format("CSV for Excel", "csv", "text/csv; charset=utf-8", _of_documents(sheet.write_with_bom)),
    "claimreview": Format("ClaimReview feed", "json", "application/ld+json", _of_documents(claimreview.write)),
    "google": Format("claims:search", "json", "application/json", _of_documents(google.write)),
    "annotation": Format("Web Annotation", "json", "application/ld+json", _of_documents(annotation.write)),
    "stix": Format("STIX 2.1", "json", "application/stix+json;version=2.1", _of_documents(stix.write)),
}
