"""The full-text index of publications, and the words it knows: one contract over the databases' own search.

Each version stands in the index by its place in the chain. It is put there in the transaction that
makes the publication, by what appends to the chain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from rapidfuzz.distance import OSA

from claims.models import Publication, locks
from claims.models.triggers import run
from claims.search import postgres, query, sqlite
from claims.search.names import other_names
from claims.search.query import Term
from claims.search.snapshot import Snapshot, latest_snapshot
from claims.text import stems

LIMIT = 5_000  # matches looked at, the newest
RANKED = 1_000  # matches at most that are put in order of relevance; more are shown newest first
BATCH = 1000  # publications put into the index at a time
ALIKE = 200  # publications looked at for a word that is to be forgotten
_SHORTEST = 4  # letters of a word that may be mistyped


@dataclass(frozen=True)
class Document:
    """What of a publication is searched: its place in the chain, its statement and the rest, as indexed words."""

    sequence: int
    statement: str
    rest: str
    known: frozenset[str]  # words of the statement and the claimant as they are written, to mend mistyped ones

    @classmethod
    def of(cls, sequence: int, values: dict[str, Any]) -> Document:
        """Return what is searched of a record, given as JSON values."""
        name = values["claimant"]["name"] if values["claimant"] else ""
        language = values["language"]
        rest = [(name, language), (values["summary"], language), (values["rationale"], language)]
        for told in values.get("translations", ()):
            rest += [(told["summary"], told["language"]), (told["rationale"], told["language"])]
        written = stems.WORD.findall(f"{values['statement']} {name}")
        return cls(
            sequence,
            stems.indexed(values["statement"], language),
            " ".join(stems.indexed(text, written_in) for text, written_in in rest if text),
            frozenset(stems.fold(word) for word in written if _SHORTEST <= len(word) <= stems.MAX_WORD),
        )


@dataclass(frozen=True)
class SearchResult:
    """What a query found: places in the chain, newest first; and the same in order of relevance, where few enough."""

    terms: list[Term]
    sequences: np.ndarray
    ranked: np.ndarray
    is_exceeded: bool = False
    corrected_query: str = ""  # the query that was answered instead, where nothing has the one asked


def add(documents: Iterable[Document], connection: BaseDatabaseWrapper) -> None:
    """Put publications into the index. Call it in the transaction that adds them."""
    rows = list(documents)
    if rows:
        with connection.cursor() as cursor:
            _backend(connection).add(cursor, rows)


def take_out(document: Document, connection: BaseDatabaseWrapper) -> None:
    """Take a publication out of the index, with the words that it alone has. Call it as it is redacted."""
    backend = _backend(connection)
    with connection.cursor() as cursor:
        backend.take_out(cursor, document)
        backend.forget(cursor, [word for word in sorted(document.known) if not _is_known_otherwise(word, connection)])


def _is_known_otherwise(word: str, connection: BaseDatabaseWrapper) -> bool:
    """Whether another publication has a word; one that shares its stem with very many is taken for known."""
    backend = _backend(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({backend.postings(ALIKE)})", [backend.expression(query.parse(word))])
        places = (cursor.fetchone()[0] or "").split(",")
    if len(places) == ALIKE:
        return True
    rows = Publication.objects.using(connection.alias).filter(sequence__in=filter(None, places))
    return any(word in Document.of(*row).known for row in rows.values_list("sequence", "record"))


def find(text: str, columns: Snapshot | None = None) -> SearchResult | None:
    """Return what a query finds, or None for one that asks nothing; words that nothing has are corrected.

    `columns` are the latest, for who has asked for them already.
    """
    terms = _terms(text, columns or latest_snapshot())
    if not terms:
        return None
    connection = connections[router.db_for_read(Publication)]
    result = _find(terms, connection)
    if not len(result.sequences) and (corrected_query := _corrected(terms, connection)) != terms:
        found = _find(corrected_query, connection)
        if len(found.sequences):
            return replace(found, corrected_query=" ".join(str(term) for term in corrected_query))
    return result


def _terms(text: str, columns: Snapshot) -> list[Term]:
    """Return a query's terms, their words in the forms of the languages in which something is published."""
    return query.parse(text, other_names, [*columns.languages, *dict(settings.LANGUAGES)])


def every_match(result: SearchResult) -> np.ndarray:
    """Return the places of all that has the terms which `find` looked for, the newest first, past its limit."""
    if not result.is_exceeded:
        return result.sequences
    connection = connections[router.db_for_read(Publication)]
    backend = _backend(connection)
    with connection.cursor() as cursor:
        return np.array(backend.newest(cursor, backend.expression(result.terms)), dtype=np.int64)


