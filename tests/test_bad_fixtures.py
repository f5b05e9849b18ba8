"""Files that are no fixture, or a bad one, are refused by line or object; any text survives."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.models import Topic
from tests import desk
from tests.test_fixture import empty, exported, load

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


BAD_FILES = {
    "not json": (b"{", r"line 1: a fixture is a JSON list"),
    "cut off": (b'[\n{"model": "claims.topic",', r"line 2, column"),
    "not utf-8": (b'[\n{"model": "\xff"}]', r"line 2: the file is not UTF-8"),
    "no object": (b"[1]", r"object 1: an object has"),
    "wrong model": (b'[\n\n{"model": "auth.permission", "fields": {}}]', r"line 3, object 1: unknown model"),
    "with an id": (b'[{"model": "claims.topic", "pk": 1, "fields": {}}]', "“pk” does not belong"),
    "missing key": (b'[{"model": "claims.topic", "fields": {"slug": "a"}}]', "fields.is_retired is missing"),
    "unknown key": (
        b'[{"model": "claims.topic", "fields": {"slug": "a", "name": "A", "is_retired": false, "x": 1}}]',
        "fields.x is not a field",
    ),
    "NaN": (b'[{"model": "claims.topic", "fields": {"slug": NaN}}]', "NaN is no JSON number"),
    "a key twice": (b'[{"model": "a", "model": "b"}]', "a key stands twice"),
    "NUL": (
        b'[{"model": "claims.topic", "fields": {"slug": "a", "name": "\\u0000", "is_retired": false}}]',
        "fields.name holds a character",
    ),
    "half a surrogate": (
        b'[{"model": "claims.topic", "fields": {"slug": "a", "name": "\\ud800", "is_retired": false}}]',
        "fields.name holds a character",
    ),
    "nesting": (b"[" + b'{"a":' * 200_000, "nested too deeply"),
    "brackets": (b"[" * 1_000_000, "nested too deeply"),
    "more after the end": (b"[]\n[]", r"line 2: the file goes on|comes"),
    "a huge number": (b'[{"model": "claims.topic", "fields": {"slug": ' + b"9" * 5000 + b"}}]", "no valid JSON"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_file_is_refused_by_line_or_object(case):
    content, fault = BAD_FILES[case]
    with pytest.raises(fixture.FixtureError, match=fault):
        fixtures.bring_in(fixture.read(content), desk.importer())


@pytest.mark.parametrize("number", ["1e400", "1e30", "-1e400"])
def test_a_number_larger_than_any_column_is_refused_by_its_object(db, number):
    desk.with_evidence(desk.claim())
    text = exported().replace('"confidence": 80', f'"confidence": {number}')
    assert number in text
    empty()
    with pytest.raises(fixture.FixtureError, match=r"object \d+ \(claims.claim\)"):
        load(text)


def test_words_that_only_look_like_an_escaped_sign_come_back(db):
    draft = desk.with_evidence(desk.claim(summary=r"The log says \u0000 and \ud800."))
    desk.appear(draft, desk.article(text=r"Ten ships came; the log has {\"a\": \"\u0000\"}."), "Ten ships")
    desk.published(draft)
    before = exported()
    empty()
    load(before)
    assert exported() == before


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=80))
@pytest.mark.database("sqlite", "postgresql")
def test_any_text_survives(db, text):
    Topic.objects.all().delete()
    Topic.objects.create(slug="t", name=text[:100])
    before = exported()
    Topic.objects.all().delete()
    load(before)
    assert exported() == before


@settings(max_examples=80)
@given(st.binary(max_size=200) | st.text(alphabet='[]{}",:\n 01eN\\u', max_size=60).map(str.encode))
def test_reading_garbage_ends_in_rows_or_in_a_fixture_error(content):
    try:
        fixture.read(content)
    except fixture.FixtureError as error:
        assert error.problems
