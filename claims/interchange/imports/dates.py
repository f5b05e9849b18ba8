"""Dates as people write them, read without guessing: what could be two days is none. Pure."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel import Locale

#: The languages whose month names are known (CLDR); a name that means two months is dropped.
LANGUAGES = ("ar", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it", "ka",
             "lt", "lv", "mk", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "tr", "uk", "vi")  # fmt: skip
MAX_CHARACTERS = 200
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_EAST_ASIAN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_NAME_YEAR = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+)?([^\W\d_]+)\.?,?\s+(?:de\s+)?(\d{4})(?!\d)"
)
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")


class DateError(ValueError):
    """A date that cannot be read, with the reason."""


def read(text: str, *, is_day_first: bool | None = None) -> date | None:
    """Return the day in a text, None for an empty one; raises DateError.

    Numbers with slashes or dashes that could be day-month or month-day are refused, unless
    `is_day_first` says which. With dots the day comes first, as wherever dates are written so.
    """
    text = text.strip()
    if not text:
        return None
    if len(text) > MAX_CHARACTERS:
        raise DateError("this is longer than a date")
    for pattern in (_YEAR_FIRST, _EAST_ASIAN):
        if found := pattern.search(text):
            return _day(*(int(part) for part in found.groups()))
    if found := _NUMBERS.search(text):
        return _by_numbers(found, is_day_first)
    if found := _DAY_NAME_YEAR.search(text):
        day, name, year = found.groups()
        return _day(int(year), _month(name), int(day))
    for found in _NAME_DAY_YEAR.finditer(text):
        name, day, year = found.groups()
        return _day(int(year), _month(name), int(day))
    raise DateError("no date is found in it")


def _by_numbers(found: re.Match[str], is_day_first: bool | None) -> date:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        year += 2000 if year < 70 else 1900
    if found[2] == "." or first > 12:
        is_day_first = True
    elif second > 12:
        is_day_first = False
    if is_day_first is None and first != second:
        raise DateError("it could be day and month or month and day; say which comes first")
    return _day(year, second, first) if is_day_first else _day(year, first, second)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateError("there is no such day") from error


def _month(name: str) -> int:
    month = _months().get(name.casefold())
    if not month:
        raise DateError(f"“{name}” is no name of a month that we know")
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
