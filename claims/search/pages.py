"""Keyset pages: as fast at the millionth row as at the first, and stable while rows are added."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.http import Http404, QueryDict

from claims.search.selection import BY_VALUE, Place, Selection
from claims.text.numbers import parse_int

PAGE_ROWS = 25
MAX_PAGE_ROWS = 100  # of a page that a program asks for
COUNT_LIMIT = 10_000  # rows; a longer list says "10,000+"


def bounded_count(rows: QuerySet[Any], limit: int = 0) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than the limit, COUNT_LIMIT where none is given."""
    limit = limit or COUNT_LIMIT
    count = rows.order_by().values("pk")[: limit + 1].count()
    return min(count, limit), count > limit


@dataclass(frozen=True)
class ListPage:
    """One page of a list, greatest first, with the queries of its neighbours ("" where there is none)."""

    rows: list[Any]
    count: int
    is_count_exceeded: bool
    newer_query: str
    older_query: str


NO_PAGE = ListPage([], 0, is_count_exceeded=False, newer_query="", older_query="")


def page_of(
    rows: QuerySet[Any], query: QueryDict, state: str, *, key: str, column: str = "", size: int = 0
) -> ListPage:
    """Return the page before or after the place that the query names; raises Http404 for a bad place.

    `key` is a unique column of whole numbers; the rows are ordered by `column` where one is given
    (rows without a value last) and then by `key`; a page has `size` rows. `state` is the query string of the filters.
    """
    place = _Place(rows.model, key, column)

    def older(at: _Found | None, count: int) -> list[Any]:
        return list(place.in_order(rows.filter(place.older_than(*at)) if at else rows)[:count])

    def newer(at: _Found, count: int) -> list[Any]:
        return list(place.in_reverse(rows.filter(place.newer_than(*at)))[:count])

    return _page(place, older, newer, query, state, size or PAGE_ROWS, bounded_count(rows))


def page_of_selection(
    selection: Selection, rows: QuerySet[Any], query: QueryDict, state: str, *, order: str, size: int = 0
) -> ListPage:
    """Return a page as page_of does, of selected publications; `order` is one of Selection's.

    `rows` says what is fetched of each publication.
    """
    place = _Place(rows.model, "sequence", order if order in BY_VALUE else "")

    def fetched(sequences: list[int]) -> list[Any]:
        found = {row.sequence: row for row in rows.filter(sequence__in=sequences)}
        return [found[sequence] for sequence in sequences if sequence in found]

    def older(at: _Found | None, count: int) -> list[Any]:
        return fetched(selection.older(order, Place(*at) if at else None, count))

    def newer(at: _Found, count: int) -> list[Any]:
        return fetched(selection.newer(order, Place(*at), count))

    counted = selection.count, selection.is_bounded
    return _page(place, older, newer, query, state, size or PAGE_ROWS, counted)


def newest_of(selection: Selection, rows: QuerySet[Any], count: int) -> QuerySet[Any]:
    """Return the newest of selected publications, the newest first; `rows` says what is fetched of each."""
    return rows.filter(sequence__in=selection.older("sequence", None, count)).order_by("-sequence")


type _Found = tuple[Any, int]


def _page(
    place: _Place,
    older: Callable[[_Found | None, int], list[Any]],
    newer: Callable[[_Found, int], list[Any]],
    query: QueryDict,
    state: str,
    size: int,
    counted: tuple[int, bool],
) -> ListPage:
    before, after = (place.read(query.get(name)) for name in ("before", "after"))
    if after is not None:
        found = newer(after, size + 1)
        has_newer, has_older = len(found) > size, True
        found = found[:size][::-1]
    else:
        found = older(before, size + 1)
        has_newer, has_older = before is not None, len(found) > size
        found = found[:size]
    prefix = f"{state}&" if state else ""
    return ListPage(
        rows=found,
        count=counted[0],
        is_count_exceeded=counted[1],
        newer_query=f"{prefix}after={place.write(found[0])}" if found and has_newer else "",
        older_query=f"{prefix}before={place.write(found[-1])}" if found and has_older else "",
    )


class _Place:
    """A place in a list, written as "key" or "value_key"; the value is empty for rows without one."""

    def __init__(self, model: Any, key: str, column: str) -> None:
        self.key, self.column = key, column
        field = "made_on" if column == "dated_on" else column
        self.field: Field | None = model._meta.get_field(field) if field else None

    def write(self, row: Any) -> str:
        key = str(getattr(row, self.key))
        if not self.field:
            return key
        value = getattr(row, self.column)
        return f"{'' if value is None else value}_{key}"

    def read(self, text: str | None) -> tuple[Any, int] | None:
        if text is None:
            return None
        value, _, key = text.rpartition("_")
        number = parse_int(key)
        if number is None or bool(value) > bool(self.field):
            raise Http404
        try:
            return (self.field.to_python(value[:40]) if self.field and value else None), number
        except ValidationError as error:
            raise Http404 from error

    def older_than(self, value: Any, key: int) -> Q:
        below = Q(**{f"{self.key}__lt": key})
        if not self.column:
            return below
        if value is None:
            return Q(**{f"{self.column}__isnull": True}) & below
        smaller = Q(**{f"{self.column}__lt": value}) | Q(**{f"{self.column}__isnull": True})
        return smaller | Q(**{self.column: value}) & below

    def newer_than(self, value: Any, key: int) -> Q:
        above = Q(**{f"{self.key}__gt": key})
        if not self.column:
            return above
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) | above
        return Q(**{f"{self.column}__gt": value}) | Q(**{self.column: value}) & above

    def in_order(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        columns = [F(self.column).desc(nulls_last=True)] if self.column else []
        return rows.order_by(*columns, f"-{self.key}")

    def in_reverse(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        columns = [F(self.column).asc(nulls_first=True)] if self.column else []
        return rows.order_by(*columns, self.key)
