"""The formats that readers, the desk and `manage.py export` can take reviews out in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from claims.interchange import fixture, jsonl, store
from claims.models import Publication


@dataclass(frozen=True)
class Format:
    """One format: what it is called, the file's ending, its media type, and how reviews are written in it."""

    label: str
    ending: str
    media_type: str
    write: Callable[[QuerySet[Publication]], Iterator[str]]


def _fixture(reviews: QuerySet[Publication]) -> Iterator[str]:
    return fixture.write(store.public_objects(reviews))


def _jsonl(reviews: QuerySet[Publication]) -> Iterator[str]:
    records = reviews.order_by("sequence").values_list("record", flat=True)
    return jsonl.write(records.iterator(chunk_size=500))


FORMATS = {
    "fixture": Format("Django fixture", "json", "application/json", _fixture),
    "jsonl": Format("JSON Lines", "jsonl", "application/jsonl", _jsonl),
}
