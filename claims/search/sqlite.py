"""SQLite: FTS5 over words made ready in Python, and a trigram index over the words we know."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims.search import query
from claims.search.query import Term

TABLE = "claims_search_document"
_KNOWN = "claims_search_word"
_LIKE = "claims_search_word_like"
_NEAR = 60  # words looked at when one is corrected

WORDS = [
    f"CREATE TABLE {_KNOWN} (word TEXT PRIMARY KEY)",
    f"CREATE VIRTUAL TABLE {_LIKE} USING fts5(word, content = '{_KNOWN}', tokenize = 'trigram')",
    (
        f"CREATE TRIGGER {_KNOWN}_add AFTER INSERT ON {_KNOWN} BEGIN"
        f" INSERT INTO {_LIKE}(rowid, word) VALUES (NEW.rowid, NEW.word); END"
    ),
]
REMOVE = [
    f"DROP TABLE IF EXISTS {_LIKE}",
    f"DROP TABLE IF EXISTS {_KNOWN}",
    f"DROP TABLE IF EXISTS {TABLE}",
]
_FIND = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"


def create(table: str = TABLE) -> list[str]:
    columns = "statement, rest, content = '', tokenize = 'unicode61', prefix = '2 3'"
    return [f"CREATE VIRTUAL TABLE {table} USING fts5({columns})"]


def add(cursor: Any, documents: Sequence[Any], table: str = TABLE) -> None:
    rows = [(item.sequence, item.statement, item.rest) for item in documents]
    cursor.executemany(f"INSERT INTO {table}(rowid, statement, rest) VALUES (%s, %s, %s)", rows)
    known = sorted(set().union(*(item.known for item in documents)))
    cursor.executemany(f"INSERT OR IGNORE INTO {_KNOWN}(word) VALUES (%s)", [(word,) for word in known])


def take_out(cursor: Any, document: Any) -> None:
    """Take a document out; of an index without content this needs the words that were put in."""
    given = [document.sequence, document.statement, document.rest]
    cursor.execute(f"INSERT INTO {TABLE}({TABLE}, rowid, statement, rest) VALUES ('delete', %s, %s, %s)", given)


def forget(cursor: Any, words: Sequence[str]) -> None:
    """Take words out of those that we know; their trigrams need to be told, as they have no content of their own."""
    given = [(word,) for word in words]
    cursor.executemany(
        f"INSERT INTO {_LIKE}({_LIKE}, rowid, word) SELECT 'delete', rowid, word FROM {_KNOWN} WHERE word = %s", given
    )
    cursor.executemany(f"DELETE FROM {_KNOWN} WHERE word = %s", given)


def newest(cursor: Any, expression: str, count: int | None = None) -> list[int]:
    """Return the places of the newest matches, at most so many; without a count, of all."""
    cursor.execute(f"{_FIND} ORDER BY rowid DESC LIMIT {-1 if count is None else count}", [expression])
    return [row[0] for row in cursor.fetchall()]


def all_of(stems: Sequence[str]) -> str:
    return " AND ".join(f'"{stem}"' for stem in stems)


def postings(count: int) -> str:
    """Return the query for the newest places that an expression finds, at most so many, commas between them."""
    return f"SELECT group_concat(rowid) FROM ({_FIND} ORDER BY rowid DESC LIMIT {count})"


def ranking(expression: str, found: list[int]) -> tuple[str, list[Any]]:
    """Return the query that orders matches by relevance (BM25, the statement counting fivefold), then newest first."""
    return f"{_FIND} ORDER BY bm25({TABLE}, 5.0, 1.0), rowid DESC LIMIT {len(found)}", [expression]


def expression(terms: Sequence[Term]) -> str:
    """Return the terms, at least one of them wanted, as FTS5 reads them."""
    wanted = " AND ".join(_any_form(term) for term in query.wanted(terms))
    return f"({wanted})" + "".join(f" NOT {_any_form(term)}" for term in query.excluded(terms))


def among_known(words: list[str]) -> tuple[str, list[Any]]:
    return f"SELECT word FROM {_KNOWN} WHERE word IN ({', '.join(['%s'] * len(words))})", words


def words_like(cursor: Any, word: str) -> list[str]:
    trigrams = " OR ".join(f'"{word[place : place + 3]}"' for place in range(len(word) - 2))
    cursor.execute(f"SELECT word FROM {_LIKE} WHERE {_LIKE} MATCH %s ORDER BY rank LIMIT {_NEAR}", [trigrams])
    return [row[0] for row in cursor.fetchall()]


def _any_form(term: Term) -> str:
    forms = [f'"{" ".join(form)}"{" *" if term.goes_on(form) else ""}' for form in term.forms]
    return f"({' OR '.join(forms)})"
