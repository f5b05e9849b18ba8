"""Pictures of many reviews: by topic, and by when the claims were made."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from claims.tally import Column, Tally, columns

TOPICS = 10  # of a picture: those with the most reviews
MONTHS = 24  # a longer time is pictured by years


def topics_pictured(reviews: Any) -> list[tuple[str, str, Tally]]:
    """Return (slug, name, tally) of the topics with the most reviews."""
    rows = reviews.order_by().values_list("topics__slug", "topics__name")
    most = rows.exclude(topics__isnull=True).annotate(count=Count("pk")).order_by("-count", "topics__slug")[:TOPICS]
    found = [(slug, name) for slug, name, _ in most]
    counts = (
        reviews.order_by()
        .filter(topics__slug__in=[slug for slug, _ in found])
        .exclude(verdict="")
        .values_list("topics__slug", "verdict")
        .annotate(count=Count("pk"))
    )
    verdicts: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for slug, verdict, count in counts:
        verdicts[slug].append((verdict, count))
    return [(slug, name, Tally.of(verdicts[slug])) for slug, name in found]


def over_time(reviews: Any) -> list[Column]:
    """Return the reviews by the month in which the claim was made, or by the year where the months are many.

    Claims whose date is known to the year only are counted where they are by years, and else left out.
    """
    months = (
        reviews.order_by()
        .exclude(made_on__isnull=True)
        .exclude(verdict="")
        .annotate(month=TruncMonth("made_on"))
        .values_list("month", "made_on_precision", "verdict")
        .annotate(count=Count("pk"))
        .order_by("month")
    )
    rows = list(months)
    if not rows:
        return []
    first, last = rows[0][0], rows[-1][0]
    is_by_month = _month_number(last) - _month_number(first) < MONTHS
    verdicts: dict[date, list[tuple[str, int]]] = {day: [] for day in _periods(first, last, is_by_month=is_by_month)}
    for month, precision, verdict, count in rows:
        if not (is_by_month and precision == "year"):
            verdicts[month if is_by_month else month.replace(month=1)].append((verdict, count))
    words = "YEAR_MONTH_FORMAT" if is_by_month else "Y"
    return columns((date_format(day, words), Tally.of(counts)) for day, counts in verdicts.items())


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _periods(first: date, last: date, *, is_by_month: bool) -> list[date]:
    """Return the first day of every month, or year, from one to another, those without claims among them."""
    if not is_by_month:
        return [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    months = range(_month_number(first), _month_number(last) + 1)
    return [date(number // 12, number % 12 + 1, 1) for number in months]
