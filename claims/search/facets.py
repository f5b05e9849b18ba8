"""Counts beside the choices of a filter, and counts of a list, exact up to a limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Count, F, QuerySet

COUNT_LIMIT = 10_000  # rows; a longer list says "10,000+"
FACET_CHOICES = 30  # the most frequent choices of one facet


@dataclass(frozen=True)
class Choice:
    """One value of a facet with the number of rows it would leave."""

    value: Any
    label: str
    count: int


@dataclass(frozen=True)
class Related:
    """A facet of rows by what they link to: the path of the link, and what to call those at its end.

    `is_repeated` says that one row may link to the same thing more than once.
    """

    path: str
    model: Any
    label: str
    is_repeated: bool = False


@dataclass(frozen=True)
class Counted:
    """What to count: the rows, and the column, expression or relation to group them by."""

    rows: QuerySet[Any]
    by: Any


def bounded_count(rows: QuerySet[Any], limit: int = 0) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than the limit, COUNT_LIMIT where none is given."""
    limit = limit or COUNT_LIMIT
    count = rows.order_by().values("pk")[: limit + 1].count()
    return min(count, limit), count > limit


def count_facets(wanted: Sequence[Counted]) -> list[list[Choice]]:
    """Return the most frequent values of each, with their counts: one query, and one for the names of each relation."""
    counts = _counts(wanted)
    return [
        sorted(_named(counted.by, found), key=lambda choice: (-choice.count, choice.label))
        for counted, found in zip(wanted, counts, strict=True)
    ]


def _counts(wanted: Sequence[Counted]) -> list[dict[str, int]]:
    found: list[dict[str, int]] = [{} for _ in wanted]
    selects, parameters = [], []
    connection = connections[wanted[0].rows.db] if wanted else None
    for number, counted in enumerate(wanted):
        try:
            sql, values = _grouped(counted).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        selects.append(f"SELECT {number}, CAST(facet_value AS varchar), facet_count FROM ({sql}) counted")
        parameters += values
    if connection and selects:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters)
            for number, value, count in cursor:
                found[number][value] = count
    return found


def _grouped(counted: Counted) -> QuerySet[Any]:
    """Return (value, count), the most frequent first; grouped by the bare column, so that an index may serve."""
    by = counted.by
    path = by.path if isinstance(by, Related) else by
    is_repeated = isinstance(by, Related) and by.is_repeated
    rows = counted.rows.order_by()
    if isinstance(path, str):
        rows = rows.filter(**{f"{path}__isnull": False})
    return (
        rows.annotate(facet_value=F(path) if isinstance(path, str) else path)
        .exclude(**({} if isinstance(path, str) else {"facet_value__isnull": True}))
        .values("facet_value")
        .annotate(facet_count=Count("pk", distinct=True) if is_repeated else Count("*"))
        .order_by("-facet_count", "facet_value")
        .values_list("facet_value", "facet_count")[:FACET_CHOICES]
    )


def _named(by: Any, counts: dict[str, int]) -> Iterator[Choice]:
    if not isinstance(by, Related):
        yield from (Choice(value, value, count) for value, count in counts.items())
    elif counts:
        for pk, slug, label in by.model.objects.filter(pk__in=counts).values_list("pk", "slug", by.label):
            yield Choice(slug, label, counts[str(pk)])
