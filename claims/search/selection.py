"""Questions to the columns: which publications, how many, the next of them in an order, and counts by value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Any, Self

import numpy as np

from claims.models import Publication
from claims.models.publications import merged_into_nothing_shown
from claims.search import snapshot
from claims.search.column_chunks import PRECISIONS, VERDICTS
from claims.search.index import SearchResult
from claims.search.snapshot import Snapshot, is_any

FACET_CHOICES = 30  # the most frequent choices of one facet
BY_VALUE = {"made_on", "dated_on", "confidence"}  # orders by a column, greatest first, rows without a value last
_EPOCH = date(1970, 1, 1).toordinal()
NEWEST_ROWS = 20_000  # of publications, looked at first for the newest of some kind
_PLACES = 2**40  # of a chain; an order's key is its column's value above the place


@dataclass(frozen=True)
class Choice:
    """One value of a facet, with the number of rows it would leave where these are counted."""

    value: Any
    label: str
    count: int | None = None


@dataclass(frozen=True)
class Place:
    """A row's place in an order: the value of the column ordered by, if any, and the place in the chain."""

    value: Any
    sequence: int


def _once[**P, R](method: Callable[P, R]) -> Callable[P, R]:
    """Memoise the method's result per selection."""

    @wraps(method)
    def kept(*asked: P.args, **options: P.kwargs) -> R:
        selection: Any = asked[0]
        question = (method.__name__, asked[1:], tuple(options.items()))
        if question not in selection._answers:
            selection._answers[question] = method(*asked, **options)
        answer: R = selection._answers[question]
        return answer

    return kept


