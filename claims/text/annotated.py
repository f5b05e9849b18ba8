"""A text cut at the marks in it, for desk and readers; and a long one in parts of whole paragraphs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.text import anchors

PART_CHARACTERS = 30_000  # of one page, to the end of the paragraph that passes it
LONGEST_WORD = 100  # characters by which a piece of a long paragraph may fall short of a part


@dataclass(frozen=True)
class Stretch[Mark]:
    """A run of text: the marks over it, and those that end with it."""

    text: str
    marks: list[Mark]
    ending: list[Mark]


@dataclass(frozen=True)
class Part:
    """Whole paragraphs of a text, with their place in it."""

    number: int
    start: int
    end: int
    paragraphs: list[tuple[int, str]]


def annotated[Mark](
    start: int, paragraph: str, marks: Sequence[tuple[Mark, tuple[int, int]]]
) -> Iterator[Stretch[Mark]]:
    """Yield a paragraph, at `start` of its text, cut at the borders of the marks, which come with their spans."""
    near = [(mark, span) for mark, span in marks if span[0] < start + len(paragraph) and span[1] > start]
    position = start
    for segment in anchors.segments(paragraph, [span for _, span in near], offset=start):
        position += len(segment.text)
        over = [near[index] for index in segment.marks]
        ending = [mark for mark, (_, end) in over if end == position]
        yield Stretch(segment.text, [mark for mark, _ in over], ending)


def parts_of(text: str) -> list[Part]:
    parts: list[Part] = []
    held: list[tuple[int, str]] = []
    for start, paragraph in _pieces(text):
        held.append((start, paragraph))
        if start + len(paragraph) - held[0][0] >= PART_CHARACTERS - LONGEST_WORD:
            parts.append(_part(len(parts) + 1, held))
            held = []
    return [*parts, _part(len(parts) + 1, held)] if held else parts


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (start, paragraph), a very long paragraph cut between words."""
    for first, paragraph in anchors.paragraphs(text):
        start, rest = first, paragraph
        while len(rest) > PART_CHARACTERS:
            cut = rest.rfind(" ", PART_CHARACTERS - LONGEST_WORD, PART_CHARACTERS) + 1 or PART_CHARACTERS
            yield start, rest[:cut]
            start, rest = start + cut, rest[cut:]
        yield start, rest


def _part(number: int, paragraphs: list[tuple[int, str]]) -> Part:
    last, words = paragraphs[-1]
    return Part(number, paragraphs[0][0], last + len(words), paragraphs)


def part_at(text: str, place: int) -> Part:
    parts = parts_of(text)
    return next((part for part in parts if place < part.end), parts[-1] if parts else Part(1, 0, 0, []))
