"""Other names of what a query speaks of: everybody's and the desk's own, found the moment they are saved."""

import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims import search
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.matching import scoring
from claims.models import Alias
from claims.search import query
from claims.text.aliases import known_names, names_in
from tests import desk
from tests.desk_forms import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def about_korea(db):
    return desk.published(desk.with_evidence(desk.claim(statement="North Korea sent rockets to Russia in 2023.")))


def found(client, text):
    return [claim["record"]["statement"] for claim in client.get("/api/v1/claims", {"q": text}).json()["results"]]


@pytest.mark.parametrize(
    "text",
    [
        "DPRK rockets", "dprk", "D.P.R.K.", "Democratic People's Republic of Korea", "КНДР", "Россией", "북한이",
        "Nordkorea", "Corée du Nord", "Russian Federation", "north korea", "DPRK -zebra",
    ],
)  # fmt: skip
def test_a_state_is_found_by_any_of_its_names(client, about_korea, text):
    assert found(client, text) == [about_korea.statement]


@pytest.mark.parametrize("text", ['"DPRK"', "DPR*", "rockets -Korea", "ROK rockets", "who sent zebras", "us"])
def test_quotes_beginnings_and_other_states_mean_what_they_say(client, about_korea, text):
    assert found(client, text) == []


def test_the_page_the_api_and_the_export_find_the_same(client, about_korea):
    asked = {"q": "DPRK rockets"}
    assert found(client, "DPRK rockets") == [about_korea.statement]
    lines = b"".join(client.get("/export/jsonl", asked).streaming_content).splitlines()
    assert [json.loads(line)["statement"] for line in lines] == [about_korea.statement]
    assert "<mark>North</mark> <mark>Korea</mark>" in client.get("/claims/", asked).content.decode()


def test_a_name_of_several_words_is_marked_where_it_stands_whole():
    marker = search.Marker(query.parse("КНДР", search.names.other_names))
    marked = marker.marked("The port of North Korea, or DPRK, lies north of the People's House.", "en")
    assert re.findall("<mark>(.+?)</mark>", marked) == ["North", "Korea", "DPRK"]


def test_the_desks_own_names_are_found_from_the_moment_they_are_saved(client, about_korea):
    assert found(client, "Choson rockets") == []
    Alias.objects.create(name="North Korea", alias="Chosŏn")
    assert found(client, "Choson rockets") == [about_korea.statement]
    assert found(client, "choson") == [about_korea.statement]
    Alias.objects.all().delete()
    assert found(client, "Choson rockets") == []


def test_the_name_that_most_claims_use_is_found_in_its_own_word_forms(client):
    made = desk.published(desk.with_evidence(desk.claim(statement="The United Federations voted.")))
    Alias.objects.create(name="United Federation", alias="Federación Unida", language="es")
    assert found(client, "federacion unida") == [made.statement]


def test_what_the_desk_adds_to_a_known_name_is_found_by_all_of_them(client):
    made = desk.published(desk.with_evidence(desk.claim(statement="Chosŏn built ten ships.")))
    Alias.objects.create(name="North Korea", alias="Chosŏn")
    assert found(client, "DPRK ships") == found(client, "North Korea ships") == [made.statement]


def test_the_desk_finds_its_own_claims_so_too(client):
    desk.claim(statement="North Korea sent a draft.")
    sign_in(client, "editor")
    for text in ("DPRK", "КНДР"):
        assert "North Korea sent a draft." in client.get("/admin/claims/claim/", {"q": text}).content.decode()
    assert "North Korea sent a draft." not in client.get("/admin/claims/claim/", {"q": "ROK"}).content.decode()


def test_a_text_is_matched_as_most_claims_say_it(about_korea, without_model):
    text = "Choson gave rockets away"
    assert "korea" not in scoring.rank(text, "en", search.latest_snapshot(), method="lexical")[0].shared
    Alias.objects.create(name="North Korea", alias="Choson")
    assert "korea" in scoring.rank(text, "en", search.latest_snapshot(), method="lexical")[0].shared


@pytest.mark.parametrize("tag", ["#northkorea", "@northkorea"])
def test_words_written_as_one_tag_are_cut_where_claims_have_both(about_korea, without_model, tag):
    ranked = scoring.rank(f"rockets {tag}", "en", search.latest_snapshot(), method="lexical")
    assert {"north", "korea"} <= set(ranked[0].shared)
    assert scoring._with_tags_cut("#northpolesnow #rockets") == "#northpolesnow #rockets"


def test_a_short_name_that_is_a_word_is_a_name_in_capitals_alone():
    assert (0, 1) in names_in(["US"]) and (0, 1) not in names_in(["us"]) and known_names("us") == known_names("usa")
    assert (0, 1) in names_in(["WHO"]) and (0, 1) not in names_in(["who"])
    assert {name.text for name in known_names("who")} == {"WHO", "World Health Organization"}
    assert [term.text for term in query.parse("did UN troops come?", search.names.other_names)] == [
        "UN",
        "troops",
        "come",
    ]


def test_a_name_needs_a_word_and_differs_from_what_it_stands_for():
    for name, alias in (("North Korea", "north  KOREA"), ("North Korea", "…"), ("!", "DPRK")):
        with pytest.raises(ValidationError):
            Alias(name=name, alias=alias).full_clean()
    Alias.objects.create(name="A", alias="B")
    with pytest.raises(ValidationError, match="in the table already"):
        Alias(name="A", alias="B").full_clean()


def test_an_editor_keeps_the_table_and_its_history_says_who(client):
    editor = sign_in(client, "editor")
    page = client.post(
        reverse("admin:claims_alias_add"), {"name": "North Korea", "alias": "Choson", "language": "en"}, follow=True
    )
    assert "added successfully" in page.content.decode()
    assert Alias.history.get().history_user == editor


def test_the_table_travels_in_a_full_export_and_in_no_public_one():
    Alias.objects.create(name="North Korea", alias="Choson")
    text = "".join(fixture.write(exports.all_objects()))
    assert "Choson" not in "".join(fixture.write(exports.public_objects()))
    Alias.objects.all().delete()
    fixtures.bring_in(fixture.read(text.encode()), desk.importer())
    assert Alias.objects.get().alias_key == "choson"
    Alias.objects.all().delete()
    with pytest.raises(fixture.FixtureError, match=r"fields\.alias_key cannot be stored as given"):
        fixtures.bring_in(fixture.read(text.replace('"choson"', '"other"').encode()), desk.importer())


def test_a_thousand_names_of_one_thing_cost_a_search_no_more_queries(client, about_korea):
    def queries():
        with CaptureQueriesContext(connection) as made:
            assert found(client, "DPRK rockets") == [about_korea.statement]
        return len(made)

    def named(numbers):
        Alias.objects.bulk_create(
            Alias(name="North Korea", alias=f"Name {n}", name_key="north korea", alias_key=f"name {n}") for n in numbers
        )
        queries(), queries()  # vectors are made with the first text, and read with the second
        return queries()

    assert named(range(1)) == named(range(1, 1000))
