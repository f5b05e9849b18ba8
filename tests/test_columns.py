"""Lists and counts answered from columns in memory say what the database says, whatever happened to it."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.models import ColumnChunk, Publication
from claims.search import Place, Selection, column_chunks, snapshot
from claims.search.filters import BANDS, PublicationFilters
from tests import desk

pytestmark = pytest.mark.django_db


def standing():
    return Selection.standing().older("sequence", None, 99)


def in_database():
    return list(Publication.objects.current().reviews().order_by("-sequence").values_list("sequence", flat=True))


def test_what_is_published_corrected_and_retracted_is_seen_at_once():
    assert standing() == []
    first, second = desk.published(), desk.published()
    assert standing() == in_database() == [second.sequence, first.sequence]
    again = desk.republished(first, step="submit", summary="Other.")
    assert standing() == in_database() == [again.sequence, second.sequence]
    desk.retracted(second.claim, "Wrong.")
    assert standing() == in_database() == [again.sequence]


def test_what_was_undone_is_forgotten():
    first = desk.published()
    with transaction.atomic():
        undone = desk.published()
        assert standing() == [undone.sequence, first.sequence]
        transaction.set_rollback(True)
    assert standing() == [first.sequence]
    other = desk.published(verdict="true")
    assert standing() == [other.sequence, first.sequence]
    assert dict(Selection.standing().by_verdict())[other.verdict] == 1


def test_a_database_that_lags_is_answered_as_it_is():
    """A process that has seen version 2 asks a replica that has not."""
    first, second = desk.published(), desk.published()
    again = desk.republished(first, step="submit", summary="Other.")
    assert standing() == [again.sequence, second.sequence]
    behind = snapshot._kept.until(second.sequence)
    assert Selection(behind, behind.standing()).older("sequence", None, 9) == [second.sequence, first.sequence]


def test_a_process_starts_from_chunks_and_reads_the_rest(monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(column_chunks, "CHUNK", 4)
    for number in range(9):
        claim = desk.with_evidence(desk.claim(language="ko" if number % 2 else "en", made_on=date(2024, 1, 1 + number)))
        claim.topics.add(desk.topic(f"t{number % 3}"))
        publication = desk.published(claim)
    desk.republished(publication, step="submit", summary="Other.")
    assert ColumnChunk.objects.count() == Publication.objects.latest("sequence").sequence // 4

    def answers():
        chosen = Selection.standing()
        counted = [chosen.counted(name) for name in ("verdict", "language", "topics", "claimant")]
        return counted, chosen.by_month(), chosen.older("sequence", None, 99)

    before = answers()
    monkeypatch.setattr(snapshot, "_kept", snapshot._InMemory())
    with django_assert_max_num_queries(7 + ColumnChunk.objects.count()):
        assert answers() == before


def test_chunks_of_another_chain_are_not_believed(monkeypatch):
    monkeypatch.setattr(column_chunks, "CHUNK", 2)
    for verdict in ("false", "true", "true"):
        desk.published(verdict=verdict)
    ColumnChunk.objects.update(chain_hash="0" * 64)
    monkeypatch.setattr(snapshot, "_kept", snapshot._InMemory())
    assert Selection.standing().by_verdict() == [("true", 2), ("false", 1)]


VALUES = {
    "verdict": ["true", "false", "mixed"],
    "confidence": [*BANDS],
    "language": ["en", "ko", "xx"],
    "topic": ["t0", "t1", "t9"],
    "claimant": ["ministry", "kcna", "nobody"],
    "article": ["an-article"],
    "made_from": ["2024-02-01"],
    "made_to": ["2024-03-01"],
    "q": ["ships", "coal -gone", "word*"],
    "sort": ["made", "confidence"],
}


@pytest.fixture
def many(db):
    for number in range(14):
        claim = desk.with_evidence(
            desk.claim(
                statement=f"{'Ships' if number % 3 else 'Coal'} {number}.",
                verdict=VALUES["verdict"][number % 3],
                confidence=None if number % 5 == 0 else (number * 9) % 101,
                language="ko" if number % 4 == 0 else "en",
                made_on=None if number % 6 == 0 else date(2024, 1 + number % 4, 5),
                claimant=desk.source("kcna") if number % 2 else desk.source(),
            )
        )
        claim.topics.add(*(desk.topic(f"t{n}") for n in range(number % 3)))
        if number % 2:
            desk.appear(claim, desk.article(), "ten ships")
        published = desk.published(claim)
        if number in {3, 8}:
            desk.republished(published, step="submit", summary="Other.")
    desk.retracted(published.claim, "Wrong.")


def said(record, name):
    """Return the values that a record has of a filter, read off the record alone."""
    if name in {"made_from", "made_to"}:
        return record["made_on"]
    if name == "confidence":
        sure = -1 if record["confidence"] is None else record["confidence"]
        return {word for word, band in BANDS.items() if band.low <= sure <= band.high}
    if name == "topic":
        return {topic["slug"] for topic in record["topics"]}
    if name == "article":
        return {item["article"]["slug"] for item in record["appearances"]}
    return {record["claimant"]["slug"]} if name == "claimant" else {record[name]}


def is_left(record, query):
    """Whether a record is left by a query, by the plain meaning of its words."""
    for name, asked in query.lists():
        if name == "sort":
            continue
        if name == "q":
            text = f"{record['statement']} {record['summary']}".lower()
            holds = {"ships": "ship", "coal -gone": "coal", "word*": "word"}[asked[0]] in text
        elif name.startswith("made_"):
            made = said(record, name)
            holds = made is not None and (made >= asked[0] if name == "made_from" else made <= asked[0])
        else:
            holds = bool(said(record, name) & set(asked))
        if not holds:
            return False
    return True


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_filters_leave_what_their_words_say(many, data):
    names = data.draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=4))
    query = QueryDict(mutable=True)
    for name in names:
        one_only = name in {"q", "sort", "made_from", "made_to"}
        query.setlist(
            name, data.draw(st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=1 if one_only else 2))
        )
    records = dict(Publication.objects.current().reviews().values_list("sequence", "record"))
    expected = {sequence for sequence, record in records.items() if is_left(record, query)}
    filters = PublicationFilters(query, queryset=Publication.objects.all())
    assert set(filters.selection.sequences) == expected
    assert set(filters.qs.reviews().values_list("sequence", flat=True)) == expected
    for facet in filters.facets():
        for choice in facet.choices:
            narrowed = query.copy()
            narrowed.setlist(facet.name, [choice.value])
            assert choice.count == sum(is_left(record, narrowed) for record in records.values()), facet.name


@pytest.mark.parametrize("order", ["sequence", "made_on", "confidence"])
def test_pages_one_after_another_are_all_rows_in_order_both_ways(many, order):
    selection = Selection.standing()
    everything = selection.older(order, None, 99)
    values = {p.sequence: getattr(p, order) for p in Publication.objects.all()}
    kept = sorted(
        everything,
        key=lambda s: (
            (values[s] is not None, values[s] or 0, s)
            if order != "made_on"
            else (values[s] is not None, values[s] or date.min, s)
        ),
    )
    assert everything == kept[::-1]
    place, walked = None, []
    while some := selection.older(order, place, 3):
        walked += some
        place = Place(values[some[-1]] if order != "sequence" else None, some[-1])
    assert walked == everything
    assert selection.newer(order, place, 99) == everything[:-1][::-1]


def test_a_past_day_is_answered_from_the_same_columns(many):
    for moment in (timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)):
        chosen = Selection.standing(moment).older("sequence", None, 99)
        assert chosen == list(
            Publication.objects.as_of(moment).reviews().order_by("-sequence").values_list("sequence", flat=True)
        )
