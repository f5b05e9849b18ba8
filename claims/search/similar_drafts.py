"""Working claims that say much the same as a statement: an index over statements, then likeness.

The index is kept in step by triggers on SQLite and is an expression index on PostgreSQL. Both are ensured
after every migration: one that lets Django remake the table on SQLite drops its triggers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, FloatField, Q
from django.db.models.expressions import RawSQL
from rapidfuzz import fuzz

from claims.models import Claim
from claims.models.triggers import run

LIKENESS = 72  # percent of rapidfuzz's token_sort_ratio or of shared words; below, two claims are two claims
_WORDS = 8  # the longest words of a statement look for its likes
FOUND = 2_000  # claims with some words, the newest
_CANDIDATES = 40  # rows compared word by word
_CHARACTERS = 2000  # of a statement that are compared
_TABLE = "claims_claim_search"
_VECTOR = "to_tsvector('pg_catalog.simple', claims_claim.statement)"

_SQLITE_INSTALL = [
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(statement, tokenize = 'unicode61 remove_diacritics 2')",
    (
        f"CREATE TRIGGER {_TABLE}_add AFTER INSERT ON claims_claim BEGIN"
        f" INSERT INTO {_TABLE}(rowid, statement) VALUES (NEW.id, NEW.statement); END"
    ),
    (
        f"CREATE TRIGGER {_TABLE}_change AFTER UPDATE OF statement ON claims_claim"
        " WHEN NEW.statement <> OLD.statement"
        f" BEGIN UPDATE {_TABLE} SET statement = NEW.statement WHERE rowid = NEW.id; END"
    ),
    f"CREATE TRIGGER {_TABLE}_drop AFTER DELETE ON claims_claim BEGIN DELETE FROM {_TABLE} WHERE rowid = OLD.id; END",
    f"INSERT INTO {_TABLE}(rowid, statement) SELECT id, statement FROM claims_claim",
]
_SQLITE_REMOVE = [
    *(f"DROP TRIGGER IF EXISTS {_TABLE}_{event}" for event in ("add", "change", "drop")),
    f"DROP TABLE IF EXISTS {_TABLE}",
]
_POSTGRES_INSTALL = [f"CREATE INDEX IF NOT EXISTS {_TABLE} ON claims_claim USING gin ({_VECTOR})"]
_POSTGRES_REMOVE = [f"DROP INDEX IF EXISTS {_TABLE}"]


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
    """Return the condition for working claims with all the words in their statement, each as far as it is typed.

    Of very many, the newest FOUND are meant.
    """
    words = re.findall(r"\w+", text.casefold())[:_WORDS]
    if not words:
        return Q(pk__in=[])
    if connection.vendor == "sqlite":
        match = " AND ".join(f'"{word}" *' for word in words)
        found = f"SELECT rowid FROM {_TABLE} WHERE {_TABLE} MATCH %s ORDER BY rowid DESC LIMIT {FOUND}"
    else:
        match = " & ".join(f"'{word}':*" for word in words)
        asked = f"{_VECTOR} @@ to_tsquery('pg_catalog.simple', %s)"
        through_the_index = f"SELECT id FROM claims_claim WHERE {asked} OFFSET 0"
        found = f"SELECT id FROM ({through_the_index}) found ORDER BY id DESC LIMIT {FOUND}"
    return Q(pk__in=RawSQL(found, [match]))  # noqa: S611


def ensure(using: BaseDatabaseWrapper) -> None:
    """Create the index where it is missing; on SQLite it is made anew, as its triggers may have been lost."""
    run(using, [*_SQLITE_REMOVE, *_SQLITE_INSTALL] if using.vendor == "sqlite" else _POSTGRES_INSTALL)


def remove(using: BaseDatabaseWrapper) -> None:
    run(using, _SQLITE_REMOVE if using.vendor == "sqlite" else _POSTGRES_REMOVE)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _sharing_words(statement: str, besides: int | None) -> list[Claim]:
    words = sorted(set(re.findall(r"\w+", statement.casefold())), key=lambda word: (-len(word), word))[:_WORDS]
    if not words:
        return []
    claims = Claim.objects.exclude(pk=besides).order_by()
    if connection.vendor == "sqlite":
        match = " OR ".join(f'"{word}"' for word in words)
        nearest = RawSQL(  # noqa: S611
            f"SELECT rowid FROM {_TABLE} WHERE {_TABLE} MATCH %s ORDER BY rank LIMIT {_CANDIDATES}", [match]
        )
        return list(claims.filter(pk__in=nearest))
    query = " | ".join(f"'{word}'" for word in words)
    rank = RawSQL(f"ts_rank({_VECTOR}, to_tsquery('pg_catalog.simple', %s))", [query], FloatField())  # noqa: S611
    shares = RawSQL(f"{_VECTOR} @@ to_tsquery('pg_catalog.simple', %s)", [query], BooleanField())  # noqa: S611
    return list(claims.filter(Q(shares)).order_by(rank.desc(), "pk")[:_CANDIDATES])
