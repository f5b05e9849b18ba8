"""Full-text search, facet counts and pages of publications: one interface over SQLite and PostgreSQL.

Words are found in the form their language has for them ("rocket" finds "rockets"), without case or
accents; "quoted phrases" word after word; beginnings* and -exclusions as typed. The index holds
every version, so that what stood on a past day can be searched; callers say which they mean.
"""

from claims.search.column_chunks import chain_key, store_again, store_full_chunks, wrong_chunks
from claims.search.desk_index import ARTICLES, CLAIMS, EVIDENCE
from claims.search.highlight import Marker
from claims.search.index import (
    Document,
    add,
    corrected,
    find,
    known_words,
    postings,
    rebuild,
    take_out,
)
from claims.search.names import as_most_say
from claims.search.pages import bounded_count
from claims.search.query import parse
from claims.search.selection import Place, Selection
from claims.search.similar_drafts import Alike, claims_with, likely_duplicates
from claims.search.snapshot import Snapshot, latest_snapshot

__all__ = [
    "ARTICLES",
    "CLAIMS",
    "EVIDENCE",
    "Alike",
    "Document",
    "Marker",
    "Place",
    "Selection",
    "Snapshot",
    "add",
    "as_most_say",
    "bounded_count",
    "chain_key",
    "claims_with",
    "corrected",
    "find",
    "known_words",
    "latest_snapshot",
    "likely_duplicates",
    "parse",
    "postings",
    "rebuild",
    "store_again",
    "store_full_chunks",
    "take_out",
    "wrong_chunks",
]
