"""Working claims that say much the same as a statement: the index over statements, then likeness."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, FloatField, Q
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz

from claims.models import Claim
from claims.search.desk_index import CLAIMS

LIKENESS = 72  # percent of rapidfuzz's token_sort_ratio or of shared words; below, two claims are two claims
_WORDS = 8  # the longest words of a statement look for its likes
_CANDIDATES = 40  # rows compared word by word
_CHARACTERS = 2000  # of a statement that are compared
_VECTOR = CLAIMS.vector(of_the_first=True)


@dataclass(frozen=True)
class Alike:
    """A claim and how much its statement is like the one asked about, in percent."""

    claim: Claim
    likeness: int


def likely_duplicates(statement: str, *, besides: int | None = None, limit: int = 5) -> list[Alike]:
    """Return the claims (but the one with the primary key `besides`) that say much the same, the likest first."""
    found = []
    statement = statement[:_CHARACTERS]
    for claim in _sharing_words(statement, besides):
        likeness = max(
            fuzz.token_sort_ratio(statement, claim.statement[:_CHARACTERS], processor=_plain),
            fuzz.token_set_ratio(statement, claim.statement[:_CHARACTERS], processor=_plain) - 20,  # one may say more
        )
        if likeness >= LIKENESS:
            found.append(Alike(claim, round(likeness)))
    return sorted(found, key=lambda alike: (-alike.likeness, alike.claim.pk))[:limit]


def claims_with(text: str) -> Q:
    """Return the condition for working claims with all the words in their statement, each as far as it is typed."""
    return CLAIMS.rows_with(text, in_the_first=True)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _sharing_words(statement: str, besides: int | None) -> list[Claim]:
    words = sorted(set(re.findall(r"\w+", statement.casefold())), key=lambda word: (-len(word), word))[:_WORDS]
    if not words:
        return []
    claims = Claim.objects.exclude(pk=besides).order_by()
    if connection.vendor == "sqlite":
        match = f"{{statement}} : ({' OR '.join(f'"{word}"' for word in words)})"
        nearest = RawSQL(  # noqa: S611
            f"SELECT rowid FROM {CLAIMS.name} WHERE {CLAIMS.name} MATCH %s ORDER BY rank LIMIT {_CANDIDATES}", [match]
        )
        return list(claims.filter(pk__in=nearest))
    query = " | ".join(f"'{word}'" for word in words)
    rank = RawSQL(f"ts_rank({_VECTOR}, to_tsquery('pg_catalog.simple', %s))", [query], FloatField())  # noqa: S611
    shares = RawSQL(f"{_VECTOR} @@ to_tsquery('pg_catalog.simple', %s)", [query], BooleanField())  # noqa: S611
    return list(claims.filter(Q(shares)).order_by(rank.desc(), "pk")[:_CANDIDATES])
