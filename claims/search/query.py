"""What a reader typed into the search box, as terms. Never an error: any text is a query."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claims.text import stems

MAX_TERMS = 10  # further words are ignored: a query stays cheap whatever is pasted


@dataclass(frozen=True)
class Term:
    """A word, or words that must follow each other; the last of an open term may go on ("rock*" → "rockets")."""

    text: str
    is_phrase: bool = False
    is_open: bool = False
    is_excluded: bool = False

    @property
    def forms(self) -> list[tuple[str, ...]]:
        """The words it may stand as in the index."""
        return stems.forms(self.text)

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.is_phrase else self.text + ("*" if self.is_open else "")
        return f"-{text}" if self.is_excluded else text


def parse(text: str) -> list[Term]:
    """Return the terms in a query: words, "phrases", beginnings* and -exclusions; stop words only if alone."""
    found = []
    for minus, phrase, word in re.findall(r'(?<!\w)(-?)(?:"([^"]*)"|([^\s"]+))', text.replace("\0", " ")):
        raws = stems.WORD.findall(phrase or word)
        if raws:
            is_open = word.endswith("*") or (not phrase and stems.is_open(raws[-1]))
            is_phrase = bool(phrase) or len(raws) > 1
            found.append(Term(" ".join(raws), is_phrase=is_phrase, is_open=is_open, is_excluded=bool(minus)))
    return _telling(found, is_question=_is_question(text))[:MAX_TERMS]


def wanted(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not term.is_excluded]


def excluded(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.is_excluded]


def _telling(terms: list[Term], *, is_question: bool) -> list[Term]:
    """Leave out stop words, and of a question the words it is asked with, as long as others are left."""
    idle = stems.STOP_WORDS | (stems.QUESTION_WORDS if is_question else frozenset())
    telling = [term for term in terms if term.is_phrase or term.text.casefold() not in idle]
    return telling if wanted(telling) else terms


def _is_question(text: str) -> bool:
    first = stems.WORD.search(text)
    word = first[0] if first else ""
    return (not word.isupper() and word.casefold() in stems.QUESTION_WORDS) or text.rstrip().endswith(("?", "？", "؟"))
