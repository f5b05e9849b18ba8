"""Dates, rating words and column names as people write them."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.interchange.imports import columns, dates, ratings
from claims.vocabulary import Verdict


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-7-16", date(2021, 7, 16)), ("2017-10-31T11:13:34-07:00", date(2017, 10, 31)),
        ("03.10.2017", date(2017, 10, 3)), ("29/10/18", date(2018, 10, 29)), ("10/29/2018", date(2018, 10, 29)),
        ("05/05/2018", date(2018, 5, 5)), ("OCT. 4, 2016", date(2016, 10, 4)),
        ("12 diciembre 2018", date(2018, 12, 12)),
        ("30 de Dez, 2018 às 10:39 PST", date(2018, 12, 30)), ("1 may. 2020", date(2020, 5, 1)),
        ("on Wednesday, October 30th, 2019", date(2019, 10, 30)), ("2020년 3월 5일", date(2020, 3, 5)),
        ("5 марта 2021", date(2021, 3, 5)), ("٣ مارس ٢٠٢٠", date(2020, 3, 3)), ("2020年12月31日", date(2020, 12, 31)),
        ("Updated on:  August 31, 2017 / 3:00 PM", date(2017, 8, 31)), ("", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text, day):
    assert dates.read(text) == day


@pytest.mark.parametrize(
    "text", ["03/04/2020", "2020-02-30", "31/31/2020", "soon", "listopad 3, 2020", "x" * 300, "0000-01-01", "12"]
)
def test_a_date_that_is_none_or_two_is_not_guessed(text):
    with pytest.raises(dates.DateError):
        dates.read(text)


def test_who_knows_the_order_is_believed():
    assert dates.read("03/04/2020", is_day_first=True) == date(2020, 4, 3)
    assert dates.read("03/04/2020", is_day_first=False) == date(2020, 3, 4)


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_an_error(text):
    with contextlib.suppress(dates.DateError):
        dates.read(text)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [("FALSE", "false"), ("Pants on Fire!", "false"), ("“Partly False.”", "mostly_false"), ("거짓", "false"),
     ("مضلل", "misleading"), ("Вводит в заблуждение", "misleading"), ("This is a whole sentence.", None), ("", None)],
)  # fmt: skip
def test_rating_words_in_many_languages_have_a_verdict_or_none(words, verdict):
    assert ratings.verdict_of(words, {}) == (Verdict(verdict) if verdict else None)


def test_the_desks_own_rating_words_come_first():
    own = {ratings.key("Fake"): "misleading", ratings.key("True"): ""}
    assert ratings.verdict_of("fake!", own) == Verdict.MISLEADING
    assert ratings.verdict_of("TRUE", own) is None


def test_columns_are_known_by_their_names_or_given():
    names = ["Claim", "Verdict", "Speaker", "Date", "Odd one"]
    guess = columns.guessed(names)
    assert guess == {"claim": "Claim", "rating": "Verdict", "claimant": "Speaker", "reviewed_on": "Date"}
    with pytest.raises(columns.MappingError, match="no column"):
        columns.checked({"claim": "Text"}, names)
    with pytest.raises(columns.MappingError, match="no field"):
        columns.checked({"text": "Claim"}, names)
