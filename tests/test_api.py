"""The API, as its own description, a schema-driven tester and Google's own client find it."""

import json
from urllib.parse import urlsplit

import pytest

from claims import record, workflow
from claims.models import Claim
from tests import desk
from tests.answers import get

pytestmark = pytest.mark.django_db


def test_a_list_gives_whole_records_with_their_hashes(client, publication):
    page = get(client, "/api/v1/claims", verdict="false", q="ships")
    (claim,) = page["results"]
    assert (page["count"], page["next"]) == (1, None)
    assert record.record_hash(claim["record"]) == claim["record_hash"] == publication.record_hash
    assert claim["url"] == f"http://testserver/claims/{publication.slug}/"
    assert get(client, "/api/v1/claims", verdict="true")["results"] == []


def test_pages_lead_to_each_other(client):
    shown = [desk.published().slug for _ in range(5)][::-1]
    found, address = [], "/api/v1/claims?page_size=2&sort=confidence"
    while address:
        parts = urlsplit(address)
        page = get(client, f"{parts.path}?{parts.query}")
        found += [claim["record"]["slug"] for claim in page["results"]]
        address = page["next"]
    assert found == shown


def test_a_claim_is_read_as_it_stands_or_stood_with_all_its_versions(client, publication):
    second = desk.republished(publication, verdict="true")
    address = f"/api/v1/claims/{publication.slug}"
    assert get(client, address)["record"]["verdict"] == "true"
    assert [item["record"]["number"] for item in get(client, f"{address}/versions")] == [2, 1]
    assert get(client, address, status=404, as_of="2001-01-01")["status"] == 404
    assert "as_of" in get(client, address, status=400, as_of="soon")["errors"]
    assert get(client, "/api/v1/corrections")["results"][0]["record_hash"] == second.record_hash


def test_what_claims_name_is_read_too(client, publication):
    assert get(client, "/api/v1/articles/an-article")["text"].startswith("A ministry")
    assert get(client, "/api/v1/sources/ministry")["name"] == "Ministry"
    assert [item["slug"] for item in get(client, "/api/v1/topics")["results"]] == ["treaty"]
    for name in ("articles", "sources", "topics"):
        assert get(client, f"/api/v1/{name}")["count"] >= 1


def test_nothing_of_the_desk_is_in_any_answer(client, publication):
    secret = "zebra"
    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason=secret)
    Claim.objects.update(summary=secret, statement=secret, rationale=secret, verdict="true")
    desk.claim(statement=secret, slug="unreleased", claimant=desk.source("unreleased-source"))
    desk.topic("unreleased-topic")
    desk.article("unreleased-article", title=secret)
    for address in ("claims", f"claims/{publication.slug}", f"claims/{publication.slug}/versions", "articles",
                    "sources",
                    "topics", "corrections", "claims?q=zebra", "claims/unreleased", "sources/unreleased-source",
                    "topics/unreleased-topic", "articles/unreleased-article"):  # fmt: skip
        body = client.get(f"/api/v1/{address}").content.decode()
        assert secret not in body.replace("q=zebra", ""), address
        assert "unreleased" not in body, address


def test_errors_are_problem_details(client):
    refused = {"claims?verdict=bogus": 400, "claims?page_size=0": 400, "claims/none": 404, "claims?before=x": 404}
    for address, status in refused.items():
        answer = client.get(f"/api/v1/{address}")
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
    refused = client.post("/api/v1/claims", {})
    assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")
    assert refused.json()["title"] == "Method Not Allowed"


def test_any_origin_may_read_and_answers_may_be_kept(client, publication):
    answer = client.get("/api/v1/claims", headers={"origin": "https://elsewhere.example"})
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    again = client.get("/api/v1/claims", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304
    assert not answer.cookies


def test_too_many_requests_are_told_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr("rest_framework.throttling.AnonRateThrottle.get_rate", lambda self: "2/min")
    for _ in range(2):
        get(client, "/api/v1/topics")
    answer = client.get("/api/v1/topics")
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert int(answer["Retry-After"]) > 0


def test_the_json_twin_of_a_list_is_named_in_it(client, publication):
    page = client.get("/claims/?verdict=false").content.decode()
    assert 'href="/api/v1/claims?verdict=false"' in page
    assert json.loads(client.get("/api/v1/claims?verdict=false").content)["count"] == 1
