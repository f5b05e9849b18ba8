"""PostgreSQL: a GIN index over tsvectors of words made ready in Python, and a trigram index over the words we know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims.search import query
from claims.search.query import Term

TABLE = "claims_search_document"
_KNOWN = "claims_search_word"
_NEAR = 60  # words looked at when one is corrected

WORDS = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE TABLE {_KNOWN} (word text PRIMARY KEY)",
    f"CREATE INDEX {_KNOWN}_like ON {_KNOWN} USING gin (word gin_trgm_ops)",
]
REMOVE = [
    f"DROP TABLE IF EXISTS {_KNOWN}",
    f"DROP TABLE IF EXISTS {TABLE}",
]
_FIND = f"SELECT sequence FROM {TABLE} WHERE words @@ CAST(%s AS tsquery)"


def create(table: str = TABLE) -> list[str]:
    return [
        f"CREATE TABLE {table} (sequence bigint PRIMARY KEY, words tsvector NOT NULL)",
        f"ALTER TABLE {table} ALTER COLUMN words SET STATISTICS 1000",  # so that the planner knows the common words
        f"CREATE INDEX ON {table} USING gin (words)",
    ]


def add(cursor: Any, documents: Sequence[Any], table: str = TABLE) -> None:
    vector = "setweight(to_tsvector('pg_catalog.simple', {}), '{}')"
    cursor.execute(
        f"INSERT INTO {table} SELECT sequence, {vector.format('statement', 'A')} || {vector.format('rest', 'D')}"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS given (sequence, statement, rest)"
        " ON CONFLICT (sequence) DO UPDATE SET words = EXCLUDED.words",
        [
            list(column)
            for column in zip(*((item.sequence, item.statement, item.rest) for item in documents), strict=True)
        ],
    )
    known = sorted(set().union(*(item.known for item in documents)))
    cursor.execute(f"INSERT INTO {_KNOWN} SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", [known])


def take_out(cursor: Any, document: Any) -> None:
    cursor.execute(f"DELETE FROM {TABLE} WHERE sequence = %s", [document.sequence])


def forget(cursor: Any, words: Sequence[str]) -> None:
    """Take words out of those that we know."""
    cursor.execute(f"DELETE FROM {_KNOWN} WHERE word = ANY(%s)", [list(words)])


def newest(cursor: Any, expression: str, count: int | None = None) -> list[int]:
    """Return the places of the newest matches, at most so many; without a count, of all.

    The GIN index gives all matches of a query at once, and each costs a look at its row: too many for
    a common word. Where the planner expects many, the newest rows are read first, some at a time.
    """
    if count is not None and _expected(cursor, expression) > count:
        row_by_row = _FIND.replace("words @@", "coalesce(words) @@")  # past the index
        for rows in (10 * count, 50 * count, None):
            within = f" AND sequence > (SELECT max(sequence) - {rows} FROM {TABLE})" if rows else ""
            cursor.execute(f"{row_by_row}{within} ORDER BY sequence DESC LIMIT %s", [expression, count])
            found = [row[0] for row in cursor.fetchall()]
            if len(found) == count:
                break
        return found
    cursor.execute(
        f"SELECT sequence FROM ({_FIND} OFFSET 0) found ORDER BY sequence DESC LIMIT %s", [expression, count]
    )
    return [row[0] for row in cursor.fetchall()]


def _expected(cursor: Any, expression: str) -> int:
    """Return how many matches the planner expects."""
    cursor.execute(f"EXPLAIN (FORMAT JSON) {_FIND}", [expression])
    return int(cursor.fetchone()[0][0]["Plan"]["Plan Rows"])


def all_of(stems: Sequence[str]) -> str:
    return " & ".join(f"'{stem}'" for stem in stems)


def postings(count: int) -> str:
    """Return the query for places that an expression finds, at most so many, commas between them.

    In the order in which they were stored, mostly: to put all in order would read every row that has a common word.
    """
    return f"SELECT string_agg(sequence::text, ',') FROM ({_FIND} LIMIT {count}) found"


def ranking(expression: str, found: list[int]) -> tuple[str, list[Any]]:
    """Return the query that orders matches by relevance (ts_rank, the statement counting most), then newest first."""
    rank = "ts_rank('{0.2, 0.2, 0.2, 1.0}', words, CAST(%s AS tsquery), 1)"
    return f"SELECT sequence FROM {TABLE} WHERE sequence = ANY(%s) ORDER BY {rank} DESC, sequence DESC", [
        found,
        expression,
    ]


def expression(terms: Sequence[Term]) -> str:
    """Return the terms, at least one of them wanted, as tsquery reads them."""
    excluded = [f"!{_any_form(term)}" for term in query.excluded(terms)]
    return " & ".join([_any_form(term) for term in query.wanted(terms)] + excluded)


def among_known(words: list[str]) -> tuple[str, list[Any]]:
    return f"SELECT word FROM {_KNOWN} WHERE word = ANY(%s)", [words]


def words_like(cursor: Any, word: str) -> list[str]:
    cursor.execute(
        f"SELECT word FROM {_KNOWN} WHERE word %% %s ORDER BY similarity(word, %s) DESC LIMIT {_NEAR}", [word, word]
    )
    return [row[0] for row in cursor.fetchall()]


def _any_form(term: Term) -> str:
    forms = [" <-> ".join(f"'{word}'" for word in form) + (":*" if term.goes_on(form) else "") for form in term.forms]
    return f"({' | '.join(f'({form})' for form in forms)})"
