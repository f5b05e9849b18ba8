"""Counts beside the choices of a filter, and counts of a list, exact up to a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import CharField, Count, F, QuerySet
from django.db.models.functions import Cast

COUNT_LIMIT = 10_000  # rows; a longer list says "10,000+"
FACET_CHOICES = 30  # the most frequent choices of one facet


@dataclass(frozen=True)
class Choice:
    """One value of a facet with the number of rows it would leave."""

    value: Any
    label: str
    count: int


@dataclass(frozen=True)
class Counted:
    """What to count: the rows, and as paths or expressions the value to group by and what to call it."""

    rows: QuerySet[Any]
    value: Any
    label: Any


def bounded_count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than COUNT_LIMIT."""
    count = rows.order_by()[: COUNT_LIMIT + 1].count()
    return min(count, COUNT_LIMIT), count > COUNT_LIMIT


def count_facets(wanted: Sequence[Counted]) -> list[list[Choice]]:
    """Return the most frequent values of each, with their counts, in one query."""
    found: list[list[Choice]] = [[] for _ in wanted]
    if not wanted:
        return found
    connection = connections[wanted[0].rows.db]
    selects, parameters = [], []
    for number, counted in enumerate(wanted):
        try:
            sql, values = _grouped(counted).query.get_compiler(connection=connection).as_sql()
        except EmptyResultSet:
            continue
        selects.append(f"SELECT {number}, counted.* FROM ({sql}) counted")
        parameters += values
    if selects:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters)
            for number, value, label, count in cursor:
                found[number].append(Choice(value, label, count))
    for choices in found:
        choices.sort(key=lambda choice: (-choice.count, choice.label))
    return found


def _grouped(counted: Counted) -> QuerySet[Any]:
    value, label = (F(path) if isinstance(path, str) else path for path in (counted.value, counted.label))
    return (
        counted.rows.order_by()
        .annotate(facet_value=Cast(value, CharField()), facet_label=Cast(label, CharField()))
        .exclude(facet_value__isnull=True)
        .values("facet_value", "facet_label")
        .annotate(facet_count=Count("pk", distinct=True))
        .order_by("-facet_count", "facet_label")
        .values_list("facet_value", "facet_label", "facet_count")[:FACET_CHOICES]
    )
