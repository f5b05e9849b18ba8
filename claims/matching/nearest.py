"""What a search shows besides the claims that have its words: those nearest in meaning, in any language."""

from __future__ import annotations

import re

from django.conf import settings

from claims import search
from claims.matching import embeddings
from claims.matching.scoring import rank
from claims.matching.turn import BusyError, taken
from claims.models import Publication
from claims.search.filters import PublicationFilters
from claims.search.pages import ListPage
from claims.text.languages import language_of

FEW = 3  # exact finds below which the nearest are looked for
MOST = 5
WORDS = 2  # of a query at least, or else LETTERS: one short word means too many things
LETTERS = 6
LEAST = 0.42  # the likeness from which a claim is near
_OPERATORS = re.compile(r"(?:^|\s)-\w|[\"*]")  # a reader who uses them means the words


def nearest_to(filters: PublicationFilters, page: ListPage) -> list[Publication]:
    """Return the nearest to what a list was searched for, where that is all it is filtered by and little is found."""
    chosen = {name for name, value in filters.form.cleaned_data.items() if value}
    if page.count >= FEW or page.newer_query or chosen - {"q", "sort"}:
        return []
    return nearest(filters.form.cleaned_data["q"], besides={row.sequence for row in page.rows})


def nearest(query: str, *, besides: set[int]) -> list[Publication]:
    """Return the standing reviews nearest in meaning to a query, best first; `besides` are places in the chain.

    Empty where the query is one short word or has operators, where no model knows its language, and where another
    text is being matched on this machine: a list does without rather than wait.
    """
    language = language_of(query)
    if not embeddings.that_know(language) or _OPERATORS.search(query):
        return []
    if len(query.split()) < WORDS and len(query) < LETTERS:
        return []
    try:
        with taken():
            places = _places(query, language, besides)
    except BusyError:
        return []
    found = {row.sequence: row for row in Publication.shown.for_lists().filter(sequence__in=places)}
    return [found[place] for place in places if place in found]


def _places(query: str, language: str, besides: set[int]) -> list[int]:
    """Return places in the chain of what is near or would be suggested: by turns the likeliest and the closest."""
    ranked = rank(query, language, search.latest_snapshot(), method="fused", makes_missing=False)
    near = [item for item in ranked if item.likelihood >= settings.MATCH_SUGGESTED or (item.similarity or 0) >= LEAST]
    closest = sorted(near, key=lambda item: -(item.similarity or 0))
    by_turns = dict.fromkeys(item.sequence for pair in zip(near, closest, strict=True) for item in pair)
    return [place for place in by_turns if place not in besides][:MOST]
