"""How much a sentence is worth checking. Pure, no model.

Every point of a score has its reason in words. The cues are English and say so: in another
language numbers and dates still count, and the reader's own eye does the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

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
#: What stands around an article on its page: date lines, buttons, boxes to sign up or to answer in.
_WEEKDAYS = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_FURNITURE = re.compile(
    rf"^(?:{_WEEKDAYS},?\s+)?(?:(?:{_MONTHS})\s+\d{{1,2}}|\d{{1,2}}\s+(?:{_MONTHS})),?\s+\d{{4}}\W*(?:$|\n|\d\d?:\d\d)"
    r"|^(?:share|tweet|follow|subscribe|sign (?:up|in)|read (?:more|also|next)|see also|related|tags?|topics?|"
    r"categor(?:y|ies)|filed under|posted|updated|last modified|photo|image|credit|more from)\b.{0,30}[:|»›]"
    r"|^(?:written|issued|published|created)(?: (?:on|at))?\s*[:|]\s*\d"
    r"|^screenshots? (?:of|from|showing)\b(?!.*\b(?:shows?|suggests?|proves?|reveals?)\b)"
    r"|\|\s*(?:updated|created|published)(?: on)?:|\b(?:leave a (?:reply|comment)|cancel reply|required fields|"
    r"e-?mail address will not be published|"
    r"all rights reserved|terms (?:of (?:use|service)|and conditions)|privacy policy|accept (?:all )?cookies|"
    r"our newsletter|share (?:this|on)|join the conversation|min(?:utes?)? read|click here|next time i comment)\b|©",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?…:;。！？।؟][\W\d]*$")


@dataclass(frozen=True)
class CheckWorthiness:
    """How much a sentence is worth checking: points, each with its reason."""

    points: int
    reasons: tuple[str, ...]


def check_worthiness(sentence: str) -> CheckWorthiness:
    """Return how much a sentence is worth checking: it asserts something that can be looked up."""
    sentence = sentence[:LONGEST]
    counted = [
        (2, _("gives a number"), _NUMBER.search(_DATE.sub("", sentence))),
        (1, _("gives a date"), _DATE.search(sentence)),
        (1, _("names somebody or something"), _NAME.search(sentence)),
        (1, _("says what happened"), _ACTION_VERB.search(sentence)),
        (1, _("reports at arm’s length"), HEDGE.search(sentence)),
        (-2, _("is an opinion or a forecast"), _OPINION.search(sentence)),
        (-3, _("is a question"), sentence.rstrip("”\"' ").endswith("?")),
        (-6, _("stands around the text"), is_furniture(sentence)),
        (-3, _("is short"), len(sentence.split()) < SHORTEST and len(sentence) < 40),
    ]
    reasons = tuple(f"{reason} ({points:+d})" for points, reason, is_so in counted if is_so)
    return CheckWorthiness(sum(points for points, _, is_so in counted if is_so), reasons)


def is_furniture(sentence: str) -> bool:
    """Whether a sentence is part of a page rather than of its article: a menu, a date line, a button, a heading.

    What ends like no sentence and is short is taken for a heading; one can still mark it.
    """
    is_heading = len(sentence) < 120 and not _ENDED.search(sentence)
    is_run_together = "\n" in sentence.strip() and not _ENDED.search(sentence)
    return is_heading or is_run_together or bool(_FURNITURE.search(sentence))
