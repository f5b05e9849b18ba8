"""Full-text search, facet counts and pages of publications: one interface over SQLite and PostgreSQL.

Words are found in the form their language has for them ("rocket" finds "rockets"), without case or
accents; "quoted phrases" word after word; beginnings* and -exclusions as typed. The index holds
every version, so that what stood on a past day can be searched; callers say which they mean.
"""

from claims.search.columns import Columns, chain_key, current, seal
from claims.search.duplicates import Alike, claims_with, likely_duplicates
from claims.search.facets import FACET_CHOICES, Choice, bounded_count
from claims.search.index import Document, Matches, add, every_match, find, postings, rebuild
from claims.search.query import Term, parse
from claims.search.selection import BY_VALUE, Place, Selection
from claims.search.snippets import Marker

__all__ = [
    "BY_VALUE",
    "FACET_CHOICES",
    "Alike",
    "Choice",
    "Columns",
    "Document",
    "Marker",
    "Matches",
    "Place",
    "Selection",
    "Term",
    "add",
    "bounded_count",
    "chain_key",
    "claims_with",
    "current",
    "every_match",
    "find",
    "likely_duplicates",
    "parse",
    "postings",
    "rebuild",
    "seal",
]
