"""Where a query's words stand in a text, and the part of it that shows them; the same on every database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from claims.search import query
from claims.search.query import Term
from claims.text import stems

AROUND = 120  # signs on each side of the first word shown
_BETWEEN = re.compile(r"\s")


class Marker:
    """Marks the words of a query in texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        wanted = query.wanted(terms)
        self._words = {word for term in wanted for form in term.own_forms for word in form}
        others = {form for term in wanted if term.other_names for form in term.forms}
        self._words |= {form[0] for form in others if len(form) == 1}
        self._names = {form for form in others if len(form) > 1}  # marked where all their words stand together
        self._beginnings = tuple(form[-1] for term in wanted for form in term.forms if term.goes_on(form))
        said = [text for term in wanted for text in (term.text, *(name.text for name in term.other_names))]
        self._runs = [run for text in said for run in stems.unspaced(text)]

    def spans(self, text: str, language: str) -> Iterator[tuple[int, int]]:
        """Yield (start, end) of each word of the query, in order."""
        matches = list(stems.WORD.finditer(text))
        words = [stems.indexed(match.group(), language) for match in matches] if self._names else []
        end_of_name = 0
        for place, match in enumerate(matches):
            if any(stems.unspaced(match.group())):
                yield from self._spans_of_signs(match)
                continue
            word = words[place] if words else stems.indexed(match.group(), language)
            for name in self._names:
                if tuple(words[place : place + len(name)]) == name:
                    end_of_name = max(end_of_name, place + len(name))
            is_named = place < end_of_name
            if is_named or word in self._words or (self._beginnings and word.startswith(self._beginnings)):
                yield match.span()

    def _spans_of_signs(self, match: re.Match[str]) -> Iterator[tuple[int, int]]:
        if self._runs:
            for run in re.finditer("|".join(map(re.escape, self._runs)), match.group()):
                yield match.start() + run.start(), match.start() + run.end()

    def marked(self, text: str, language: str) -> SafeString:
        """Return a text as HTML with the words marked."""
        parts, place = [], 0
        for start, end in self.spans(text, language):
            parts.append(f"{escape(text[place:start])}<mark>{escape(text[start:end])}</mark>")
            place = end
        return mark_safe("".join(parts) + escape(text[place:]))  # noqa: S308 — every part is escaped

    def snippet(self, texts: Sequence[str], language: str) -> SafeString:
        """Return the part of the first text with a word of the query, marked; nothing where none has one."""
        for text in texts:
            first = next(self.spans(text, language), None)
            if first:
                start, end = _ends(text, max(first[0] - AROUND, 0), min(first[1] + AROUND, len(text)))
                shown = self.marked(text[start:end], language)
                return mark_safe(f"{'… ' if start else ''}{shown}{' …' if end < len(text) else ''}")  # noqa: S308 — escaped
        return mark_safe("")


def _ends(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where to cut so that no word is cut, as far as words are short."""
    if start and (space := _BETWEEN.search(text, start, start + 30)):
        start = space.end()
    if end < len(text):
        spaces = [space.start() for space in _BETWEEN.finditer(text, max(end - 30, start), end)]
        end = spaces[-1] if spaces else end
    return start, end
