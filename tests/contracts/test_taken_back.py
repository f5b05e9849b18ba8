"""What is retracted or merged away is told in every format: who keeps a copy learns of it."""

import json

import pytest
import stix2

from tests import desk
from tests.contracts.records import document

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken_back():
    """One claim that stands, and one whose review was retracted."""
    desk.published(statement="Ten ships came.", verdict="true")
    draft = desk.with_evidence(desk.claim(statement="Coal came.", verdict="true"))
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "coal was on board")
    first = desk.published(draft)
    return desk.retracted(first.claim, "It was another port.")


def exported(client, name, query=""):
    return b"".join(client.get(f"/export/{name}{query}").streaming_content)


def test_json_lines_and_csv_have_a_row_of_its_kind(client, taken_back):
    rows = [json.loads(line) for line in exported(client, "jsonl").splitlines()]
    assert [(row["kind"], row["statement"]) for row in rows][-1] == ("retraction", "Coal came.")
    *_, last = exported(client, "csv").decode().splitlines()
    assert ",retraction," in last and "Retracted" in last and "It was another port." in last


def test_a_claimreview_feed_says_since_when_there_is_none(client, taken_back):
    *_, item = document([exported(client, "claimreview")])["dataFeedElement"]
    assert item["item"] == [] and item["dateDeleted"] == taken_back.record["published_at"]
    assert item["url"].endswith(f"/claims/{taken_back.slug}/")


def test_stix_revokes_the_note(client, taken_back):
    bundle = stix2.parse(exported(client, "stix").decode())
    notes = {item["abstract"]: item for item in bundle["objects"] if item["type"] == "note"}
    assert notes["Coal came."]["revoked"] and not notes["Ten ships came."].get("revoked")


def test_annotations_and_the_fact_check_api_say_retracted(client, taken_back):
    (item,) = (one for one in document([exported(client, "annotation")])["items"] if taken_back.slug in one["id"])
    assert [body.get("value") for body in item["body"][:2]] == ["Coal came.", "Retracted"]
    *_, claim = document([exported(client, "google")])["claims"]
    assert claim["claimReview"][0]["textualRating"] == "Retracted"


def test_the_fixture_has_every_version(client, taken_back):
    rows = json.loads(exported(client, "fixture"))
    kinds = [row["fields"]["kind"] for row in rows if row["model"] == "claims.publication"]
    assert kinds.count("retraction") == 1


def test_a_filter_leaves_what_it_asks_for_whatever_the_verdict_was(client, taken_back):
    def kinds(query):
        return sorted(json.loads(line)["kind"] for line in exported(client, "jsonl", query).splitlines())

    assert kinds("?verdict=true") == ["original", "retraction"]
    assert kinds("?topic=treaty") == ["retraction"]
    assert kinds("?topic=nothing") == []
    assert kinds("?q=coal") == ["retraction"]
    assert client.get("/api/v1/claims").json()["count"] == 1
