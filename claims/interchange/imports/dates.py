"""Dates as people write them, read without guessing: what could be two days is none. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel import Locale
from django.utils.translation import gettext, gettext_noop

from claims.vocabulary import DatePrecision

#: The languages whose month names are known (CLDR); a name that means two months is dropped.
LANGUAGES = ("ar", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ka",
             "lt", "lv", "mk", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi")  # fmt: skip
MAX_CHARACTERS = 200
#: Years of other calendars that are now in use, and of a hundred years before.
CALENDARS = ((gettext_noop("Iranian"), 1300, 1449), (gettext_noop("Buddhist"), 2460, 2609))
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.]\s?(\d{1,2})[-/.]\s?(\d{1,2})(?!\d)")
_TOGETHER = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})/(\d{4})|([^\W\d_]+)\.?,?\s+(?:de\s+)?(\d{4})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_EXCEL = re.compile(r"(?<!\d)(\d{1,2})-([^\W\d_]{3,})\.?-(\d{4}|\d{2})(?!\d)")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?(\d{4})(?!\d)"
)
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


class DateError(ValueError):
    """A date that cannot be read, with the reason."""


def read_with_precision(text: str, *, is_day_first: bool | None = None) -> tuple[date | None, DatePrecision]:
    """Return the day, or the first day of the month or year that a text says, and how exact that is."""
    text = text.strip()
    if _YEAR.fullmatch(text):
        return date(int(text), 1, 1), DatePrecision.YEAR
    if found := _MONTH.fullmatch(text):
        year = int(found[1] or found[4] or found[6])
        month = _month(found[5]) if found[5] else int(found[2] or found[3])
        return _day(year, month, 1), DatePrecision.MONTH
    return read(text, is_day_first=is_day_first), DatePrecision.DAY


def read(text: str, *, is_day_first: bool | None = None) -> date | None:
    """Return the day in a text, None for an empty one; raises DateError.

    Numbers with slashes or dashes that could be day-month or month-day are refused, unless
    `is_day_first` says which. With dots the day comes first, as wherever dates are written so.
    """
    text = text.strip()
    if not text:
        return None
    if len(text) > MAX_CHARACTERS:
        raise DateError(gettext("this is longer than a date"))
    if found := _TOGETHER.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    for pattern in (_YEAR_FIRST, _EAST_ASIAN):
        if found := pattern.search(text):
            numbers = [int(part) for part in found.groups()]
            return _day(*numbers)
    if found := _EXCEL.search(text):
        return _day(_full(found[3]), _month(found[2]), int(found[1]))
    if found := _NUMBERS.search(text):
        return _by_numbers(found, is_day_first)
    if found := _DAY_NAME_YEAR.search(text):
        day, name, year = found.groups()
        return _day(int(year), _month(name), int(day))
    for found in _NAME_DAY_YEAR.finditer(text):
        name, day, year = found.groups()
        return _day(int(year), _month(name), int(day))
    raise DateError(gettext("no date is found in it"))


def _by_numbers(found: re.Match[str], is_day_first: bool | None) -> date:
    first, second, year = int(found[1]), int(found[3]), _full(found[4])
    if found[2] == "." or first > 12:
        is_day_first = True
    elif second > 12:
        is_day_first = False
    if is_day_first is None and first != second:
        raise DateError(gettext("it could be day and month or month and day; say which comes first"))
    return _day(year, second, first) if is_day_first else _day(year, first, second)


def _full(year: str) -> int:
    """Return a year written with two digits or four."""
    return int(year) + ((2000 if int(year) < 70 else 1900) if len(year) == 2 else 0)


def _western(year: int) -> int:
    """Return a year that can be one of our calendar; raises DateError for those of others."""
    for calendar, first, last in CALENDARS:
        if first <= year <= last:
            words = gettext("this is a year of the %(calendar)s calendar, it seems; give it in ours")
            raise DateError(words % {"calendar": gettext(calendar)})
    return year


def _day(year: int, month: int, day: int) -> date:
    """Return a day of our calendar; raises DateError for one that is none, or of another."""
    ours = _western(year)
    try:
        return date(ours, month, day)
    except ValueError as error:
        raise DateError(gettext("there is no such day")) from error


def _month(name: str) -> int:
    month = _months().get(name.casefold())
    if not month:
        raise DateError(gettext("“%(name)s” is no name of a month that we know") % {"name": name})
    return month


@cache
def _months() -> dict[str, int]:
    """Return the month of each name, wide or short, standing alone or in a date."""
    found: dict[str, set[int]] = {"sept": {9}}
    for language in LANGUAGES:
        months = Locale(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    found.setdefault(name.casefold().strip("."), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}
