"""Publications as columns in memory: what lists, counts, facets and pictures are answered from, at any size.

The record is append-only and its chain hash names its whole past, so columns once read stay true:
a process adds what is new since, and starts anew where the chain is another one. What superseded a
publication is kept by its place in the chain, so the columns answer for any earlier end of it, too
(a replica that lags).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import numpy as np

from claims.models import Card, Publication
from claims.search import column_chunks
from claims.search.column_chunks import LINKS, TYPES, chain_key, seconds
from claims.vocabulary import CardKind

type Merged = dict[str, dict[int, int]]  # of columns and links, keys with those that stand for them
_NEVER = np.iinfo(np.int64).max


class _Growing:
    """An array that rows are added to; what was handed out before stays as it is."""

    def __init__(self, dtype: Any) -> None:
        self._space, self.length = np.zeros(1024, dtype=dtype), 0

    def add(self, values: Any) -> None:
        end = self.length + len(values)
        if end > len(self._space):
            larger = np.zeros(max(end, 2 * len(self._space)), dtype=self._space.dtype)
            larger[: self.length] = self._space[: self.length]
            self._space = larger
        self._space[self.length : end] = values
        self.length = end

    @property
    def values(self) -> np.ndarray:
        return self._space[: self.length]


@dataclass(frozen=True)
class Links:
    """What publications name: row by row, the keys from where the row starts to where the next one does."""

    starts: np.ndarray  # one more than there are rows
    keys: np.ndarray

    def of(self, rows: np.ndarray) -> np.ndarray:
        """Return the keys of some rows."""
        starts = self.starts[rows]
        counts = self.starts[rows + 1] - starts
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        return self.keys[np.repeat(starts - ends + counts, counts) + np.arange(total)]

    def rows_with(self, keys: Collection[int], start: int = 0, end: int | None = None) -> np.ndarray:
        """Return the rows that have one of some keys, among all or from one up to another, in order."""
        starts = self.starts[start : len(self.starts) if end is None else end + 1]
        found = np.flatnonzero(is_any(self.keys[starts[0] : starts[-1]], keys)) + starts[0]
        rows: np.ndarray = start + np.searchsorted(starts, found, side="right") - 1
        return rows


def is_any(values: np.ndarray, wanted: Collection[int]) -> np.ndarray:
    """Return which values, none of them negative, are among some few."""
    if len(wanted) <= 4:
        found = np.zeros(len(values), dtype=bool)
        for value in wanted:
            found |= values == value
        return found
    table = np.zeros(max(int(values.max(initial=0)), *wanted) + 1, dtype=bool)
    table[list(wanted)] = True
    among: np.ndarray = table[values]
    return among


@dataclass(frozen=True)
class Snapshot:
    """The publications up to one end of the chain."""

    end: int  # the last place
    values: dict[str, np.ndarray]
    superseded_by: np.ndarray
    superseded_at: np.ndarray
    links: dict[str, Links]
    languages: list[str]
    is_withheld: np.ndarray
    merged: Merged = field(default_factory=dict)
    cache: dict[str, Any] = field(default_factory=dict)  # of answers to what everybody asks

    def __len__(self) -> int:
        return len(self.values["sequence"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.values[name]

    def standing(self, moment: datetime | None = None, *, reviews: bool = True) -> np.ndarray:
        """Return which publications stand, or stood just before a moment, and are not withheld.

        They are reviews, or else what ended some: retractions and mergers.
        """
        if moment is None:
            stands: np.ndarray = (self.superseded_by == 0) | (self.superseded_by > self.end)
        else:
            second = seconds(moment)
            stands = (self["published_at"] < second) & (self.superseded_at >= second)
        stands &= (self["is_review"] == reviews) & ~self.is_withheld
        return stands


def _renamed(values: np.ndarray, keys: dict[int, int] | None) -> np.ndarray:
    """Return keys with those that are merged under the keys of what they are merged into."""
    if not keys:
        return values
    renamed = values.copy()
    for key, into in keys.items():
        renamed[values == key] = into
    return renamed


def _once(links: Links, keys: dict[int, int] | None) -> Links:
    """Return links with merged keys under those that they are merged into, each once a row."""
    if not keys:
        return links
    starts, renamed = links.starts, _renamed(links.keys, keys)
    count = len(starts) - 1
    rows = np.repeat(np.arange(count, dtype=np.int64), np.diff(starts))
    _, first = np.unique(rows << 32 | renamed, return_index=True)
    first.sort()
    counts = np.bincount(rows[first], minlength=count)
    return Links(np.concatenate([starts[:1], np.cumsum(counts, dtype=starts.dtype)]), renamed[first])


def _merged() -> Merged:
    """Return which keys stand for which, by the column or link that holds them."""
    found: Merged = {}
    for kind, pairs in Card.objects.merged().items():
        known = dict(Card.objects.of(kind, *pairs, *pairs.values()).current().values_list("subject", f"{kind}_id"))
        keys = {known[one]: known[into] for one, into in pairs.items() if one in known and into in known}
        found["claimant" if kind == CardKind.SOURCE else f"{kind}s"] = keys
    return found


class _InMemory:
    """The columns of one database in this process."""

    def __init__(self) -> None:
        self.columns = {name: _Growing(dtype) for name, dtype in TYPES.items()}
        self.superseded_by, self.superseded_at = _Growing(np.int64), _Growing(np.int64)
        self.links = {name: (_Growing(np.int64), _Growing(np.int32)) for name in LINKS}
        for starts, _ in self.links.values():
            starts.add([0])
        self.languages: list[str] = []
        self.newest: tuple[tuple[int, tuple[int, ...], Merged], Snapshot] | None = None

    @property
    def last(self) -> int:
        return int(self.columns["sequence"].values[-1]) if self.columns["sequence"].length else 0

    def add(self, chunk: dict[str, Any]) -> None:
        """Add rows given by column, with links by row of the chunk and languages as text."""
        start = self.columns["sequence"].length
        for name, column in self.columns.items():
            column.add(self._codes(chunk["language"]) if name == "language" else chunk[name])
        count = self.columns["sequence"].length - start
        self.superseded_by.add(np.zeros(count, dtype=np.int64))
        self.superseded_at.add(np.full(count, _NEVER))
        for name, (starts, keys) in self.links.items():
            starts.add(keys.length + np.cumsum(np.bincount(chunk[f"{name}_row"], minlength=count)))
            keys.add(chunk[f"{name}_key"])
        for row in (start + np.flatnonzero(chunk["supersedes"])).tolist():
            self._supersede(row)

    def _codes(self, names: np.ndarray) -> np.ndarray:
        distinct, codes = np.unique(names, return_inverse=True)
        for name in distinct.tolist():
            if name not in self.languages:
                self.languages.append(name)
        return np.array([self.languages.index(name) for name in distinct.tolist()], dtype=np.int16)[codes]

    def _supersede(self, row: int) -> None:
        """Note a row at those it follows: the version before, and earlier ones as far as it preceded their next."""
        sequences, supersedes = self.columns["sequence"].values, self.columns["supersedes"].values
        moment, by = self.columns["published_at"].values[row], sequences[row]
        is_next = True
        while supersedes[row]:
            row = int(np.searchsorted(sequences, supersedes[row]))
            if is_next:
                self.superseded_by.values[row] = by
            elif self.superseded_at.values[row] <= moment:
                return
            self.superseded_at.values[row] = min(self.superseded_at.values[row], moment)
            is_next = False

    def until(self, end: int, withheld: tuple[int, ...] = (), merged: Merged | None = None) -> Snapshot:
        """Return the columns up to an end of the chain: the same ones while withheld and merged stay the same, too."""
        of = (end, withheld, merged or {})
        if self.newest is None or self.newest[0] != of:
            self.newest = (of, self._until(*of))
        return self.newest[1]

    def _until(self, end: int, withheld: tuple[int, ...], merged: Merged) -> Snapshot:
        count = int(np.searchsorted(self.columns["sequence"].values, end, side="right"))
        links = {}
        for name, (starts, keys) in self.links.items():
            some = starts.values[: count + 1]
            links[name] = _once(Links(some, keys.values[: some[-1]]), merged.get(name))
        return Snapshot(
            end,
            {name: _renamed(column.values[:count], merged.get(name)) for name, column in self.columns.items()},
            self.superseded_by.values[:count],
            self.superseded_at.values[:count],
            links,
            list(self.languages),
            np.isin(self.columns["sequence"].values[:count], withheld),
            merged,
        )

    def has(self, sequence: int, chain: int) -> bool:
        """Whether the publication at a place is the one with this chain hash."""
        sequences = self.columns["sequence"].values
        row = int(np.searchsorted(sequences, sequence))
        return row < len(sequences) and sequences[row] == sequence and int(self.columns["chain"].values[row]) == chain


_kept = _InMemory()
_lock = Lock()


def latest_snapshot() -> Snapshot:
    """Return the columns up to the end of the chain as the database says it is now."""
    global _kept  # noqa: PLW0603
    ends = Publication.objects.order_by("-sequence").values_list("sequence", "chain_hash")
    end = ends.first()
    if end is None:
        return _InMemory().until(0)
    sequence, chain = end[0], chain_key(end[1])
    withheld, merged = tuple(Publication.objects.hidden_places()), _merged()
    with _lock:
        kept = _kept
        if kept.has(sequence, chain):
            return kept.until(sequence, withheld, merged)
        if kept.last:
            known = ends.filter(sequence=kept.last).first() if kept.last < sequence else None
            if known is None or not kept.has(known[0], chain_key(known[1])):
                kept = _InMemory()
        for chunk in column_chunks.after(kept.last, sequence):
            kept.add(chunk)
        _kept = kept
        return kept.until(sequence, withheld, merged)
