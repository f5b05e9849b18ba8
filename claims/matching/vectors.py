"""Vectors of publications: stored with them as bytes, searched exactly, block by block, in a file mapped into memory.

What is new in the table is read before each search, once on each machine: its workers share the file. The system
may take the file's pages out of memory, so a million vectors never need to fit.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched
from threading import Lock, local
from time import monotonic
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from claims.matching.embeddings import Model, models
from claims.matching.machine import SharedFile
from claims.models import Publication, PublicationVector
from claims.search import Snapshot, chain_key

log = logging.getLogger("claims.matching")

BLOCK = 256  # vectors made numbers at a time: half a megabyte, which a processor keeps beside itself
BATCH = 64  # publications embedded at a time
AGAIN = 1000  # of the newest vectors read that are read once more: others may have been written out of order
NEWEST = 2_000  # publications of an import whose vectors are made with it
_COMPARED = 10  # of the newest vectors, to know whose they are
_APPENDED = 10_000  # vectors written at a time
_READING = 0.5  # seconds of one search: a new machine has read a million after some twenty
_WORKERS = 2
_KEYS = np.dtype([("pk", "<i8"), ("sequence", "<i8"), ("chain", "<u8")])


def to_bytes(model: Model, vector: np.ndarray) -> bytes:
    """Return a vector as signed bytes; the model's SCALE undoes it."""
    return np.clip(np.rint(vector * model.SCALE), -127, 127).astype(np.int8).tobytes()


def missing(model: Model) -> Any:
    """Return the publications without a vector of this model."""
    own = PublicationVector.objects.filter(
        sequence=OuterRef("sequence"), chain_hash=OuterRef("chain_hash"), model=model.NAME
    )
    return Publication.objects.filter(~Exists(own)).not_redacted()


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
    """The vectors of one model and database: a row to each in a file that all workers of a machine map into memory.

    Whoever finds that the table has more, while nobody else is at it, appends them. What says whose vectors they are
    each process keeps beside the map.
    """

    def __init__(self, model: Model) -> None:
        self.model, self.file = model, SharedFile(f"{model.NAME}.vectors")
        self.row = np.dtype([*_KEYS.descr, ("vector", "i1", (model.SIZE,))])
        self.keys = np.empty(0, dtype=_KEYS)
        self._look()

    @property
    def count(self) -> int:
        return len(self.keys)

    @property
    def last(self) -> int:
        return int(self.keys["pk"][-1]) if self.count else 0

    def is_of_table(self, newest: tuple[int, str] | None) -> bool:
        """Whether one of the newest vectors here stands in the table, whose newest row is given: it is no other table.

        One alone may have been replaced, or taken out with what was redacted.
        """
        stored = [newest] if newest and newest[0] == self.last else self._newest_stored()
        here = dict(self.keys[["pk", "chain"]][-_COMPARED:].tolist())
        return any(here.get(pk) == chain_key(chain) for pk, chain in stored)

    def _newest_stored(self) -> Iterable[tuple[int, str]]:
        keys = self.keys["pk"][-_COMPARED:].tolist()
        rows = PublicationVector.objects.filter(pk__in=keys, model=self.model.NAME)
        found: Iterable[tuple[int, str]] = rows.values_list("pk", "chain_hash")
        return found

    def read(self) -> None:
        """Take in what was stored since, for a while; where another process is at it, what that has by now."""
        with self.file.alone() as is_mine:
            self._look()
            if is_mine:
                try:
                    self._append()
                except OSError:
                    log.exception("Vectors could not be written into %s", self.file.path)

    def _look(self) -> None:
        count = self.file.size // self.row.itemsize
        rows = np.frombuffer(self.file.mapped(count * self.row.itemsize), dtype=self.row)
        self.map: np.ndarray = rows["vector"]
        new = rows[self.count :]
        keys = np.empty(len(new), dtype=_KEYS)
        for name in _KEYS.names or ():
            keys[name] = new[name]
        self.keys = np.concatenate([self.keys, keys])

    def _append(self) -> None:
        began = monotonic()
        stored = PublicationVector.objects.filter(model=self.model.NAME, pk__gt=self.last - AGAIN).order_by("pk")
        values = stored.values_list("pk", "sequence", "chain_hash", "vector").iterator(chunk_size=2000)
        for batch in batched(values, _APPENDED, strict=False):
            recent = self.keys[-2 * AGAIN :]
            known = set(zip(recent["sequence"].tolist(), recent["chain"].tolist(), strict=True))
            new = [row for row in batch if (row[1], chain_key(row[2])) not in known]
            if not new:
                continue
            rows = np.empty(len(new), dtype=self.row)
            for place, (pk, sequence, chain, vector) in enumerate(new):
                rows[place] = (pk, sequence, chain_key(chain), np.frombuffer(vector, dtype=np.int8))
            self.file.append(rows.tobytes(), self.count * self.row.itemsize)
            self._look()
            if monotonic() - began > _READING:
                break


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
        kept = _kept.get(model.NAME)
        if kept is None or not kept.file.is_in_use:
            kept = _kept[model.NAME] = _StoredVectors(model)
        if kept.count and not kept.is_of_table(newest):
            kept.file.give_up()
            kept = _kept[model.NAME] = _StoredVectors(model)
        if newest and newest[0] > kept.last:
            kept.read()
        found: Vectors | None = columns.cache.get(key)
        if found is None or found.kept is not kept or found.count != kept.count:
            found = columns.cache[key] = Vectors(kept, columns, wanted)
        return found


def give_up_files() -> None:
    """Leave this machine's shared files for new ones, without the vectors that the table has no longer."""
    for model in models():
        SharedFile(f"{model.NAME}.vectors").give_up()


class Vectors:
    """The vectors of the publications that are asked about."""

    def __init__(self, kept: _StoredVectors, columns: Snapshot, wanted: np.ndarray) -> None:
        self.kept, self.count, self._map = kept, kept.count, kept.map
        rows = np.searchsorted(columns["sequence"], kept.keys["sequence"])
        rows[rows == len(columns)] = 0
        good = np.zeros(self.count, dtype=bool)
        if len(columns):
            same = [columns[name][rows] == kept.keys[name] for name in ("sequence", "chain")]
            good = same[0] & same[1] & wanted[rows]
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

        if self.count > 160 * BLOCK:
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
