"""Indexes over the words of the desk's own tables, for its lists: every word, each as far as it is typed.

Kept in step by triggers on SQLite, expression indexes on PostgreSQL. Both are ensured after every migration:
one that lets Django remake a table on SQLite drops its triggers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.db.models.expressions import RawSQL

from claims.models.triggers import run
from claims.search import query
from claims.search.names import other_names

FOUND = 2_000  # rows with some words, the newest
_WORDS = 8  # of a query
_CHARACTERS = 100_000  # of a row that PostgreSQL indexes; it takes no more than a megabyte of words


@dataclass(frozen=True)
class WordIndex:
    """The words of some columns of a table. The first column can be asked alone: its words are secret to nobody."""

    table: str
    columns: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.table}_search"

    def vector(self, *, of_the_first: bool = False) -> str:
        """Return PostgreSQL's expression for the words."""
        if of_the_first:
            return f"to_tsvector('pg_catalog.simple', {self.table}.{self.columns[0]})"
        together = " || ' ' || ".join(f"{self.table}.{column}" for column in self.columns)
        words = f"regexp_replace(left({together}, {_CHARACTERS}), '[^[:alnum:]]+', ' ', 'g')"
        return f"to_tsvector('pg_catalog.simple', {words})"

    def rows_with(self, text: str, *, in_the_first: bool = False) -> Q:
        """Return the condition for rows with all the words, or other names for them, in any of the columns.

        Of very many, the newest FOUND.
        """
        said = (re.findall(r"[^\W_]+", wording.casefold())[:_WORDS] for wording in query.wordings(text, other_names))
        wordings = [words for words in said if words]
        if not wordings:
            return Q(pk__in=[])
        if connection.vendor == "sqlite":
            match = " OR ".join(f"({' AND '.join(f'"{word}" *' for word in words)})" for words in wordings)
            asked = f"{{{self.columns[0]}}} : ({match})" if in_the_first else match
            found = f"SELECT rowid FROM {self.name} WHERE {self.name} MATCH %s ORDER BY rowid DESC LIMIT {FOUND}"
        else:
            asked = " | ".join(f"({' & '.join(f"'{word}':*" for word in words)})" for words in wordings)
            condition = f"{self.vector(of_the_first=in_the_first)} @@ to_tsquery('pg_catalog.simple', %s)"
            through_the_index = f"SELECT id FROM {self.table} WHERE {condition} OFFSET 0"
            found = f"SELECT id FROM ({through_the_index}) found ORDER BY id DESC LIMIT {FOUND}"
        return Q(pk__in=RawSQL(found, [asked]))  # noqa: S611

    def installing(self, vendor: str) -> list[str]:
        """Return the statements that make the index; on SQLite anew, as its triggers may have been lost."""
        if vendor != "sqlite":
            return [
                f"CREATE INDEX IF NOT EXISTS {name} ON {self.table} USING gin ({vector})"
                for name, vector in (
                    (self.name, self.vector(of_the_first=True)),
                    (f"{self.name}_all", self.vector()),
                )
            ]
        columns, new, old = (
            ", ".join(f"{prefix}{column}" for column in self.columns) for prefix in ("", "NEW.", "OLD.")
        )
        is_other = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in self.columns)
        add = f"INSERT INTO {self.name}(rowid, {columns}) VALUES (NEW.id, {new})"
        drop = f"INSERT INTO {self.name}({self.name}, rowid, {columns}) VALUES ('delete', OLD.id, {old})"
        return [
            *self.removing(vendor),
            (
                f"CREATE VIRTUAL TABLE {self.name} USING fts5({columns}, content='{self.table}', content_rowid='id',"
                " tokenize = 'unicode61 remove_diacritics 2')"
            ),
            f"CREATE TRIGGER {self.name}_add AFTER INSERT ON {self.table} BEGIN {add}; END",
            (
                f"CREATE TRIGGER {self.name}_change AFTER UPDATE OF {columns} ON {self.table} WHEN {is_other}"
                f" BEGIN {drop}; {add}; END"
            ),
            f"CREATE TRIGGER {self.name}_drop AFTER DELETE ON {self.table} BEGIN {drop}; END",
            f"INSERT INTO {self.name}({self.name}) VALUES ('rebuild')",
        ]

    def removing(self, vendor: str) -> list[str]:
        if vendor != "sqlite":
            return [f"DROP INDEX IF EXISTS {name}" for name in (self.name, f"{self.name}_all")]
        triggers = [f"DROP TRIGGER IF EXISTS {self.name}_{event}" for event in ("add", "change", "drop")]
        return [*triggers, f"DROP TABLE IF EXISTS {self.name}"]


CLAIMS = WordIndex("claims_claim", ("statement", "summary", "rationale"))
EVIDENCE = WordIndex("claims_evidence", ("title", "url", "excerpt"))
ARTICLES = WordIndex("claims_article", ("title", "authors", "url", "text"))
_ALL = (CLAIMS, EVIDENCE, ARTICLES)


def ensure(using: BaseDatabaseWrapper) -> None:
    for index in _ALL:
        run(using, index.installing(using.vendor))


def remove(using: BaseDatabaseWrapper) -> None:
    for index in _ALL:
        run(using, index.removing(using.vendor))
