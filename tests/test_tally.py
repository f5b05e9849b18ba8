"""How claims fared: counts, shares with intervals, and the geometry of the pictures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.evidence_rules.verdict_counts import ENOUGH, Tally, columns, interval
from claims.vocabulary import VERDICT_FAMILY, Verdict, VerdictFamily

verdict_counts = st.lists(st.tuples(st.sampled_from(Verdict.values), st.integers(0, 1000)), max_size=20)


def test_every_verdict_has_a_family():
    assert set(VERDICT_FAMILY) == set(Verdict)


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(0, 10, 0, 28), (10, 10, 72, 100), (5, 10, 24, 76), (50, 100, 40, 60), (1, 1, 21, 100)],
)
def test_the_interval_is_wilsons(count, total, low, high):
    assert interval(count, total) == (low, high)  # checked against Newcombe 1998, method 3


@given(verdict_counts)
def test_nothing_is_lost_in_a_tally(pairs):
    tally = Tally.of(pairs)
    assert tally.total == sum(count for _, count in pairs)
    assert sum(share.count for share in tally.shares) == tally.total
    for share in tally.shares:
        assert 0 <= share.low <= round(share.percent) <= share.high <= 100
        assert share.start + share.percent <= 100.01


@given(st.lists(verdict_counts, max_size=30))
def test_columns_stand_inside_their_picture(periods):
    for column in columns((str(number), Tally.of(pairs)) for number, pairs in enumerate(periods)):
        assert 0 <= column.left <= column.left + column.width <= 100.1
        assert all(top >= -0.01 and top + height <= 100.01 for _, top, height in column.pieces)


def test_few_claims_are_no_basis_for_shares():
    assert not Tally.of([("true", ENOUGH - 1)]).is_enough
    assert Tally.of([("true", ENOUGH)]).is_enough


def test_a_tally_is_said_in_words():
    assert Tally.of([("false", 2), ("mostly_false", 1)]).words == f"{VerdictFamily.FAILS.label}: 3"
