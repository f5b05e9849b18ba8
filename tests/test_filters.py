import json
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import feedparser
import pytest
from django.core.management import call_command
from django.http import QueryDict

from claims.models import Claim, Publication
from claims.search.filters import PublicationFilters, WorkFilters
from tests import desk

pytestmark = pytest.mark.django_db


def publications(query):
    return PublicationFilters(QueryDict(query), queryset=Publication.objects.all())


def choices(filters, name):
    facet = next(facet for facet in filters.facets() if facet.name == name)
    return {choice.value: choice.count for choice in facet.choices}


@pytest.fixture
def two(db):
    first = desk.with_evidence(desk.claim(verdict="false", confidence=80, made_on=date(2024, 5, 1)))
    second = desk.with_evidence(
        desk.claim(verdict="true", confidence=20, language="ko", made_on=date(2025, 5, 1), claimant=desk.source("kcna"))
    )
    first.topics.add(desk.topic("treaty"), desk.topic("ships"))
    second.topics.add(desk.topic("treaty"))
    desk.appear(first, desk.article(), "ten ships")
    return [desk.published(first), desk.published(second)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {0, 1}),
        ("verdict=false", {0}),
        ("verdict=false&verdict=true", {0, 1}),
        ("verdict=mixed", set()),
        ("confidence=low", {1}),
        ("confidence=high&confidence=low", {0, 1}),
        ("claimant=kcna", {1}),
        ("claimant=nobody-known", set()),
        ("topic=ships", {0}),
        ("topic=ships&topic=treaty", {0, 1}),
        ("article=an-article", {0}),
        ("language=ko", {1}),
        ("made_from=2025-01-01", {1}),
        ("made_to=2024-12-31", {0}),
        ("q=ships&verdict=false", {0}),
        ("topic=treaty&language=ko&verdict=false", set()),
    ],
)
def test_parameters_narrow_and_values_widen(two, query, found):
    expected = [two[index] for index in sorted(found)]
    assert list(publications(query).qs.order_by("sequence")) == expected  # what is exported
    chosen = publications(query).selection  # what is counted and paged through
    assert (chosen.count, chosen.older("sequence", None, 9)) == (len(found), [p.sequence for p in reversed(expected)])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("verdict=bogus", "verdict"),
        ("confidence=99", "confidence"),
        ("made_from=2025-02-30", "made_from"),
        ("topic=" + "x" * 200, "topic"),
        ("q=" + "x" * 500, "q"),
        ("&".join(f"topic=t{number}" for number in range(60)), "topic"),
    ],
)
def test_a_value_that_cannot_be_understood_is_an_error_at_its_field(query, field):
    assert list(publications(query).errors) == [field]


def test_counts_say_how_many_each_choice_would_leave(two):
    assert choices(publications(""), "verdict") == {"false": 1, "true": 1}
    assert choices(publications(""), "topic") == {"treaty": 2, "ships": 1}
    assert choices(publications("topic=ships"), "verdict") == {"false": 1}


def test_a_facet_is_not_narrowed_by_its_own_choice(two):
    assert choices(publications("verdict=false"), "verdict") == {"false": 1, "true": 1}


def test_a_chip_leads_to_the_list_without_it(two):
    chips = list(publications("verdict=false&topic=ships").chips())
    assert ("Verdict", "False", "topic=ships") in chips


def test_the_query_is_the_lists_whole_state():
    assert publications("topic=b&topic=a&verdict=&before=3").query() == "topic=b&topic=a"


def test_the_desk_is_offered_what_occurs_among_its_claims_without_counts(two):
    offered = WorkFilters(QueryDict(""), queryset=Claim.objects.all())
    assert choices(offered, "topic") == {"ships": None, "treaty": None}
    assert choices(offered, "claimant") == {"kcna": None, "ministry": None}
    assert set(choices(offered, "status")) >= {"draft", "published"}


def test_a_list_and_its_export_hold_the_same_of_a_mistyped_search(client):
    """Page, API, feed, export and command: one meaning, one corrected query."""
    desk.published(statement="Rockets reached Wagner.")
    desk.published(statement="Ships left.")
    asked = "q=rokcets"
    feed = feedparser.parse(client.get(f"/claims/feed.atom?{asked}").content)
    exported = b"".join(client.get(f"/export/jsonl?{asked}").streaming_content)
    with TemporaryDirectory() as folder:
        call_command("export", f"{folder}/out.jsonl", format="jsonl", where=asked, stderr=StringIO())
        by_command = Path(folder, "out.jsonl").read_bytes()
    assert [json.loads(line)["statement"] for line in exported.splitlines()] == ["Rockets reached Wagner."]
    assert by_command == exported
    assert "Wagner" in feed.entries[0].title and len(feed.entries) == 1
    assert client.get(f"/api/v1/claims?{asked}").json()["count"] == 1
    assert "<strong>1</strong> claim" in client.get(f"/claims/?{asked}").content.decode()


def test_an_export_holds_all_matches_where_pages_look_at_the_newest(client, monkeypatch):
    monkeypatch.setattr("claims.search.index.LIMIT", 2)
    for number in range(4):
        desk.published(statement=f"Ships {number}.", verdict="true" if number % 2 else "false")
    assert client.get("/api/v1/claims?q=ships").json()["count"] == 2
    for query, count in (("q=ships", 4), ("q=ships&verdict=true", 2), ("q=shisp", 4)):
        lines = b"".join(client.get(f"/export/jsonl?{query}").streaming_content).splitlines()
        assert len(lines) == count, query


def test_the_desk_filters_by_status_and_assignee_too(two):
    editor = desk.person("editor")
    mine = desk.claim(assigned_to=editor, statement="A new one.")
    found = WorkFilters(QueryDict(f"status=draft&assignee={editor.username}"), queryset=Claim.objects.all())
    assert list(found.qs) == [mine]
    Claim.objects.exclude(pk=mine.pk).update(assigned_to=None)
    unassigned = WorkFilters(QueryDict("assignee=nobody&q=ships"), queryset=Claim.objects.all())
    assert unassigned.qs.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/ko", "/ru"])
def test_days_are_written_in_one_way_in_every_language(client, language):
    assert client.get(f"{language}/claims/?made_from=2020-02-01").status_code == 200
    for other in ("01/02/2020", "1.2.2020", "2020-2-1x"):
        assert client.get(f"{language}/claims/?made_from={other}").status_code == 400


@pytest.mark.django_db
def test_an_empty_choice_asks_nothing_and_an_unknown_parameter_is_told_by_the_api_alone(client):
    assert client.get("/claims/?verdict=&confidence=&topic=").url == "/claims/"
    assert client.get("/claims/?utm_source=x").status_code == 200
    assert client.get("/api/v1/claims?verdict=").status_code == 200
    answer = client.get("/api/v1/claims?verdikt=false")
    assert answer.status_code == 400
    assert "no such parameter" in answer.content.decode()
    assert client.get("/api/v1alpha1/claims:search?query=x&key=y&prettyPrint=true").status_code in {200, 404}


@pytest.mark.django_db
def test_more_values_than_one_chooses_are_refused_without_a_word_for_each(client):
    answer = client.get("/claims/?" + "&".join(f"topic=t{number}" for number in range(900)))
    assert answer.status_code == 400
    assert b'class="chip"' not in answer.content
