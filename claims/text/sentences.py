"""Sentences of a text, how much each is worth checking, and how it hedges. Pure, no model.

Every point of a score has its reason in words. The cues are English and say so: in another
language numbers and dates still count, and the reader's own eye does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import sentencex

from claims.text import anchors

WORTH_CHECKING = 3  # points from which a sentence is proposed
SHORTEST = 5  # words; a shorter sentence asserts little

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:(?:1[89]|20)\d\d\b|(?:{_MONTHS})\b)")
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?|"
    r"percent|half|quarter)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;’'”)] )(?:[A-Z][\w’'-]+|[A-Z]{2,})")
_DEED = re.compile(
    r"\b(?:\w+ed|sent|gave|held|met|fought|built|bought|sold|shot|won|lost|led|left|took|made|fell|rose|grew|began|"
    r"is|are|was|were|has|have|had)\b"
)
_OPINION = re.compile(
    r"\b(?:should|must|ought|may|might|could|would|perhaps|maybe|seems?|appears?|potentially|likely to|will|I|we|our)\b"
)
#: How texts keep an assertion at arm's length.
_HEDGES = re.compile(
    r"\b(?:(?i:reportedly|allegedly|purportedly|supposedly|apparently|ostensibly)"
    r"|(?i:according to|as reported by|as claimed by)\s+[^,.;:()]{2,60}"
    r"|(?:is|are|was|were|has been|have been|had been|been)\s+(?:\w+\s+)?"
    r"(?:accused of|said to|believed to|thought to|reported to|alleged to|suspected of)"
    r"|(?:(?:(?!The |This |These |Those |It |In )[A-Z][\w’'-]*\s+){1,4}|(?:[Aa]n?|[Tt]he)\s+(?:\w+\s+){1,2})(?:\w+ly\s+|has\s+|have\s+|had\s+|already\s+)*"
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


@dataclass(frozen=True)
class Worth:
    """How much a sentence is worth checking: points, each with its reason."""

    points: int
    reasons: tuple[str, ...]


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


def worth_checking(sentence: str) -> Worth:
    """Return how much a sentence is worth checking: it asserts something that can be looked up."""
    counted = [
        (2, "gives a number", _NUMBER.search(_DATE.sub("", sentence))),
        (1, "gives a date", _DATE.search(sentence)),
        (1, "names somebody or something", _NAME.search(sentence)),
        (1, "says what happened", _DEED.search(sentence)),
        (1, "reports at arm’s length", _HEDGES.search(sentence)),
        (-2, "is an opinion or a forecast", _OPINION.search(sentence)),
        (-3, "is a question", sentence.rstrip("”\"' ").endswith("?")),
        (-3, "is short", len(sentence.split()) < SHORTEST and len(sentence) < 40),
    ]
    reasons = tuple(f"{reason} ({points:+d})" for points, reason, is_so in counted if is_so)
    return Worth(sum(points for points, _, is_so in counted if is_so), reasons)


def attribution(text: str, start: int, end: int) -> str:
    """Return how the words around a span hedge it ("reportedly", "according to …"), or "".

    Looked for in the span, then before it in its sentence, then after it.
    """
    ends = (". ", "? ", "! ", "\n")
    first = max(text.rfind(mark, 0, start) + 1 for mark in ends)
    last = min((place for mark in ends if (place := text.find(mark, end - 1)) >= 0), default=len(text))
    for low, high in ((start, end), (first, start), (end, last)):
        if found := _HEDGES.search(text, low, high):
            return " ".join(found.group().split())[:200]
    return ""
