"""PostgreSQL: a GIN index over tsvector of an immutable function."""

from __future__ import annotations

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL

from claims.search.query import Term

_DOCUMENT = "claims_publication_document(claims_publication.record)"

INSTALL = [
    """
    CREATE OR REPLACE FUNCTION claims_publication_document(record jsonb) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('pg_catalog.simple',
            coalesce(record->>'statement', '') || ' ' || coalesce(record->'claimant'->>'name', '') || ' ' ||
            coalesce(record->>'summary', '') || ' ' || coalesce(record->>'rationale', ''))
    $$
    """,
    "CREATE INDEX claims_publication_search ON claims_publication USING gin (claims_publication_document(record))",
]
REMOVE = [
    "DROP INDEX IF EXISTS claims_publication_search",
    "DROP FUNCTION IF EXISTS claims_publication_document(jsonb)",
]


def condition(terms: list[Term]) -> Q:
    """Return the filter for terms, at least one of them not excluded."""
    query = " & ".join(("!" if term.is_excluded else "") + _tsquery(term) for term in terms)
    return Q(RawSQL(f"{_DOCUMENT} @@ to_tsquery('pg_catalog.simple', %s)", [query], BooleanField()))


def _tsquery(term: Term) -> str:
    if term.is_phrase:
        return "(" + " <-> ".join(f"'{word}'" for word in term.words) + ")"
    return f"'{term.words[0]}':*"
