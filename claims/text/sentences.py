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
        for part in sentencex.segment(language.partition("-")[0].lower(), paragraph):
            words = part.strip()
            found = text.find(words, place, start + len(paragraph)) if words else -1
            if found >= 0:
                yield Sentence(found, found + len(words), words)
                place = found + len(words)


def attribution(text: str, start: int, end: int) -> str:
    """Return how the words around a span hedge it ("reportedly", "according to …"), or "".

    Looked for in the span, then before it in its sentence, then after it.
    """
    ends = (". ", "? ", "! ", "\n")
    first = max(text.rfind(mark, 0, start) + 1 for mark in ends)
    last = min((place for mark in ends if (place := text.find(mark, end - 1)) >= 0), default=len(text))
    for low, high in ((start, end), (first, start), (end, last)):
        if found := HEDGE.search(text, low, high):
            return " ".join(found.group().split())[:200]
    return ""
