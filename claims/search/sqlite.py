"""SQLite FTS5: a table beside the publications, filled and emptied by triggers."""

from __future__ import annotations

from django.db.models import Q
from django.db.models.expressions import RawSQL

from claims.search.query import Term

_TABLE = "claims_publication_search"
_INSERT = f"""
    INSERT INTO {_TABLE}(rowid, statement, claimant, summary, rationale) VALUES (
        NEW.id, NEW.statement, coalesce(json_extract(NEW.record, '$.claimant.name'), ''),
        json_extract(NEW.record, '$.summary'), json_extract(NEW.record, '$.rationale'))
"""

INSTALL = [
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(statement, claimant, summary, rationale,"
    " tokenize = 'unicode61 remove_diacritics 2', prefix = '3')",
    f"CREATE TRIGGER {_TABLE}_add AFTER INSERT ON claims_publication WHEN NEW.is_current BEGIN {_INSERT}; END",
    f"CREATE TRIGGER {_TABLE}_drop AFTER UPDATE OF is_current ON claims_publication WHEN NOT NEW.is_current"
    f" BEGIN DELETE FROM {_TABLE} WHERE rowid = OLD.id; END",
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
