"""Full-text search and facet counts on publications: one interface over SQLite and PostgreSQL.

The index is kept in step by database triggers, so in the transaction of every change and for
every way in (workflow, import, loaddata). It holds every version, so that what stood on a past day
can be searched; callers say which they mean. Words match from their beginning ("rocket" finds
"rockets"), without case or accents on SQLite, without case on PostgreSQL; "quoted phrases" match
word for word; -word excludes.
"""

from claims.search.duplicates import Alike, likely_duplicates
from claims.search.facets import Choice, Counted, Related, bounded_count, count_facets
from claims.search.index import matching
from claims.search.query import Term, parse

__all__ = [
    "Alike",
    "Choice",
    "Counted",
    "Related",
    "Term",
    "bounded_count",
    "count_facets",
    "likely_duplicates",
    "matching",
    "parse",
]
