from datetime import date

import pytest
from django.http import QueryDict

from claims.filters import PublicationFilters, WorkFilters
from claims.models import Claim, Publication
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


def test_the_desk_filters_by_status_and_assignee_too(two):
    editor = desk.person("editor")
    mine = desk.claim(assigned_to=editor, statement="A new one.")
    found = WorkFilters(QueryDict(f"status=draft&assignee={editor.username}"), queryset=Claim.objects.all())
    assert list(found.qs) == [mine]
    assert choices(found, "status") == {"draft": 1}
    unassigned = WorkFilters(QueryDict("assignee=nobody&q=ships"), queryset=Claim.objects.all())
    assert unassigned.qs.count() == 2
