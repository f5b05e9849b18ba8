"""How much a sentence is worth checking. Pure, no model.

Every point of a score has its reason in words. The cues are English and say so: in another
language numbers and dates still count, and the reader's own eye does the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from claims.text.sentences import HEDGE, LONGEST

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
_ACTION_VERB = re.compile(
    r"\b(?:\w+ed|sent|gave|held|met|fought|built|bought|sold|shot|won|lost|led|left|took|made|fell|rose|grew|began|"
    r"is|are|was|were|has|have|had)\b"
)
_OPINION = re.compile(
    r"\b(?:should|must|ought|may|might|could|would|perhaps|maybe|seems?|appears?|potentially|likely to|will|I|we|our)\b"
)


@dataclass(frozen=True)
class CheckWorthiness:
    """How much a sentence is worth checking: points, each with its reason."""

    points: int
    reasons: tuple[str, ...]


def check_worthiness(sentence: str) -> CheckWorthiness:
    """Return how much a sentence is worth checking: it asserts something that can be looked up."""
    sentence = sentence[:LONGEST]
    counted = [
        (2, "gives a number", _NUMBER.search(_DATE.sub("", sentence))),
        (1, "gives a date", _DATE.search(sentence)),
        (1, "names somebody or something", _NAME.search(sentence)),
        (1, "says what happened", _ACTION_VERB.search(sentence)),
        (1, "reports at arm’s length", HEDGE.search(sentence)),
        (-2, "is an opinion or a forecast", _OPINION.search(sentence)),
        (-3, "is a question", sentence.rstrip("”\"' ").endswith("?")),
        (-3, "is short", len(sentence.split()) < SHORTEST and len(sentence) < 40),
    ]
    reasons = tuple(f"{reason} ({points:+d})" for points, reason, is_so in counted if is_so)
    return CheckWorthiness(sum(points for points, _, is_so in counted if is_so), reasons)
