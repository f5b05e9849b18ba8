"""The sentences of a text, and how it hedges what it asserts. Pure, no model; the cues of a hedge are English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex

from claims.text import anchors

#: How texts keep an assertion at arm's length.
HEDGE = re.compile(
    r"\b(?:(?i:reportedly|allegedly|purportedly|supposedly|apparently|ostensibly)"
    r"|(?i:according to|as reported by|as claimed by)\s+[^,.;:()]{2,60}"
    r"|(?:is|are|was|were|has been|have been|had been|been)\s+(?:\w+\s+)?"
    r"(?:accused of|said to|believed to|thought to|reported to|alleged to|suspected of)"
    r"|(?:(?:(?!The |This |These |Those |It |In )[A-Z][\w’'-]*\s+){1,4}|(?:[Aa]n?|[Tt]he)\s+(?:\w+\s+){1,2})"
    r"(?:\w+ly\s+|has\s+|have\s+|had\s+|already\s+)*"
    r"(?:said|says|claimed|claims|stated|states|alleged|alleges|reported|reports|announced|declared|estimated|"
    r"estimates|warned|insisted|denied|denies)(?:\s+that)?"
    r"|(?i:it is|it was)\s+(?:reported|believed|claimed|said|alleged|estimated)(?:\s+that)?"
    r"|(?i:sources?|officials?|analysts?|experts?|reports?|observers?)\s+(?:say|said|claim|claimed|suggest|suggested|"
    r"indicate|indicated|believe)(?:\s+that)?"
    r"|reported)\b"
)


LONGEST = 2_000  # characters of a sentence, or on each side of a span, that are looked at
_WRAPPED = 150  # characters of a line
_WINDOW = 5_000  # characters of a paragraph that are cut into sentences at once: what is longer is no prose


@dataclass(frozen=True)
class Sentence:
    """A sentence with its place in the text, in code points, end exclusive."""

    start: int
    end: int
    text: str


def sentences(text: str, language: str = "en") -> Iterator[Sentence]:
    """Yield the sentences of a normalised text in order, without the blanks around them."""
    for start, paragraph in anchors.paragraphs(text):
        place = start
        for part in _parts(paragraph, language.partition("-")[0].lower()):
            words = part.strip()
            found = text.find(words, place, start + len(paragraph)) if words else -1
            if found >= 0:
                yield Sentence(found, found + len(words), words)
                place = found + len(words)


def _parts(paragraph: str, language: str) -> Iterator[str]:
    """Yield a paragraph's sentences; one without end is cut at a full stop or blank, so that none takes too long.

    Where lines are longer than anybody wraps them, the end of one ends what stands in it.
    """
    lines = paragraph.split("\n")
    if len(lines) > 1 and any(_is_unwrapped(line) for line in lines):
        for line in lines:
            yield from _parts(line, language)
        return
    while len(paragraph) > _WINDOW:
        cut = paragraph.rfind(". ", 1, _WINDOW) + 2 if ". " in paragraph[1:_WINDOW] else 0
        cut = cut or paragraph.rfind(" ", 1, _WINDOW) + 1 or _WINDOW
        yield from sentencex.segment(language, paragraph[:cut])
        paragraph = paragraph[cut:]
    yield from sentencex.segment(language, paragraph)


def _is_unwrapped(line: str) -> bool:
    """Whether a line is too long to be one of a wrapped text, its longest word (an address, say) left aside."""
    return len(line) > _WRAPPED and len(line) - max(map(len, line.split()), default=0) > _WRAPPED


def attribution(text: str, start: int, end: int) -> str:
    """Return how the words around a span hedge it ("reportedly", "according to …"), or "".

    Looked for in the span, then before it in its sentence, then after it.
    """
    ends = (". ", "? ", "! ", "\n")
    earliest, latest = max(0, start - LONGEST), min(len(text), end + LONGEST)
    first = max(earliest, *(text.rfind(mark, earliest, start) + 1 for mark in ends))
    last = min((place for mark in ends if (place := text.find(mark, end - 1, latest)) >= 0), default=latest)
    for low, high in ((start, min(end, start + LONGEST)), (first, start), (end, last)):
        if found := HEDGE.search(text, low, high):
            return " ".join(found.group().split())[:200]
    return ""
