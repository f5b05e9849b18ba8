"""Pictures of many reviews: by topic, and by when the claims were made."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.formats import date_format

from claims.evidence_rules.verdict_counts import Column, Tally, columns
from claims.models import Card, Publication
from claims.search import Selection
from claims.vocabulary import VERDICT_FAMILY, DatePrecision, Verdict, VerdictFamily

TOPICS = 10  # of a picture: those with the most reviews
MONTHS = 24  # a longer time is pictured by years
NARROWEST = 1.2  # percent of a picture of time: what is shorter could not be seen


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


class Dated(NamedTuple):
    """A claim in a picture of time: its place and width in percent of the whole, and its lane from the top."""

    family: VerdictFamily
    left: float
    width: float
    lane: int


@dataclass(frozen=True)
class TimeStrip:
    """When what some claims tell of happened, each as long as its date is uncertain or lasts."""

    first: str
    last: str
    dated: list[Dated]
    lanes: int


def time_strip(rows: Iterable[Publication]) -> TimeStrip | None:
    """Return dated claims side by side in time, or None where they are all of one day."""
    spans = sorted(((*_days_of(row), row) for row in rows if row.verdict), key=lambda span: span[:2])
    if not spans or spans[0][0] == max(end for _, end, _ in spans):
        return None
    start = spans[0][0]
    whole = (max(end for _, end, _ in spans) - start).days + 1
    ends: list[float] = []  # of the lanes
    dated = []
    for begins, until, row in spans:
        width = max(100 * ((until - begins).days + 1) / whole, NARROWEST)
        left = min(100 * (begins - start).days / whole, 100 - width)
        lane = next((number for number, end in enumerate(ends) if end <= left), len(ends))
        ends[lane:] = [left + width, *ends[lane + 1 :]]
        dated.append(Dated(VERDICT_FAMILY[Verdict(row.verdict)], round(left, 3), round(width, 3), lane))
    first, last = (date_format(day, "YEAR_MONTH_FORMAT") for day in (start, start + timedelta(days=whole - 1)))
    return TimeStrip(first, last, dated, len(ends))


def _days_of(row: Publication) -> tuple[date, date]:
    """Return the first and the last day that a claim's place in time may be."""
    day, until, precision = row.made_on, row.made_until, row.made_on_precision
    if row.event_on:
        day, until, precision = row.event_on, row.event_until, row.event_precision
    assert day
    last = until or day
    if precision == DatePrecision.YEAR:
        return date(day.year, 1, 1), date(last.year, 12, 31)
    if precision == DatePrecision.MONTH:
        return day.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])
    return day, last
