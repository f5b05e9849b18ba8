"""Counts beside the choices of a filter, and counts of a list, exact up to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

COUNT_LIMIT = 10_000  # rows; a longer list says "10,000+"
FACET_CHOICES = 30  # the most frequent choices of one facet


@dataclass(frozen=True)
class Choice:
    """One value of a facet, with the number of rows it would leave where these are counted."""

    value: Any
    label: str
    count: int | None = None


def bounded_count(rows: QuerySet[Any], limit: int = 0) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than the limit, COUNT_LIMIT where none is given."""
    limit = limit or COUNT_LIMIT
    count = rows.order_by().values("pk")[: limit + 1].count()
    return min(count, limit), count > limit
