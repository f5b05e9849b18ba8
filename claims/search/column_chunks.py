"""Columns of publications as they are read from the table, and as every CHUNK of them is kept in the database.

A kept chunk is written in the transaction that completes it, and names the chain hash at its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

import numpy as np
from django.db.models import OuterRef, Subquery

from claims.models import ColumnChunk, Publication
from claims.vocabulary import ENDINGS, DatePrecision, Verdict

CHUNK = 10_000  # places in the chain
VERDICTS = ["", *Verdict.values]
PRECISIONS = list(DatePrecision.values)
LINKS = ("topics", "articles")

#: One value for each publication. Dates are proleptic ordinals, moments seconds since 1970, links keys; 0 is none.
TYPES: dict[str, Any] = {
    "sequence": np.int64,
    "supersedes": np.int64,  # the place of the version before
    "published_at": np.int64,
    "claimant": np.int32,
    "made_on": np.int32,
    "made_on_precision": np.int8,
    "dated_on": np.int32,  # the event, or else the claim
    "verdict": np.int8,
    "confidence": np.int8,  # -1 is none
    "language": np.int16,
    "is_review": np.bool_,
    "chain": np.uint64,  # the beginning of the chain hash
}


def store_full_chunks() -> int:
    """Keep every CHUNK places of the chain that are not kept yet in the database as columns; return how many chunks.

    Call it in the transaction that adds publications.
    """
    count = 0
    while (last := _last_stored()) + CHUNK <= (
        Publication.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    ):
        _chunk_after(last).save(force_insert=True)
        count += 1
    return count


def store_again(sequence: int) -> None:
    """Make the kept columns anew that hold a place of the chain whose publication was redacted."""
    for chunk in ColumnChunk.objects.filter(last__gte=sequence).order_by("last")[:1]:
        _chunk_after(chunk.last - CHUNK).save()


def wrong_chunks() -> Iterator[int]:
    """Yield the last places of the kept chunks that do not say what the table says."""
    for chunk in ColumnChunk.objects.order_by("last").iterator(chunk_size=1):
        expected = _read(chunk.last - CHUNK, chunk.last)
        try:
            with np.load(BytesIO(chunk.data), allow_pickle=False) as data:
                is_right = set(data.files) == set(expected) and all(
                    np.array_equal(data[name], values) for name, values in expected.items()
                )
        except (ValueError, OSError, EOFError, KeyError, BadZipFile):
            is_right = False
        if not is_right or not chunk.is_of_this_chain:
            yield chunk.last


def _last_stored() -> int:
    last: int | None = ColumnChunk.objects.order_by("-last").values_list("last", flat=True).first()
    return last or 0


def _chunk_after(after: int) -> ColumnChunk:
    chunk = _read(after, after + CHUNK)
    data = BytesIO()
    np.savez(data, allow_pickle=False, **chunk)
    chunk_of = ColumnChunk(last=after + CHUNK, data=data.getvalue())
    chunk_of.chain_hash = chunk_of.end_of_this_chain
    return chunk_of


def after(place: int, end: int) -> Iterator[dict[str, Any]]:
    """Yield what comes after a place: from kept chunks, as far as they are of this chain, then from the table."""
    kept = ColumnChunk.objects.filter(last__gt=place, last__lte=end).order_by("last")
    for chunk in kept.iterator(chunk_size=10):
        if chunk.last - CHUNK != place or not chunk.is_of_this_chain:
            break
        with np.load(BytesIO(chunk.data), allow_pickle=False) as data:
            yield {name: data[name] for name in data.files}
        place = chunk.last
    while place < end:
        upto = min(place + CHUNK, end)
        yield _read(place, upto)
        place = upto


def _read(after: int, upto: int) -> dict[str, Any]:
    """Return columns of the publications after one place up to another, from the table."""
    before = Publication.objects.filter(claim_id=OuterRef("claim_id"), number=OuterRef("number") - 1)
    within = Publication.objects.filter(sequence__gt=after, sequence__lte=upto)
    rows = list(
        within.order_by("sequence")
        .annotate(supersedes=Subquery(before.values("sequence")))
        .values_list(
            "sequence", "supersedes", "published_at", "claimant_id", "made_on", "made_on_precision",
            "verdict", "confidence", "language", "kind", "chain_hash", "pk", "event_on",
        )
    )  # fmt: skip
    columns = list(zip(*rows, strict=True)) if rows else [()] * 13
    chunk: dict[str, Any] = {
        "sequence": columns[0],
        "supersedes": [value or 0 for value in columns[1]],
        "published_at": [seconds(value) for value in columns[2]],
        "claimant": [value or 0 for value in columns[3]],
        "made_on": [value.toordinal() if value else 0 for value in columns[4]],
        "dated_on": [
            (event or made).toordinal() if event or made else 0
            for event, made in zip(columns[12], columns[4], strict=True)
        ],
        "made_on_precision": [PRECISIONS.index(value) for value in columns[5]],
        "verdict": [VERDICTS.index(value) for value in columns[6]],
        "confidence": [-1 if value is None else value for value in columns[7]],
        "is_review": [value not in ENDINGS for value in columns[9]],
        "chain": [chain_key(value) for value in columns[10]],
    }
    chunk = {name: np.array(values, dtype=TYPES[name]) for name, values in chunk.items()}
    chunk["language"] = np.array(columns[8], dtype=str)
    row_of = {pk: row for row, pk in enumerate(columns[11])}
    for name in LINKS:
        through: Any = getattr(Publication, name).through
        links = through.objects.filter(publication__sequence__gt=after, publication__sequence__lte=upto)
        pairs = sorted((row_of[pk], key) for pk, key in links.values_list("publication_id", f"{name[:-1]}_id"))
        chunk[f"{name}_row"] = np.array([row for row, _ in pairs], dtype=np.int32)
        chunk[f"{name}_key"] = np.array([key for _, key in pairs], dtype=np.int32)
    return chunk


def seconds(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() // 1)


def chain_key(chain_hash: str) -> int:
    """Return a chain hash as the columns have it: its beginning."""
    return int(chain_hash[:16], 16)
