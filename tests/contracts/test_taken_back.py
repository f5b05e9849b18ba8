"""What is retracted or merged away is told in every format: who keeps a copy learns of it."""

import json
from csv import DictReader
from io import StringIO

import pytest
import stix2
from django.http import QueryDict

from claims import workflow
from claims.models import Publication
from claims.search.filters import PublicationFilters
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


@pytest.fixture
def merged():
    """A claim that was merged into another, which readers see."""
    winner, loser = desk.published(statement="Ten ships came."), desk.published(statement="Ten ships did come.")
    proposal = workflow.repair.propose_merger(loser.claim, winner.claim, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
    return Publication.objects.current().get(claim_id=loser.claim_id), winner


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


def test_what_is_merged_says_so_and_states_no_verdict_of_its_own(client, merged):
    loser, winner = merged
    row = next(
        row for row in DictReader(StringIO(exported(client, "csv").decode())) if row["uid"] == str(loser.claim_id)
    )
    assert (row["kind"], row["merged_into"]) == ("merger", winner.slug)
    assert (row["verdict"], row["verdict_number"], row["confidence"]) == ("", "", "")
    assert row["verdict_words"] == "Merged into another claim"
    bundle = json.loads(exported(client, "stix"))
    (note,) = (item for item in bundle["objects"] if item.get("abstract") == loser.statement)
    assert note["revoked"] and note["content"].startswith("Merged into another claim") and "confidence" not in note
    (claim,) = (one for one in document([exported(client, "google")])["claims"] if one["text"] == loser.statement)
    assert claim["claimReview"][0]["title"] == claim["claimReview"][0]["textualRating"] == "Merged into another claim"


def test_nothing_is_told_of_what_is_merged_into_a_claim_that_is_not_shown(client, merged):
    loser, winner = merged
    with desk.past_the_triggers():
        Publication.objects.filter(pk=winner.pk).update(statement="")  # as a redaction leaves it
    for name in ("csv", "jsonl", "stix", "google", "annotation"):
        assert loser.statement.encode() not in exported(client, name)
    assert loser.statement.encode() not in client.get("/api/v1/changes").content
    page = loser.get_absolute_url()
    for address in (f"{page}card/", f"{page}feed.atom", f"{page}feed.json", f"{loser.get_version_url()}picture.png"):
        assert client.get(address).status_code == 404, address
    assert client.get("/oembed", {"url": f"http://testserver{page}"}).status_code == 404


def test_an_export_is_of_one_moment_though_something_is_published_meanwhile(taken_back, monkeypatch):
    filters = PublicationFilters(QueryDict("topic=treaty"), queryset=Publication.shown.all())
    assert filters.selection.count == 0
    desk.published(statement="Meanwhile.")
    assert [row.kind for row in filters.qs] == ["retraction"]
