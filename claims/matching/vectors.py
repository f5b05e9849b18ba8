"""Vectors of publications: stored with them as bytes, searched exactly, block by block, in a file mapped into memory.

A process reads what is new in the table before each search. The file has no name and goes with the
process; the system may write its pages out of memory, so a million vectors never need to fit.
"""

from __future__ import annotations

import logging
import math
import mmap
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, local
from time import monotonic
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from claims.matching.embeddings import Model, models
from claims.models import Publication, PublicationVector
from claims.search import Snapshot, chain_key

log = logging.getLogger("claims.matching")

BLOCK = 1024  # vectors made numbers at a time
BATCH = 64  # publications embedded at a time
AGAIN = 1000  # of the newest vectors read that are read once more: others may have been written out of order
NEWEST = 2_000  # publications of an import whose vectors are made with it
_WORKERS = 2


def to_bytes(model: Model, vector: np.ndarray) -> bytes:
    """Return a vector as signed bytes; the model's SCALE undoes it."""
    return np.clip(np.rint(vector * model.SCALE), -127, 127).astype(np.int8).tobytes()


def missing(model: Model) -> Any:
    """Return the publications without a vector of this model."""
    own = PublicationVector.objects.filter(
        sequence=OuterRef("sequence"), chain_hash=OuterRef("chain_hash"), model=model.NAME
    )
    return Publication.objects.filter(~Exists(own)).exclude(statement="")


def keep(model: Model, made: Iterable[tuple[int, str, np.ndarray]]) -> None:
    """Store vectors as (place in the chain, chain hash, vector), in the place of older ones."""
    rows = [
        PublicationVector(sequence=sequence, chain_hash=chain, model=model.NAME, vector=to_bytes(model, vector))
        for sequence, chain, vector in made
    ]
    with transaction.atomic():
        PublicationVector.objects.filter(model=model.NAME, sequence__in=[row.sequence for row in rows]).delete()
        PublicationVector.objects.bulk_create(rows, ignore_conflicts=True)


def build(model: Model, most: int | None = None) -> Iterator[int]:
    """Make the vectors that are missing, the newest publications first, at most so many; yield how many are made.

    Each batch is kept as it is made: interrupted, go on with the same command.
    """
    done, before = 0, None
    while True:
        rows = missing(model).order_by("-sequence")
        if before is not None:
            rows = rows.filter(sequence__lt=before)
        size = BATCH if most is None else min(BATCH, most - done)
        batch = list(rows.values_list("sequence", "chain_hash", "record")[:size])
        if not batch:
            return
        _embed(model, batch)
        before, done = batch[-1][0], done + len(batch)
        yield done


def make_newest(progress: Callable[[int], None] = lambda done: None, seconds: float = math.inf) -> bool:
    """Make the vectors of the NEWEST publications that have none, while there is time; return whether any is missing.

    For imports, when they are done. A model that cannot be used misses none; one that fails is logged and fails no
    import.
    """
    began = monotonic()
    try:
        for model in models():
            for done in build(model, NEWEST):
                progress(done)
                if monotonic() - began > seconds:
                    break
    except Exception:
        log.exception("Vectors could not be made")
    return any(missing(model).exists() for model in models())


def follow(sequences: Sequence[int]) -> None:
    """Embed the publications at some places in the chain. Never inside a transaction: it takes time."""
    for model in models():
        rows = Publication.objects.filter(sequence__in=sequences)
        _embed(model, list(rows.values_list("sequence", "chain_hash", "record")))


def _embed(model: Model, batch: list[tuple[int, str, dict[str, Any]]]) -> None:
    vectors = model.of_records([record for _, _, record in batch])
    keep(model, ((sequence, chain, vector) for (sequence, chain, _), vector in zip(batch, vectors, strict=True)))


