"""What differs between a text and a claim of the same matter, so that a verdict on one is none on the other. Pure.

Only the sentence of the text that shares most with the claim is compared, and only if it shares enough.
"""

from __future__ import annotations

import re

from claims.matching.query_text import without_trimmings
from claims.text import stems
from claims.text.aliases import in_full

SHARED = 0.34  # of the claim's telling words that the sentence must have to be compared
_PARTS = re.compile(r"(?<=[.!?…])[\s\"”’)]+|\n+|[:;]\s+|\s[–—-]\s+|(?<=[。！？])")
_NEGATIONS = re.compile(
    r"\b(?:not?|never|none|nobody|nothing|neither|without|cannot|den(?:y|ies|ied)|refus(?:es|ed)|\w+n['’]t|"
    r"false|untrue|fake|hoax|lie|wrong|"
    r"не|нет|никогда|неправда|ложь|nunca|jamás|ningún|falso|ne|jamais|aucun|faux|nicht|kein\w*|nie|falsch)\b|"
    r"않|아니|거짓|没有|不是|未曾|假",
    re.IGNORECASE,
)
_IDIOMS = re.compile(r"\bnot only\b|\bno (?:doubt|wonder|matter)\b|\bwhy not\b|\bisn['’]t it\b", re.IGNORECASE)
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {word: number for number, word in enumerate(_SMALL)} | {w: 10 * n for n, w in enumerate(_TENS, 2)}
_HUNDRED = 100.0
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
#: Numbers that are not told exactly: from, to.
_VAGUE = {"dozens": (20.0, 199.0), "hundreds": (1e2, 999.0), "thousands": (1e3, 99_999.0), "millions": (1e6, 9.99e8),
          "billions": (1e9, 9.99e11)}  # fmt: skip
_TOKEN = re.compile(r"\d[\d,.]*\d|\d|[^\W\d_]+(?:['’][^\W\d_]+)?")
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?")
_YEARS = (1900, 2100)


def differences(asked: str, claim: str) -> list[str]:
    """Return what differs: "negation", "numbers". Nothing where no sentence of the text shares enough of the claim."""
    sentence = _closest(without_trimmings(asked), claim)
    if sentence is None:
        return []
    found = []
    if _denials(sentence) % 2 != _denials(claim) % 2:
        found.append("negation")
    if _numbers_differ(_numbers(sentence), _numbers(claim)):
        found.append("numbers")
    return found


def _closest(text: str, claim: str) -> str | None:
    wanted = _telling(claim)
    parts = [part for part in _PARTS.split(text) if part and part.strip()]
    if not wanted or not parts:
        return None
    shared = [len(wanted & _telling(part)) / len(wanted) for part in parts]
    best = max(range(len(parts)), key=lambda place: shared[place])
    return parts[best] if shared[best] >= SHARED else None


def _telling(text: str) -> set[str]:
    words = {form for word in stems.WORD.findall(in_full(text)) for form in stems.indexed(word, "en").split()}
    return {word for word in words - stems.STOP_WORDS if not word.isdigit()}


def _denials(text: str) -> int:
    return len(_NEGATIONS.findall(_IDIOMS.sub(" ", text)))


def _numbers(text: str) -> list[tuple[float, float, str]]:
    """Return each number as the least and the most that it can be, with the word that it counts ("" for a year)."""
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    found, place = [], 0
    while place < len(tokens):
        value, end = _number_at(tokens, place)
        if value is not None:
            low, high = value
            is_year = low == high and _YEARS[0] <= low <= _YEARS[1] and end == place + 1
            found.append((low, high, "" if is_year else _counted(tokens[end : end + 3])))
        place = end
    return found


def _counted(tokens: list[str]) -> str:
    """Return the first telling word, as it is indexed."""
    telling = (word for word in tokens if word not in stems.STOP_WORDS and not word[0].isdigit())
    return next(iter(stems.indexed(next(telling, ""), "en").split()), "")


def _number_at(tokens: list[str], place: int) -> tuple[tuple[float, float] | None, int]:
    """Return the number that begins at a place, from and to, and the place after it; None where there is none."""
    if tokens[place] in _VAGUE:
        return _VAGUE[tokens[place]], place + 1
    total, current, end = 0.0, None, place
    for end, word in enumerate([*tokens[place:], ""], place):  # noqa: B007
        if current is None and word[:1].isdigit():
            current = float(word.replace(",", "")) if _NUMERAL.fullmatch(word) else 0.0
        elif word in _UNITS and (current is None or _takes_more(current)):
            current = (current or 0.0) + _UNITS[word]
        elif word == "hundred":
            current = (current or 1.0) * _HUNDRED
        elif word in _SCALES and (current is not None or total):
            total, current = total + (current or 1.0) * _SCALES[word], 0.0
        else:
            break
    if current is None:
        return None, place + 1
    return (total + current, total + current), end


def _takes_more(number: float) -> bool:
    """Whether a small number may follow: after a hundred, or after twenty, thirty and so on."""
    return number % 100 == 0 or (number % 100 >= _UNITS["twenty"] and number % 10 == 0)


def _numbers_differ(theirs: list[tuple[float, float, str]], ours: list[tuple[float, float, str]]) -> bool:
    """Whether both count the same thing, or name a year, and no number of it is the same."""
    for noun in {noun for *_, noun in theirs} & {noun for *_, noun in ours}:
        of_theirs = [(low, high) for low, high, of in theirs if of == noun]
        of_ours = [(low, high) for low, high, of in ours if of == noun]
        if not any(low <= most and least <= high for low, high in of_theirs for least, most in of_ours):
            return True
    return False
