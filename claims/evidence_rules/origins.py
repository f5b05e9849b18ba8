"""What is one source: which origin each piece of evidence traces to, and what a verdict rests on. Pure.

The one rule for desk, record, import and readers' pages:

1. An item that repeats an earlier one traces to what that one traces to.
2. Any other item traces to the source named as its origin; equal names are one source. Its publisher
   carries it and is not taken for its origin.
3. An item with no origin named is of unknown origin: nothing shows that it is independent of the
   others, so it adds no independent support.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims.vocabulary import VERDICT_RESTS_ON, Stance, Verdict

UNKNOWN = ""


@dataclass(frozen=True)
class Trail:
    """Where one item says that its information comes from: a source, or an earlier item by its place (from 1)."""

    origin: str = UNKNOWN
    repeats: int | None = None


@dataclass(frozen=True)
class Independence:
    """What the evidence that a verdict rests on traces to."""

    named: tuple[str, ...]  # the different origins, in the order of the evidence
    unknown_count: int  # items of unknown origin

    @property
    def only(self) -> str:
        """The one origin that is named, or "" where none is, or several are."""
        return self.named[0] if len(self.named) == 1 else ""


def trails(items: Iterable[tuple[str, str, int | None]]) -> list[Trail]:
    """Return where items come from, of (title, origin, place of the item that it repeats).

    An origin that is the title of just one other item is that item, as records say from before they gave its place.
    """
    given = list(items)
    titles = [title for title, _, _ in given]
    found = []
    for title, origin, repeated in given:
        is_title = origin and origin != title and titles.count(origin) == 1
        found.append(Trail(origin, repeated or (titles.index(origin) + 1 if is_title else None)))
    return [Trail(trail.origin) if is_circular(found, place) else trail for place, trail in enumerate(found, 1)]


def origins(trails: Sequence[Trail]) -> list[str]:
    """Return the origin of each item, UNKNOWN where none is named; items that repeat each other have none."""
    return [_origin(trails, place) for place in range(1, len(trails) + 1)]


def _origin(trails: Sequence[Trail], place: int) -> str:
    for _ in trails:
        trail = trails[place - 1]
        if trail.repeats is None:
            return trail.origin
        place = trail.repeats
    return UNKNOWN


def is_circular(trails: Sequence[Trail], place: int) -> bool:
    """Whether what the item at a place (from 1) repeats leads back to it, or to others that repeat each other."""
    following: int | None = place
    for _ in range(len(trails) + 1):
        if following is None:
            return False
        following = trails[following - 1].repeats
    return True


def circular(repeated: Mapping[Any, Any]) -> list[bool]:
    """Whether each item, given with the key of the one that it repeats or None, leads to a circle."""
    places = {key: place for place, key in enumerate(repeated, 1)}
    trails = [Trail(repeats=places.get(key)) for key in repeated.values()]
    return [is_circular(trails, place) for place in places.values()]


def independence(verdict: str | None, evidence: Iterable[tuple[str, str]]) -> Independence:
    """Return what a verdict rests on, of evidence as (stance, origin); on neither side, it rests on all but context."""
    rests_on = VERDICT_RESTS_ON.get(Verdict(verdict)) if verdict else None
    stances = {rests_on} if rests_on else {Stance.SUPPORTS, Stance.REFUTES}
    found = [origin for stance, origin in evidence if stance in stances]
    named = dict.fromkeys(origin for origin in found if origin != UNKNOWN)
    return Independence(tuple(named), found.count(UNKNOWN))