@dataclass(frozen=True, eq=False)
class Selection:
    """Some of the publications; narrowing one makes another."""

    columns: Snapshot
    mask: np.ndarray
    is_bounded: bool = False  # whether only the newest matches of a search were looked at
    ranked: np.ndarray | None = None  # places in order of relevance

    @classmethod
    def standing(cls, moment: datetime | None = None) -> Self:
        """The reviews that stand, or stood just before a moment."""
        found = snapshot.latest_snapshot()
        if moment:
            return cls(found, found.standing(moment))
        if "standing" not in found.cache:
            found.cache["standing"] = cls(found, found.standing())
        standing: Self = found.cache["standing"]
        return standing

    def ended(self, moment: datetime | None = None) -> Selection:
        """Of the same columns, the retractions and mergers that stand, or stood just before a moment.

        What is merged into a claim that readers do not see is not among them.
        """
        found = Selection(self.columns, self.columns.standing(moment, reviews=False))
        rows = Publication.shown.at_places(found.sequences)
        if lost := merged_into_nothing_shown(rows):
            hidden = rows.of_claims(*lost).values_list("sequence", flat=True)
            found = found.narrowed(~np.isin(self.columns["sequence"], list(hidden)))
        return found

    @cached_property
    def rows(self) -> np.ndarray:
        return np.flatnonzero(self.mask)

    @cached_property
    def count(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def sequences(self) -> list[int]:
        """The places in the chain of all, the earliest first."""
        return self._sequences(self.rows)

    def narrowed(self, *masks: np.ndarray) -> Selection:
        for mask in masks:
            self = Selection(self.columns, self.mask & mask, self.is_bounded, self.ranked)  # noqa: PLW0642
        return self

    # Conditions, as masks over all publications.

    def with_verdict(self, verdicts: Collection[str]) -> np.ndarray:
        return is_any(self.columns["verdict"], [VERDICTS.index(verdict) for verdict in verdicts])

    def with_language(self, languages: Collection[str]) -> np.ndarray:
        known = self.columns.languages
        return is_any(self.columns["language"], [known.index(name) for name in languages if name in known])

    def between(self, name: str, low: int, high: int) -> np.ndarray:
        return (self.columns[name] >= low) & (self.columns[name] <= high)

    def made(self, first: date | None, last: date | None) -> np.ndarray:
        """Claims made in a time; those without a date are not."""
        return self.between(
            "made_on", first.toordinal() if first else 1, last.toordinal() if last else date.max.toordinal()
        )

    def dated(self) -> np.ndarray:
        """Claims with a place on a timeline."""
        return self.columns["dated_on"] > 0

    def linked(self, name: str, keys: Collection[int]) -> np.ndarray:
        """Publications that name one of the claimants, topics or articles with these keys."""
        merged = self.columns.merged.get(name, {})
        keys = {merged.get(key, key) for key in keys}
        if name not in self.columns.links:
            return is_any(self.columns[name], keys)
        mask = np.zeros(len(self.columns), dtype=bool)
        mask[self.columns.links[name].rows_with(keys)] = True
        return mask

    def newest_linked(self, name: str, keys: Collection[int], count: int) -> list[int]:
        """Return the places of the newest that name one of the topics or articles with these keys, the newest first.

        Looks at the newest rows first, and at ever more: what all the world names costs no more than what is new.
        """
        merged = self.columns.merged.get(name, {})
        keys = {merged.get(key, key) for key in keys}
        found: list[int] = []
        end, size = len(self.columns), NEWEST_ROWS
        while end and len(found) < count:
            start = max(end - size, 0)
            rows = np.unique(self.columns.links[name].rows_with(keys, start, end))
            found += self._sequences(rows[self.mask[rows]])[::-1]
            end, size = start, 4 * size
        return found[:count]

    def at(self, sequences: np.ndarray) -> np.ndarray:
        mask = np.zeros(len(self.columns), dtype=bool)
        mask[self._rows(sequences)] = True
        return mask

    def found_by(self, result: SearchResult) -> Selection:
        found = self.narrowed(self.at(result.sequences))
        return Selection(found.columns, found.mask, result.is_exceeded, result.ranked if len(result.ranked) else None)

    # Answers.

    def older(self, order: str, place: Place | None, count: int) -> list[int]:
        """Return the places of the first rows after a place, the greatest first; without one, from the start."""
        if order == "relevance" and self.ranked is not None:
            chosen = self._ranked()
            return chosen[self._after(chosen, place) :][:count]
        if order not in BY_VALUE:
            end = len(self.mask) if place is None else int(np.searchsorted(self.columns["sequence"], place.sequence))
            return self._sequences(_last(self.mask[:end], count))
        keys, rows = self._keys(order)
        if place is not None:
            earlier = keys < self._key(order, place)
            keys, rows = keys[earlier], rows[earlier]
        return self._sequences(rows[_greatest(keys, count)])

    def newer(self, order: str, place: Place, count: int) -> list[int]:
        """Return the places of the last rows before a place, the nearest first."""
        if order == "relevance" and self.ranked is not None:
            chosen = self._ranked()
            return chosen[: max(self._after(chosen, place) - 1, 0)][::-1][:count]
        if order not in BY_VALUE:
            start = int(np.searchsorted(self.columns["sequence"], place.sequence, side="right"))
            return self._sequences(len(self.mask) - 1 - _last(self.mask[start:][::-1], count))
        keys, rows = self._keys(order)
        later = keys > self._key(order, place)
        return self._sequences(rows[later][_greatest(-keys[later], count)])

    def by_verdict(self) -> list[tuple[str, int]]:
        """Return (verdict, count) of those that occur."""
        return [(verdict, count) for verdict, count in self.counted("verdict") if verdict]

    @_once
    def counted(self, name: str, most: int | None = None) -> list[tuple[Any, int]]:
        """Return (value, count) of a column or a link, the most frequent first: keys, verdicts or languages."""
        links = self.columns.links.get(name)
        values = links.of(self.rows) if links else self.columns[name][self.rows]
        counts = np.bincount(values[values >= 0])
        names: list[Any] | None = {"verdict": VERDICTS, "language": self.columns.languages}.get(name)
        if names is None and len(counts):
            counts[0] = 0  # no claimant
        occurring = np.flatnonzero(counts)
        if most is not None and len(occurring) > most:
            occurring = occurring[np.argpartition(-counts[occurring], most - 1)[:most]]
        order = occurring[np.lexsort((occurring, -counts[occurring]))]
        return [(names[value] if names else value, int(counts[value])) for value in order.tolist()]

    @_once
    def by_verdict_of(self, name: str) -> dict[int, list[tuple[str, int]]]:
        """Return (verdict, count) by key of a link."""
        links = self.columns.links[name]
        verdicts = np.repeat(self.columns["verdict"][self.rows], links.starts[self.rows + 1] - links.starts[self.rows])
        counts = np.bincount(links.of(self.rows).astype(np.int64) * len(VERDICTS) + verdicts)
        found: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for place in np.flatnonzero(counts).tolist():
            key, verdict = divmod(place, len(VERDICTS))
            if verdict:
                found[key].append((VERDICTS[verdict], int(counts[place])))
        return found

    @_once
    def by_month(self) -> list[tuple[date, str, str, int]]:
        """Return (first day of the month the claim was made in, how exact that is, verdict, count), earliest first."""
        rows = np.flatnonzero(self.mask & (self.columns["made_on"] > 0) & (self.columns["verdict"] > 0))
        days = (self.columns["made_on"][rows] - _EPOCH).astype("datetime64[D]")
        months = days.astype("datetime64[M]").astype(np.int64)
        if not len(months):
            return []
        first, kinds = int(months.min()), len(PRECISIONS) * len(VERDICTS)
        precisions = self.columns["made_on_precision"][rows].astype(np.int64)
        counts = np.bincount((months - first) * kinds + precisions * len(VERDICTS) + self.columns["verdict"][rows])
        found = []
        for place in np.flatnonzero(counts).tolist():
            month, kind = divmod(place, kinds)
            precision, verdict = divmod(kind, len(VERDICTS))
            year, number = divmod(month + first + 1970 * 12, 12)
            found.append((date(year, number + 1, 1), PRECISIONS[precision], VERDICTS[verdict], int(counts[place])))
        return found

    @_once
    def counted_within(self, name: str, bands: tuple[tuple[str, int, int], ...]) -> list[Choice]:
        """Return how many rows have a value of a column between the bounds of each (label, low, high)."""
        values = self.columns[name][self.rows]
        found = [(label, int(np.count_nonzero((values >= low) & (values <= high)))) for label, low, high in bands]
        return [Choice(label, label, count) for label, count in found if count]

    def choices(self, name: str, model: Any = None) -> list[Choice]:
        """Return the most frequent values as choices; links are named by one query, as their cards say."""
        counted = self.counted(name, FACET_CHOICES)
        if model is None:
            return [Choice(value, value, count) for value, count in counted if value]
        counts = dict(counted)
        rows = model.objects.filter(pk__in=counts).values_list("pk", "slug", "card__name")
        found = [Choice(slug, words, counts[pk]) for pk, slug, words in rows]
        return sorted(found, key=lambda choice: (-(choice.count or 0), choice.label))

    @cached_property
    def _answers(self) -> dict[Any, Any]:
        return {}

    def _rows(self, sequences: np.ndarray) -> np.ndarray:
        known = self.columns["sequence"]
        rows = np.searchsorted(known, sequences)
        rows = np.where(rows < len(known), rows, 0)
        return rows[known[rows] == sequences] if len(known) else rows[:0]

    def _sequences(self, rows: np.ndarray) -> list[int]:
        found: list[int] = self.columns["sequence"][rows].tolist()
        return found

    def _keys(self, order: str) -> tuple[np.ndarray, np.ndarray]:
        rows = self.rows
        sequences = self.columns["sequence"][rows]
        values = self.columns[order][rows].astype(np.int64) + (order == "confidence")  # no value is 0, the last
        return values * _PLACES + sequences, rows

    def _key(self, order: str, place: Place) -> int:
        value = place.value
        number = value.toordinal() if isinstance(value, date) else 0 if value is None else int(value) + 1
        return number * _PLACES + min(place.sequence, _PLACES - 1)

    def _ranked(self) -> list[int]:
        assert self.ranked is not None
        rows = self._rows(self.ranked)
        return self._sequences(rows[self.mask[rows]])

    def _after(self, chosen: list[int], place: Place | None) -> int:
        return chosen.index(place.sequence) + 1 if place and place.sequence in chosen else 0


def _last(mask: np.ndarray, count: int) -> np.ndarray:
    """Return where the last rows of a mask are, the last first."""
    size = 4096
    while True:
        start = max(len(mask) - size, 0)
        found = np.flatnonzero(mask[start:])
        if len(found) >= count or not start:
            return (start + found[len(found) - min(count, len(found)) :])[::-1]
        size *= 8


def _greatest(keys: np.ndarray, count: int) -> np.ndarray:
    """Return where the greatest of some keys are, the greatest first."""
    if len(keys) > count:
        some = np.argpartition(-keys, count)[:count]
        return some[np.argsort(-keys[some])]
    return np.argsort(-keys)
