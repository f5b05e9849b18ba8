"""How claims fared: verdicts counted by family, as shares with intervals, and as the segments of a picture. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Self

from claims.vocabulary import VERDICT_FAMILY, Verdict, VerdictFamily

#: Fewer claims than this say nothing about who makes them: counts are shown, shares are not.
ENOUGH = 20
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Share:
    """A family's part of a tally: count, its place and width as percent of all, and a 95 % interval in percent."""

    family: VerdictFamily
    count: int
    start: float
    percent: float
    low: int
    high: int


@dataclass(frozen=True)
class Tally:
    """Counts of claims by family of verdict."""

    counts: Mapping[VerdictFamily, int]

    @classmethod
    def of(cls, verdicts: Iterable[tuple[str, int]]) -> Self:
        """Return the tally of (verdict, count) pairs."""
        counts = dict.fromkeys(VerdictFamily, 0)
        for verdict, count in verdicts:
            counts[VERDICT_FAMILY[Verdict(verdict)]] += count
        return cls(counts)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def words(self) -> str:
        """The tally in words, for who cannot see its picture."""
        return ", ".join(f"{family.label}: {count}" for family, count in self.counts.items() if count)

    @property
    def is_enough(self) -> bool:
        """Whether there are enough claims for shares to mean anything."""
        return self.total >= ENOUGH

    @property
    def shares(self) -> list[Share]:
        """The families that occur, in order, side by side."""
        found, start = [], 0.0
        for family, count in self.counts.items():
            if count:
                percent = 100 * count / self.total
                found.append(Share(family, count, round(start, 3), round(percent, 3), *interval(count, self.total)))
                start += percent
        return found


def interval(count: int, total: int) -> tuple[int, int]:
    """Return the 95 % Wilson score interval of a share, in whole percent (Wilson 1927).

    The bounds are rounded outwards no further than 0 and 100.
    """
    share, spread = count / total, _Z**2 / total
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0, round(100 * (middle - reach))), min(100, round(100 * (middle + reach)))


@dataclass(frozen=True)
class Column:
    """One period of a picture over time: what to call it, its tally, its place and its pieces from the ground up."""

    label: str
    tally: Tally
    left: float
    width: float
    pieces: list[tuple[VerdictFamily, float, float]]  # family, top, height; percent of the tallest column


def columns(tallies: Iterable[tuple[str, Tally]]) -> list[Column]:
    """Return columns side by side, as high as their totals; places and widths are percent of the picture."""
    rows = list(tallies)
    tallest = max((tally.total for _, tally in rows), default=0) or 1
    found = []
    for number, (label, tally) in enumerate(rows):
        pieces, ground = [], 100.0
        for share in tally.shares:
            height = 100 * share.count / tallest
            ground -= height
            pieces.append((share.family, round(ground, 3), round(height, 3)))
        found.append(Column(label, tally, round(100 * number / len(rows), 3), round(100 / len(rows), 3), pieces))
    return found
