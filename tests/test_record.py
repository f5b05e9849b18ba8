import hashlib
import json
from datetime import UTC, datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from claims import record
from claims.evidence_rules.origins import origins
from claims.vocabulary import Verdict

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
sources = st.builds(
    record.SourceRef, slug=st.from_regex(r"[-a-z0-9_]{1,20}", fullmatch=True), name=words, kind=..., url=words
)
records = st.builds(
    record.Record,
    slug=st.from_regex(r"[-a-z0-9_]{1,20}", fullmatch=True),
    number=st.just(1),
    kind=st.just("original"),
    note=words,
    published_at=st.datetimes(timezones=st.just(UTC)),
    reviewer=sources,
    statement=words,
    claimant=st.none() | sources,
    language=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=35),
    topics=st.just(()),
    verdict=st.sampled_from(Verdict),
    confidence=st.none() | st.integers(0, 100),
    summary=words,
    rationale=words,
    evidence=st.lists(
        st.builds(
            record.EvidenceRecord,
            title=words,
            url=words,
            archived_url=words,
            publisher=st.none() | sources,
            published_on=st.none() | st.dates(),
            excerpt=words,
            note=words,
            origin=st.just("") | words,
            traces_to=st.none(),
        ),
        max_size=3,
    ).map(tuple),
    appearances=st.just(()),
    relations=st.just(()),
)


def example(**fields):
    desk = {"slug": "desk", "name": "Desk", "kind": "organisation", "url": ""}
    values = {
        "uid": "01890000-0000-7000-8000-000000000000", "slug": "a", "number": 1, "kind": "original", "note": "",
        "published_at": "2026-01-02T03:04:05Z", "reviewer": desk, "statement": "It rained.", "claimant": None,
        "made_on": None, "made_on_precision": "day", "language": "en", "topics": [], "verdict": "true",
        "confidence": 90, "confidence_scale": "none_low_med_high", "summary": "It did.", "rationale": "Gauges.",
        "evidence": [], "appearances": [], "relations": [], "schema": "factcheck/record/1",
    }  # fmt: skip
    return {**values, **fields}


@given(records)
def test_a_record_read_from_its_json_is_the_same_record(made):
    as_json = json.loads(json.dumps(made.as_json()))
    assert record.parse(as_json) == made
    assert record.parse(as_json).as_json() == as_json


RECORD_PARTS = (
    record.SourceRef,
    record.TopicRef,
    record.ArticleRef,
    record.AppearanceRecord,
    record.EvidenceRecord,
    record.RelationRecord,
    record.ReplyRecord,
    record.ImportedReview,
)


def older(made):
    """Return the JSON of a record as it was written before anything was added to it."""
    values = made.as_json()
    holders = {
        "Record": [values],
        "EvidenceRecord": values["evidence"],
        "AppearanceRecord": values["appearances"],
        "ArticleRef": [item["article"] for item in values["appearances"]],
        "ImportedReview": [values["imported"]] if values.get("imported") else [],
    }
    for addition in record.ADDITIONS:
        part, name = addition.split(".")
        for holder in holders[part]:
            holder.pop(name, None)
    return values


@given(records)
def test_every_older_record_leaves_as_it_came(made):
    """What was added later is optional, and absent from the JSON where it is empty."""
    as_json = older(made)
    assert record.parse(as_json).as_json() == as_json
    assert record.canonical(record.parse(as_json).as_json()) == record.canonical(as_json)


def test_all_that_was_added_to_the_record_is_named():
    optional = {
        f"{part.__name__}.{name}"
        for part in (record.Record, *RECORD_PARTS)
        for name, field in part.model_fields.items()
        if not field.is_required() and name != "schema_name"
    }
    assert optional == set(record.ADDITIONS)


def evidence(title, **fields):
    values = {
        "title": title, "url": "", "archived_url": "", "publisher": None, "published_on": None, "stance": "supports",
        "excerpt": "", "note": "", "reliability": "B", "credibility": "2", "origin": "",
    }  # fmt: skip
    return {**values, **fields}


def test_a_copy_traces_to_the_item_it_names_though_another_has_the_same_title():
    items = [
        evidence("Statement", origin="Agency"),
        evidence("Statement", origin="Ministry"),
        evidence("Copy", origin="Statement", traces_to=1),
    ]
    made = record.parse(example(evidence=items))
    assert origins(made.trails) == ["Agency", "Ministry", "Agency"]
    assert made.as_json()["evidence"] == items


def test_a_record_from_before_names_an_earlier_item_by_its_title():
    items = [evidence("Harbour log", origin="Port"), evidence("Evening Post", origin="Harbour log")]
    made = record.parse(example(evidence=items))
    assert origins(made.trails) == ["Port", "Port"]
    assert made.as_json()["evidence"] == items
    circle = [evidence("One", origin="Two"), evidence("Two", origin="One")]
    assert origins(record.parse(example(evidence=circle)).trails) == ["Two", "One"]


@pytest.mark.parametrize("place", [2, 9])
def test_evidence_that_traces_to_itself_or_to_nothing_is_refused(place):
    items = [evidence("Log"), evidence("Post", traces_to=place)]
    with pytest.raises(ValidationError, match="evidence traces to"):
        record.parse(example(evidence=items))


@pytest.mark.slow
@given(records)
def test_every_record_keeps_the_published_schema(made):
    jsonschema.validate(made.as_json(), record.json_schema(), jsonschema.Draft202012Validator)


@given(records)
def test_the_hash_does_not_depend_on_the_order_of_keys(made):
    as_json = made.as_json()
    assert record.record_hash(dict(reversed(as_json.items()))) == record.record_hash(as_json)


def test_the_schema_refuses_what_the_reader_refuses():
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example(verdict="sort of"), record.json_schema())
    with pytest.raises(ValidationError, match="verdict"):
        record.parse(example(verdict="sort of"))


def test_the_canonical_form_is_rfc_8785s():
    assert record.canonical({"b": 1, "a": "€"}) == '{"a":"€","b":1}'.encode()


def test_the_chain_hash_is_what_the_documentation_says():
    previous, own = "0" * 64, "ab" * 32
    assert record.chain_hash(previous, own, 2) == hashlib.sha256(f"{previous}\n{own}\n2".encode()).hexdigest()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"verdict": None}, "a review of ours has a verdict"),
        ({"kind": "update"}, "only the first, is the original"),
        ({"kind": "correction", "number": 2}, "needs a public note"),
        ({"published_at": "2026-01-02T03:04:05"}, "time zone"),
        ({"published_at": "9999-12-31T23:59:59-12:00"}, "beyond the years"),
        ({"confidence": 101}, "less than or equal to 100"),
        ({"internal_note": "x"}, "Extra inputs"),
        ({"statement": ""}, "at least 1 character"),
    ],
)
def test_an_incoherent_record_is_refused_by_name(fields, fault):
    with pytest.raises(ValidationError, match=fault):
        record.parse(example(**fields))


def test_a_retraction_has_a_note_and_no_verdict():
    tombstone = record.parse(example(kind="retraction", number=2, note="Wrong port.", verdict=None))
    assert tombstone.is_retraction
    assert tombstone.published_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
