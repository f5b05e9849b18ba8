"""Who may keep a page, and when an unchanged one is not made again."""

import jinja2
import pytest

from claims import workflow
from claims.models import Alias, Source
from tests import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def rendered(monkeypatch):
    """The names of the templates that are rendered."""
    names = []
    render = jinja2.Template.render
    monkeypatch.setattr(jinja2.Template, "render", lambda self, *given: names.append(self.name) or render(self, *given))
    return names


def paths(publication):
    """One address of each kind of readers' page."""
    return [
        publication.get_absolute_url(),
        publication.get_version_url(),
        f"/claims/{publication.slug}/card/",
        "/",
        "/claims/feed.atom",
        "/articles/",
        "/sources/ministry/",
        "/topics/",
        "/corrections/",
        "/methodology/",
        "/about/",
    ]


def tags(client, publication):
    return [client.get(path)["ETag"] for path in paths(publication)]


def are_made_again(client, publication, known):
    """Whether every page answers anew to who has it as it was."""
    answers = [
        client.get(path, headers={"if-none-match": tag}) for path, tag in zip(paths(publication), known, strict=True)
    ]
    return {answer.status_code for answer in answers} == {200}


def test_an_unchanged_page_is_not_made_again(client, rendered, django_assert_num_queries):
    publication = desk.published()
    for path in paths(publication):
        first = client.get(path)
        rendered.clear()
        with django_assert_num_queries(1):
            again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, rendered) == (304, b"", [])
        assert again["ETag"] == first["ETag"]
        assert "public" in again["Cache-Control"]


def test_what_readers_see_changes_every_tag_and_nothing_else_does(client):
    publication = desk.published()
    known = tags(client, publication)
    assert len(set(known)) == len(known)
    assert client.get("/", SERVER_NAME="localhost")["ETag"] != client.get("/")["ETag"]

    desk.claim(statement="Nobody may know that this is being written.")
    assert tags(client, publication) == known

    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New documents.")
    assert are_made_again(client, publication, known)

    known = tags(client, publication)
    workflow.take("submit", publication.claim, by=desk.person("editor"))
    assert tags(client, publication) == known
    desk.approve(publication.claim)
    assert are_made_again(client, publication, known)

    known = tags(client, publication)
    desk.shown_anew(Source.objects.get(slug="ministry"), name="Office")
    assert are_made_again(client, publication, known)


def test_withholding_a_claim_changes_every_tag_and_ending_it_does_too(client):
    publication, other = desk.published(), desk.published(statement="The bridge was closed in May 2021.")
    known = tags(client, other)
    workflow.withholding.withhold(publication.claim, by=desk.person("approver"), reason="A letter.")
    assert are_made_again(client, other, known)
    assert client.get(publication.get_absolute_url(), headers={"if-none-match": known[0]}).status_code == 404


def test_a_tag_that_fits_anything_finds_no_page_that_does_not_exist(client):
    assert client.get("/claims/nothing/", headers={"if-none-match": "*"}).status_code == 404


def test_what_answers_one_reader_alone_has_no_tag_of_the_site(client):
    for path in ("/suggest/", "/check/"):
        assert "no-store" in client.get(path)["Cache-Control"]


def test_a_search_is_made_anew_once_another_name_is_known(client):
    """Other names are no part of the chain, and are found the moment they are saved."""
    publication = desk.published(statement="The harbour office sent ships.")
    nothing = client.get("/claims/?q=Portmasters")
    Alias.objects.create(name="Harbour office", alias="Portmasters")
    again = client.get("/claims/?q=Portmasters", headers={"if-none-match": nothing["ETag"]})
    assert publication.get_absolute_url() not in nothing.content.decode()
    assert again.status_code == 200 and publication.get_absolute_url() in again.content.decode()


def test_each_language_has_its_own_tag(client):
    path = desk.published().get_absolute_url()
    assert client.get(path)["ETag"] != client.get(f"/ko{path}")["ETag"]


def test_a_page_of_a_session_is_always_made_and_never_kept(client):
    path = desk.published().get_absolute_url()
    tag = client.get(path)["ETag"]
    client.force_login(desk.person("editor"))
    answer = client.get(path, headers={"if-none-match": tag})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_pages_travel_compressed(client):
    path = desk.published().get_absolute_url()
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(client.get(path).content) / 2
    assert client.get(path, headers={"accept-encoding": "gzip", "if-none-match": answer["ETag"]}).status_code == 304
