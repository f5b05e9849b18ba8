"""What is one source: the one rule that desk, record, import and readers' pages follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims import record
from claims.desk import claim_panels
from claims.evidence_rules.origins import UNKNOWN, Independence, Trail, independence, is_circular, origins
from claims.evidence_rules.origins import trails as evidence_trails
from tests import desk

trails = st.lists(
    st.builds(Trail, st.sampled_from(["", "agency", "ministry"]), st.none() | st.integers(1, 5)), max_size=5
)


def test_what_repeats_an_earlier_item_traces_to_what_that_one_traces_to():
    trail = [Trail("agency"), Trail(repeats=1), Trail(repeats=2), Trail("ministry")]
    assert origins(trail) == ["agency", "agency", "agency", "ministry"]


def test_an_item_with_no_origin_named_is_of_unknown_origin_and_so_is_what_repeats_it():
    assert origins([Trail(), Trail(repeats=1)]) == [UNKNOWN, UNKNOWN]


def test_an_origin_that_is_the_title_of_one_other_item_is_that_item():
    """So say records from before the item's place was given; desk and record read it in one way."""
    read = evidence_trails([("Ministry", "", None), ("Report", "Ministry", None), ("Note", "Report", None)])
    assert read == [Trail(), Trail("Ministry", repeats=1), Trail("Report", repeats=2)]
    assert origins(read) == [UNKNOWN, UNKNOWN, UNKNOWN]
    twice = evidence_trails([("Ministry", "", None), ("Ministry", "", None), ("Report", "Ministry", None)])
    assert origins(twice) == [UNKNOWN, UNKNOWN, "Ministry"]


@pytest.mark.django_db
@pytest.mark.database("sqlite")
def test_the_desk_counts_the_origins_that_the_record_will():
    made = desk.claim()
    ministry = desk.source("ministry")
    for title, origin in (("Ministry", None), ("Report", ministry), ("Log", None)):
        desk.with_evidence(made, title=title, origin=origin)
    publication = desk.published(made)
    assert claim_panels.of(made, is_editable=False).independence == record.parse(publication.record).independence


def test_items_that_repeat_each_other_have_no_origin():
    trail = [Trail("agency", repeats=2), Trail("agency", repeats=1), Trail(repeats=1), Trail("ministry")]
    assert origins(trail) == [UNKNOWN, UNKNOWN, UNKNOWN, "ministry"]
    assert [is_circular(trail, place) for place in (1, 2, 3, 4)] == [True, True, True, False]


@given(trails)
def test_every_item_has_an_origin_that_somebody_named_or_none(trail):
    trail = [Trail(item.origin, min(item.repeats, len(trail)) if item.repeats else None) for item in trail]
    found = origins(trail)
    assert len(found) == len(trail)
    assert set(found) <= {item.origin for item in trail} | {UNKNOWN}


def test_a_verdict_rests_on_the_evidence_of_its_side():
    evidence = [("supports", "agency"), ("refutes", "ministry"), ("context", "press"), ("supports", UNKNOWN)]
    assert independence("true", evidence) == Independence(("agency",), 1)
    assert independence("false", evidence).only == "ministry"
    assert independence("mixed", evidence) == Independence(("agency", "ministry"), 1)
    assert independence("", []) == Independence((), 0)