class _StoredVectors:
    """The vectors of one model and database in this process."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self.last = self.count = self.space = 0
        self.last_chain = ""
        self.map: np.ndarray = np.empty((0, model.SIZE), dtype=np.int8)
        self.sequences = np.empty(0, dtype=np.int64)
        self.chains = np.empty(0, dtype=np.uint64)

    def read(self) -> None:
        """Take in what was stored since."""
        rows = PublicationVector.objects.filter(model=self.model.NAME, pk__gt=self.last - AGAIN).order_by("pk")
        batch: list[tuple[int, int, str, bytes]] = []
        for row in rows.values_list("pk", "sequence", "chain_hash", "vector").iterator(chunk_size=2000):
            batch.append((*row[:3], bytes(row[3])))
            if len(batch) == 20_000:
                self._add(batch)
                batch = []
        self._add(batch)

    def _add(self, batch: list[tuple[int, int, str, bytes]]) -> None:
        if not batch:
            return
        self.last, self.last_chain = batch[-1][0], batch[-1][2]
        known = dict(zip(self.sequences[-2 * AGAIN :].tolist(), self.chains[-2 * AGAIN :].tolist(), strict=True))
        new = [row for row in batch if known.get(row[1]) != chain_key(row[2])]
        if not new:
            return
        end = self.count + len(new)
        if end > self.space:
            self.space = max(2 * self.space, end, 1024)
            self.file.truncate(self.space * self.model.SIZE)
            self.map = np.frombuffer(mmap.mmap(self.file.fileno(), 0), dtype=np.int8).reshape(-1, self.model.SIZE)
        self.map[self.count : end] = np.frombuffer(b"".join(row[3] for row in new), np.int8).reshape(
            -1, self.model.SIZE
        )
        self.sequences = np.append(self.sequences, [row[1] for row in new])
        self.chains = np.append(self.chains, np.array([chain_key(row[2]) for row in new], dtype=np.uint64))
        self.count = end


_kept: dict[str, _StoredVectors] = {}  # by the model's name
_lock = Lock()


_own = local()


def _numbers(size: int) -> np.ndarray:
    """Return this thread's space for a block of numbers."""
    spaces: dict[int, np.ndarray] = _own.__dict__.setdefault("spaces", {})
    if size not in spaces:
        spaces[size] = np.empty((BLOCK, size), dtype=np.float32)
    return spaces[size]


_pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="vectors")


def of(model: Model, columns: Snapshot, wanted: np.ndarray) -> Vectors:
    """Return a model's vectors of the wanted rows; the same ones while neither they nor the columns change."""
    key = f"vectors of {model.NAME}"
    with _lock:
        stored = PublicationVector.objects.filter(model=model.NAME).order_by("-pk")
        newest = stored.values_list("pk", "chain_hash").first()
        kept = _kept.setdefault(model.NAME, _StoredVectors(model))
        if newest is None or newest[0] < kept.last or (newest[0] == kept.last and newest[1] != kept.last_chain):
            kept = _kept[model.NAME] = _StoredVectors(model)  # made anew, or another database
        if newest and newest[0] > kept.last:
            kept.read()
        found: Vectors | None = columns.cache.get(key)
        if found is None or found.kept is not kept or found.count != kept.count:
            found = columns.cache[key] = Vectors(kept, columns, wanted)
        return found


class Vectors:
    """The vectors of the publications that are asked about."""

    def __init__(self, kept: _StoredVectors, columns: Snapshot, wanted: np.ndarray) -> None:
        self.kept, self.count, self._map = kept, kept.count, kept.map
        rows = np.searchsorted(columns["sequence"], kept.sequences)
        rows[rows == len(columns)] = 0
        good = np.zeros(self.count, dtype=bool)
        if len(columns):
            is_same = (columns["sequence"][rows] == kept.sequences) & (columns["chain"][rows] == kept.chains)
            good = is_same & wanted[rows]
        self._row_of = rows
        self._place = np.full(len(columns), -1, dtype=np.int64)
        self._place[rows[good]] = np.flatnonzero(good)
        self._bad = np.flatnonzero(~good)
        self._good_count = self.count - len(self._bad)

    def nearest(self, vector: np.ndarray, count: int) -> np.ndarray:
        """Return the rows of the columns whose vectors are nearest, of all that are wanted."""
        if not self._good_count:
            return np.empty(0, dtype=np.int64)
        products = np.empty(self.count, dtype=np.float32)

        def multiply(bounds: tuple[int, int]) -> None:
            numbers = _numbers(self.kept.model.SIZE)
            for start in range(*bounds, BLOCK):
                end = min(start + BLOCK, bounds[1])
                np.copyto(numbers[: end - start], self._map[start:end])
                np.dot(numbers[: end - start], vector, out=products[start:end])

        if self.count > 40 * BLOCK:
            middle = self.count // _WORKERS
            list(_pool.map(multiply, [(0, middle), (middle, self.count)]))
        else:
            multiply((0, self.count))
        products[self._bad] = -np.inf
        count = min(count, self._good_count)
        places = np.argpartition(-products, count - 1)[:count]
        return np.unique(self._row_of[places])

    def similarity(self, vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Return the product with each row's vector; not a number where there is none yet."""
        places = self._place[rows]
        found = (
            self._map[np.maximum(places, 0)].astype(np.float32) @ vector / self.kept.model.SCALE
            if len(self._map)
            else places * 0.0
        )
        return np.where(places >= 0, found, np.nan)
