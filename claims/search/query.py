"""What a reader typed into the search box, as terms. Never an error: any text is a query."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TERMS = 16  # further words are ignored: a query stays cheap whatever is pasted


@dataclass(frozen=True)
class Term:
    """Words that must follow each other; the last of a lone word may go on ("rock" → "rockets")."""

    words: tuple[str, ...]
    is_phrase: bool = False
    is_excluded: bool = False


def parse(text: str) -> list[Term]:
    """Return the terms in a query: words, "phrases" and -exclusions."""
    terms = []
    for minus, phrase, word in re.findall(r'(?<!\w)(-?)(?:"([^"]*)"|([^\s"]+))', text.replace("\0", " ")):
        words = tuple(re.findall(r"\w+", phrase or word))
        if words:
            terms.append(Term(words, is_phrase=bool(phrase) or len(words) > 1, is_excluded=bool(minus)))
    return terms[:MAX_TERMS]
