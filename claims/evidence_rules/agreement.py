"""Agreement of two raters beyond chance: Cohen's kappa (Cohen 1960, Educ. Psychol. Meas. 20:37). Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """How far two raters agreed over `n` items: observed share, and kappa (None where undefined)."""

    n: int
    observed: float | None
    kappa: float | None


def agreement(pairs: Mapping[tuple[str, str], int]) -> Agreement:
    """Return the agreement over counted pairs (first rater's category, second rater's category).

    Kappa runs from −1 to 1 (1: agree always; 0: as often as chance). It is undefined without
    pairs, and where both raters used one and the same category throughout.
    """
    n = sum(pairs.values())
    if not n:
        return Agreement(0, None, None)
    first: Counter[str] = Counter()
    second: Counter[str] = Counter()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    observed = sum(count for (one, other), count in pairs.items() if one == other) / n
    by_chance = sum(first[category] * second[category] for category in first) / n**2
    kappa = None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)
    return Agreement(n, observed, kappa)
