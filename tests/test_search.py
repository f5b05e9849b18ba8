"""One search contract, kept by SQLite FTS5 and by PostgreSQL."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import search, workflow
from claims.models import Publication
from tests import desk

pytestmark = pytest.mark.django_db


def found(text):
    return sorted(p.statement for p in search.matching(Publication.objects.current().reviews(), text))


@pytest.fixture
def three(db):
    desk.published(statement="Rockets reached Wagner.", summary="Denied by both.", rationale="A log.")
    desk.published(statement="Oil tankers left the port.", summary="Seen from orbit.", rationale="*Imagery* of ships.")
    desk.published(statement="평양에서 조약이 서명되었다.", summary="Да, подписан.", rationale="Photos.")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("rocket", 1),
        ("WAGNER rockets", 1),
        ("rockets tankers", 0),
        ('"oil tankers"', 1),
        ('"tankers oil"', 0),
        ("port -tankers", 0),
        ("left -wagner", 1),
        ("imagery", 1),
        ("ministry", 3),
        ("조약", 1),
        ("подписан", 1),
        ("", 3),
        ("-wagner", 0),
        ("!!!", 3),
    ],
)
def test_words_prefixes_phrases_and_exclusions(three, query, count):
    assert len(found(query)) == count


def test_only_what_stands_is_found():
    publication = desk.published(summary="Zebras.")
    desk.republished(publication, step="approve", summary="Okapis.")
    desk.with_evidence(desk.claim(summary="Giraffes."))
    assert (len(found("zebras")), len(found("okapis")), len(found("giraffes"))) == (0, 1, 0)
    workflow.retract(publication.claim, by=desk.person("approver"), reason="Wrong.")
    assert not found("okapis")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text(alphabet="\"'-*:&|!()<> \\abNOTARD\0%", max_size=30))
def test_whatever_is_typed_is_a_query(db, text):
    assert found(text) == []


def test_counts_are_exact_up_to_the_limit(monkeypatch):
    for _ in range(3):
        desk.published()
    assert search.bounded_count(Publication.objects.all()) == (3, False)
    monkeypatch.setattr("claims.search.facets.COUNT_LIMIT", 2)
    assert search.bounded_count(Publication.objects.all()) == (2, True)
