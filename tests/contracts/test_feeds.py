"""Atom, RSS and JSON Feed, read by feedparser."""

import html

import atoma
import pytest

from tests import desk
from tests.answers import feed_of

pytestmark = pytest.mark.django_db


def test_the_feed_of_a_list_holds_what_the_list_shows(client):
    desk.published(statement="Ten ships came.", verdict="false")
    publication = desk.published(statement="Coal came & went <b>.", verdict="true")
    desk.claim(statement="A secret draft.")
    everything = feed_of(client, "/claims/feed.atom")
    assert [entry.title for entry in everything.entries] == [
        "True: Coal came & went <b>.", "False: Ten ships came.",
    ]  # fmt: skip
    assert everything.entries[0].id == f"urn:uuid:{publication.claim_id}#v1"
    narrowed = feed_of(client, "/claims/feed.atom?verdict=false")
    assert len(narrowed.entries) == 1
    assert "verdict=false" in narrowed.feed.link
    assert client.get("/claims/feed.atom?verdict=bogus").status_code == 400


@pytest.mark.parametrize("prefix", ["", "/ko"])
def test_atom_rss_and_json_feed_say_the_same(client, prefix):
    desk.published(statement="Ten ships came.", verdict="false")
    publication = desk.published(statement="وصلت & <b>", verdict="true", language="ar")
    atom, rss = (feed_of(client, f"{prefix}/claims/feed.{name}") for name in ("atom", "rss"))
    answer = client.get(f"{prefix}/claims/feed.json")
    assert answer["Content-Type"].startswith("application/feed+json")
    parsed = atoma.parse_json_feed_bytes(answer.content)
    expected = [(entry.title, entry.link, entry.id) for entry in atom.entries]
    assert len(expected) == 2
    assert [(entry.title, entry.link, entry.id) for entry in rss.entries] == expected
    assert [(item.title, item.url, item.id_) for item in parsed.items] == expected
    assert parsed.items[0].date_published == publication.published_at
    assert parsed.feed_url == f"http://testserver{prefix}/claims/feed.json"


def test_angle_brackets_are_text_and_never_markup(client):
    words = "+1 <script>alert(1)</script> a < b & c > d"
    desk.published(summary=words)
    for name in ("atom", "rss"):
        (entry,) = feed_of(client, f"/claims/feed.{name}").entries
        assert html.unescape(entry.summary) == words
    item = client.get("/claims/feed.json").json()["items"][0]
    assert item["content_text"] == words


def test_each_entry_has_its_author_its_verdict_and_its_topics(client):
    draft = desk.with_evidence(desk.claim())
    draft.topics.add(desk.topic())
    publication = desk.published(draft)
    feed = atoma.parse_atom_bytes(client.get("/claims/feed.atom").content)  # refuses what RFC 4287 does not allow
    (entry,) = feed.entries
    assert [author.name for author in feed.authors] == ["Factcheck"]
    assert [author.name for author in entry.authors] == [publication.reviewer.card.name]
    assert [category.term for category in entry.categories] == ["False", "Treaty"]
    item = client.get("/claims/feed.json").json()["items"][0]
    assert (item["tags"], item["authors"]) == (["False", "Treaty"], [{"name": publication.reviewer.card.name}])
    assert item["date_modified"] == item["date_published"]
    assert feed_of(client, "/claims/feed.rss").feed.subtitle
