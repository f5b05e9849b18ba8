"""What a reader typed into the search box, as terms. Never an error: any text is a query."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, product

from claims.text import stems
from claims.text.aliases import Name

MOST_WORDINGS = 12
type Names = Callable[[Sequence[str]], Mapping[int, tuple[Name, ...]]]  # of words: place → other names
MAX_TERMS = 10  # further words are ignored: a query stays cheap whatever is pasted


@dataclass(frozen=True)
class Term:
    """A word, or words that must follow each other; the last of an open term may go on ("rock*" → "rockets")."""

    text: str
    is_phrase: bool = False
    is_open: bool = False
    is_excluded: bool = False
    other_names: tuple[Name, ...] = ()  # of what it is the name of, or part of the name
    languages: tuple[str, ...] = tuple(stems.ALGORITHMS)  # whose forms of it are looked for

    @cached_property
    def own_forms(self) -> list[tuple[str, ...]]:
        """The words it may stand as in the index by its own name."""
        return stems.forms(self.text, self.languages)

    @cached_property
    def forms(self) -> list[tuple[str, ...]]:
        """The words it may stand as in the index: the first as it is typed, the last as other names."""
        others = (form for name in self.other_names for form in stems.forms_in(name.text, name.language))
        return list(dict.fromkeys([*self.own_forms, *others]))

    def goes_on(self, form: tuple[str, ...]) -> bool:
        """Whether the last word of a form may go on in the index."""
        return (self.is_open and form == self.forms[0]) or (bool(self.other_names) and stems.is_open(form[-1]))

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.is_phrase else self.text + ("*" if self.is_open else "")
        return f"-{text}" if self.is_excluded else text


def parse(text: str, other_names: Names | None = None, languages: Iterable[str] = stems.ALGORITHMS) -> list[Term]:
    """Return the terms in a query: words, "phrases", beginnings* and -exclusions; stop words only if alone.

    `other_names` tells of words that follow each other which are names of what has others, too; `languages` are
    those whose forms of a word are looked for.
    """
    found: list[tuple[Term, int]] = []
    words: list[str] = []
    for minus, phrase, word in re.findall(r'(?<!\w)(-?)(?:"([^"]*)"|([^\s"]+))', text.replace("\0", " ")):
        raws = stems.WORD.findall(phrase or word)
        if raws:
            is_open = word.endswith("*") or (not phrase and stems.is_open(raws[-1]))
            is_phrase = bool(phrase) or len(raws) > 1
            term = Term(" ".join(raws), is_phrase=is_phrase, is_open=is_open, is_excluded=bool(minus))
            is_plain = not (minus or phrase or word.endswith("*"))
            found.append((term, len(words) if is_plain else -1))
            words += raws if is_plain else []
    names = other_names(words) if other_names and words else {}
    terms = [replace(term, other_names=names.get(place, ()), languages=tuple(languages)) for term, place in found]
    return _telling(terms, is_question=_is_question(text))[:MAX_TERMS]


def wordings(text: str, other_names: Names) -> list[str]:
    """Return a text, and its wanted words with other names for those that it has."""
    terms = wanted(parse(text, other_names))
    if not any(term.other_names for term in terms):
        return [text]
    said = []
    for names, of_one in groupby(terms, key=lambda term: term.other_names):
        said.append([" ".join(term.text for term in of_one), *(name.text for name in names)])
    return [" ".join(words) for words in product(*said)][:MOST_WORDINGS]


def wanted(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if not term.is_excluded]


def excluded(terms: Sequence[Term]) -> list[Term]:
    return [term for term in terms if term.is_excluded]


def _telling(terms: list[Term], *, is_question: bool) -> list[Term]:
    """Leave out stop words, and of a question the words it is asked with, as long as others are left."""
    idle = stems.STOP_WORDS | (stems.QUESTION_WORDS if is_question else frozenset())
    telling = [term for term in terms if term.is_phrase or term.other_names or term.text.casefold() not in idle]
    return telling if wanted(telling) else terms


def _is_question(text: str) -> bool:
    first = stems.WORD.search(text)
    word = first[0] if first else ""
    return (not word.isupper() and word.casefold() in stems.QUESTION_WORDS) or text.rstrip().endswith(("?", "？", "؟"))
