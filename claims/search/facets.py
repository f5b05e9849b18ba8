"""Counts beside the choices of a filter, and counts of a list, exact up to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

COUNT_LIMIT = 10_000  # rows; a longer list says "10,000+"
FACET_CHOICES = 30  # the most frequent choices of one facet


@dataclass(frozen=True)
class Choice:
    """One value of a facet with the number of rows it would leave."""

    value: Any
    label: str
    count: int


def bounded_count(rows: QuerySet[Any]) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than COUNT_LIMIT."""
    count = rows.order_by()[: COUNT_LIMIT + 1].count()
    return min(count, COUNT_LIMIT), count > COUNT_LIMIT


def facet(rows: QuerySet[Any], value: str, label: str | None = None) -> list[Choice]:
    """Return the most frequent values of a column (a lookup path) among the rows, with their counts."""
    label = label or value
    counted = (
        rows.order_by()
        .exclude(**{f"{value}__isnull": True})
        .values_list(value, label)
        .annotate(rows=Count("pk", distinct=True))
        .order_by("-rows", label)
    )
    return [Choice(choice, str(name), count) for choice, name, count in counted[:FACET_CHOICES]]
