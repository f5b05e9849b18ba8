"""Who may keep a page, and when an unchanged one is not made again."""

import jinja2
import pytest

from claims import workflow
from claims.models import Source
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
    return [publication.get_absolute_url(), publication.get_version_url(), f"/claims/{publication.slug}/card/"]


def test_an_unchanged_claim_is_not_made_again(client, rendered, django_assert_num_queries):
    for path in paths(desk.published()):
        first = client.get(path)
        rendered.clear()
        with django_assert_num_queries(2):
            again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content, rendered) == (304, b"", [])
        assert again["ETag"] == first["ETag"]
        assert "public" in again["Cache-Control"]


def test_what_changes_the_page_changes_its_tag(client):
    publication = desk.published()
    for path in paths(publication):
        assert client.get(path, SERVER_NAME="localhost")["ETag"] != client.get(path)["ETag"]
    tags = [client.get(path)["ETag"] for path in paths(publication)]
    assert len(set(tags)) == len(tags)

    workflow.recheck(publication.claim, by=desk.person("editor"), reason="New documents.")
    rechecked = client.get(publication.get_absolute_url(), headers={"if-none-match": tags[0]})
    assert rechecked.status_code == 200

    workflow.submit(publication.claim, by=desk.person("editor"))
    desk.approve(publication.claim)
    for path, tag in zip(paths(publication), tags, strict=True):
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200

    tags = [client.get(path)["ETag"] for path in paths(publication)]
    desk.shown_anew(Source.objects.get(slug="ministry"), name="Office")
    for path, tag in zip(paths(publication), tags, strict=True):
        assert client.get(path, headers={"if-none-match": tag}).status_code == 200


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
