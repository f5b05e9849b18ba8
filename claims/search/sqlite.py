"""SQLite FTS5: a table beside the publications, filled by a trigger."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from claims.search.query import Term

_TABLE = "claims_publication_search"
_COLUMNS = """
    {0}id, {0}statement, coalesce(json_extract({0}record, '$.claimant.name'), ''),
    json_extract({0}record, '$.summary'), json_extract({0}record, '$.rationale')
"""
_INSERT = f"INSERT INTO {_TABLE}(rowid, statement, claimant, summary, rationale)"

INSTALL = [
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(statement, claimant, summary, rationale,"
    " tokenize = 'unicode61 remove_diacritics 2', prefix = '3')",
    f"{_INSERT} SELECT {_COLUMNS.format('')} FROM claims_publication",
    f"CREATE TRIGGER {_TABLE}_add AFTER INSERT ON claims_publication BEGIN"
    f" {_INSERT} VALUES ({_COLUMNS.format('NEW.')}); END",
]
REMOVE = [
    f"DROP TRIGGER IF EXISTS {_TABLE}_add",
    f"DROP TRIGGER IF EXISTS {_TABLE}_drop",
    f"DROP TABLE IF EXISTS {_TABLE}",
]


def condition(terms: list[Term]) -> Q:
    """Return the filter for terms, at least one of them not excluded."""
    wanted = " AND ".join(_fts5(term) for term in terms if not term.is_excluded)
    excluded = "".join(f" NOT {_fts5(term)}" for term in terms if term.is_excluded)
    match = f"({wanted}){excluded}"
    return Q(pk__in=RawSQL(f"SELECT rowid FROM {_TABLE} WHERE {_TABLE} MATCH %s", [match]))


def _fts5(term: Term) -> str:
    phrase = '"' + " ".join(term.words) + '"'
    return phrase if term.is_phrase else f"{phrase} *"