def postings(asked: Iterable[tuple[str, ...]], count: int) -> list[np.ndarray]:
    """Return for each set of indexed words the places of publications that have them all, at most so many."""
    connection = connections[router.db_for_read(Publication)]
    backend = _backend(connection)
    expressions = [backend.all_of(stems) for stems in asked]
    if not expressions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT ({backend.postings(count)})" for _ in expressions), expressions)
        return [np.sort(np.array((row[0] or "").split(",") if row[0] else [], dtype=np.int64)) for row in cursor]


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Create the index where it is missing, with the publications that are here."""
    backend = _backend(connection)
    if backend.TABLE in connection.introspection.table_names():
        return
    run(connection, [*backend.create(), *backend.WORDS])
    if Publication.objects.using(connection.alias).exists():
        for _ in rebuild(connection):
            pass


def remove(connection: BaseDatabaseWrapper) -> None:
    run(connection, _backend(connection).REMOVE)


def rebuild(connection: BaseDatabaseWrapper) -> Iterator[int]:
    """Make the index anew beside the old one and put it in its place; yield how many publications are in so far.

    Searches and publications go on meanwhile. Interrupted, it leaves the old index as it was.
    """
    backend = _backend(connection)
    new = f"{backend.TABLE}_new"
    run(connection, [f"DROP TABLE IF EXISTS {new}", *backend.create(new)])
    done = last = 0

    def fill() -> Iterator[int]:
        nonlocal done, last
        while batch := _after(last, connection):
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                backend.add(cursor, [Document.of(sequence, record) for sequence, record in batch], new)
            last, done = batch[-1][0], done + len(batch)
            yield done

    yield from fill()
    with transaction.atomic(connection.alias):
        locks.wait_for(locks.CHAIN)
        yield from fill()  # what was published meanwhile
        run(connection, [f"DROP TABLE {backend.TABLE}", f"ALTER TABLE {new} RENAME TO {backend.TABLE}"])
    yield done


def _after(sequence: int, connection: BaseDatabaseWrapper) -> list[tuple[int, Any]]:
    rows = Publication.objects.using(connection.alias).not_redacted().filter(sequence__gt=sequence)
    rows = rows.order_by("sequence")
    return list(rows.values_list("sequence", "record")[:BATCH])


def _backend(connection: BaseDatabaseWrapper) -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgres


def _find(terms: list[Term], connection: BaseDatabaseWrapper) -> SearchResult:
    nothing = np.empty(0, dtype=np.int64)
    if not query.wanted(terms):
        return SearchResult(terms, nothing, nothing)
    backend = _backend(connection)
    expression = backend.expression(terms)
    with connection.cursor() as cursor:
        found = np.array(backend.newest(cursor, expression, LIMIT + 1), dtype=np.int64)
        ranked = nothing
        if 0 < len(found) <= RANKED:
            cursor.execute(*backend.ranking(expression, found.tolist()))
            ranked = np.array([row[0] for row in cursor.fetchall()], dtype=np.int64)
    hidden = Publication.objects.hidden_places()
    newest = found[:LIMIT]
    return SearchResult(terms, newest[~np.isin(newest, hidden)], ranked[~np.isin(ranked, hidden)], len(found) > LIMIT)


def corrected(text: str) -> str:
    """Return a query with the words that nothing published has put right, as far as they are like one that it has."""
    terms = _terms(text, latest_snapshot())
    better = _corrected(terms, connections[router.db_for_read(Publication)])
    return " ".join(str(term) for term in better) if better != terms else text


def known_words(words: Collection[str]) -> set[str]:
    """Return which words, folded and of four letters or more, stand in a published statement or claimant's name."""
    connection = connections[router.db_for_read(Publication)]
    wanted = list(words)
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(*_backend(connection).among_known(wanted))
        return {row[0] for row in cursor.fetchall()}


def _corrected(terms: list[Term], connection: BaseDatabaseWrapper) -> list[Term]:
    """Return the terms with lone words that we do not know replaced by the likeliest ones that we do."""
    return [
        term if term.is_phrase or term.is_excluded or term.other_names else _likeliest(term, connection)
        for term in terms
    ]


def _likeliest(term: Term, connection: BaseDatabaseWrapper) -> Term:
    word = stems.fold(term.text)
    if len(word) < _SHORTEST:
        return term
    with connection.cursor() as cursor:
        near = _backend(connection).words_like(cursor, word)
    allowed = 1 if len(word) < 7 else 2
    scored = sorted((OSA.distance(word, other, score_cutoff=allowed), other) for other in near)
    if not scored or scored[0][0] > allowed:
        return term
    return replace(term, text=scored[0][1])
