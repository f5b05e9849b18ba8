"""Pictures of many reviews: by topic, and by when the claims were made."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.formats import date_format

from claims.evidence_rules.verdict_counts import Column, Tally, columns
from claims.models import Card
from claims.search import Selection

TOPICS = 10  # of a picture: those with the most reviews
MONTHS = 24  # a longer time is pictured by years


class PicturedTopic(NamedTuple):
    slug: str
    name: str
    tally: Tally


def topics_pictured(reviews: Selection) -> list[PicturedTopic]:
    """Return the topics with the most reviews, and how their claims fared."""
    keys = [key for key, _ in reviews.counted("topics", TOPICS)]
    verdicts = reviews.by_verdict_of("topics")
    topics = Card.objects.filter(topic__in=keys).order_by("subject")
    pictured = [PicturedTopic(card.subject, card.name, Tally.of(verdicts[card.row_id])) for card in topics]
    return sorted(pictured, key=lambda topic: -topic.tally.total)


def over_time(reviews: Selection) -> list[Column]:
    """Return the reviews by the month in which the claim was made, or by the year where the months are many.

    Claims whose date is known to the year only are counted where they are by years, and else left out.
    """
    rows = reviews.by_month()
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
