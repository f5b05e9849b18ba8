"""Anchors in plain text: W3C Web Annotation quote and position selectors (2017-02-23), pure.

Positions are 0-based, end-exclusive and count Unicode code points of the *normalised* text.
The quote decides; the position is only a hint.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CONTEXT_CHARACTERS = 32  # length of the prefix and the suffix kept beside a quote


class QuoteNotFoundError(ValueError):
    """The quote does not stand in the text."""


@dataclass(frozen=True)
class Selector:
    """TextQuoteSelector (exact, prefix, suffix) with a TextPositionSelector (start, end)."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A run of text under the same set of marks (none, one, or several that overlap)."""

    text: str
    marks: tuple[int, ...]


def normalise(text: str) -> str:
    """Return the text in NFC with "\\n" line ends, no trailing blanks, no outer blank lines.

    A blank line separates paragraphs; more than one is the same as one.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[^\S\n]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def sha256(text: str) -> str:
    """Return the hexadecimal SHA-256 of the normalised text in UTF-8."""
    return hashlib.sha256(normalise(text).encode()).hexdigest()


def select(text: str, start: int, end: int) -> Selector:
    """Return the selector of `text[start:end]`; raises QuoteNotFoundError when that is no run of text."""
    if not 0 <= start < end <= len(text):
        raise QuoteNotFoundError(f"Characters {start} to {end} are not in a text of {len(text)}.")
    return Selector(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT_CHARACTERS) : start],
        suffix=text[end : end + CONTEXT_CHARACTERS],
        start=start,
        end=end,
    )


def locate(text: str, exact: str, *, prefix: str = "", suffix: str = "", start: int | None = None) -> Selector:
    """Return where the quote stands in the text.

    Of several places the one whose surroundings agree most with prefix and suffix is taken, then
    the one nearest to `start`, then the first. Raises QuoteNotFoundError when there is none.
    """
    exact = unicodedata.normalize("NFC", exact)
    places = list(_occurrences(text, exact))
    if not places:
        raise QuoteNotFoundError("The quote does not stand in the article's text, letter by letter.")

    def agreement(place: int) -> tuple[int, int]:
        before = _shared_length(text[:place][::-1], prefix[::-1])
        after = _shared_length(text[place + len(exact) :], suffix)
        return before + after, -abs(place - start) if start is not None else -place

    best = max(places, key=agreement)
    return select(text, best, best + len(exact))


def paragraphs(text: str) -> list[tuple[int, str]]:
    """Return (start, paragraph) of each paragraph of a normalised text, in order."""
    found, start = [], 0
    for paragraph in text.split("\n\n"):
        found.append((start, paragraph))
        start += len(paragraph) + 2
    return found if text else []


def paragraph_number(text: str, position: int) -> int:
    """Return the 1-based number of the paragraph that a position falls in."""
    return text.count("\n\n", 0, position) + 1


def segments(text: str, spans: Sequence[tuple[int, int]], *, offset: int = 0) -> Iterator[Segment]:
    """Cut the text at every border of the spans; each segment names the spans (by index) over it.

    Spans count from `offset` characters before the text and may overlap, nest or lie outside it.
    """
    inside = [(max(0, start - offset), min(len(text), end - offset)) for start, end in spans]
    inside = [(start, end) if start < end else (0, 0) for start, end in inside]
    borders = sorted({0, len(text)}.union(*inside) if inside else {0, len(text)})
    for low, high in itertools.pairwise(borders):
        marks = tuple(index for index, (start, end) in enumerate(inside) if start <= low and high <= end)
        yield Segment(text[low:high], marks)


def _occurrences(text: str, quote: str) -> Iterator[int]:
    place = text.find(quote) if quote else -1
    while place >= 0:
        yield place
        place = text.find(quote, place + 1)


def _shared_length(one: str, other: str) -> int:
    length = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        length += 1
    return length
