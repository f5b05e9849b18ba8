"""What we said on a day: on lists, articles, feeds and exports, by the versions that stood then."""

import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from tests import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(monkeypatch):
    """Set the clock by which publications are dated."""

    def set_clock(*moment):
        monkeypatch.setattr("claims.record.build.timezone.now", lambda: datetime(*moment, tzinfo=UTC))

    return set_clock


@pytest.fixture
def changed(on):
    """Published false, corrected to true a year later, retracted another year later."""
    on(2023, 5, 1, 12)
    draft = desk.with_evidence(desk.claim(statement="Ten ships came.", summary="The log of zebras."))
    desk.appear(draft, desk.article(), "ten ships")
    first = desk.published(draft)
    on(2024, 5, 1, 23, 59, 59)
    second = desk.republished(first, verdict="true", summary="The log of okapis.")
    on(2025, 5, 1, 0, 0, 0)
    desk.retracted(second.claim, "All wrong.")
    return second


def verdicts(client, **query):
    answer = client.get("/api/v1/claims", query)
    assert answer.status_code == 200, answer.content
    return [row["record"]["verdict"] for row in answer.json()["results"]]


@pytest.mark.parametrize(
    ("day", "found"),
    [("2023-04-30", []), ("2023-05-01", ["false"]), ("2024-04-30", ["false"]), ("2024-05-01", ["true"]),
     ("2025-04-30", ["true"]), ("2025-05-01", [])],
)  # fmt: skip
def test_a_list_is_of_the_versions_that_stood_at_the_end_of_the_day(client, changed, day, found):
    assert verdicts(client, as_of=day) == found
    page = client.get("/claims/", {"as_of": day})
    assert (b"Ten ships came." in page.content) == bool(found)
    assert verdicts(client) == []


def test_a_past_day_is_searched_filtered_and_counted_as_it_was(client, changed):
    assert verdicts(client, as_of="2023-06-01", q="zebras", verdict="false") == ["false"]
    assert verdicts(client, as_of="2023-06-01", q="okapis") == []
    assert verdicts(client, as_of="2024-06-01", q="okapis") == ["true"]
    page = client.get("/claims/", {"as_of": "2023-06-01", "verdict": "false"}).content.decode()
    assert 'value="false"' in page
    assert 'value="true"' not in page


def test_an_article_marks_what_we_said_on_the_day(client, changed):
    address = "/articles/an-article/"
    assert '<mark data-family="fails">' in client.get(address, {"as_of": "2023-06-01"}).content.decode()
    assert '<mark data-family="holds">' in client.get(address, {"as_of": "2024-06-01"}).content.decode()
    assert "<mark" not in client.get(address, {"as_of": "2022-06-01"}).content.decode()


@pytest.mark.parametrize("address", ["/claims/", "/api/v1/claims", "/export/jsonl", "/claims/feed.atom"])
@pytest.mark.parametrize(
    "day", ["never", "2025-02-30", "9999-12-31", "2025-1-1 or 1=1", "20250130", "2025-W05-4", "\0"]
)
def test_a_day_that_cannot_be_is_refused_with_the_remedy(client, address, day):
    assert client.get(address, {"as_of": day}).status_code == 400


def test_a_day_to_come_is_refused_and_today_is_not(client, changed):
    today = timezone.localdate()
    assert client.get("/claims/", {"as_of": today.isoformat()}).status_code == 200
    tomorrow = client.get("/claims/", {"as_of": today.replace(year=today.year + 1).isoformat()})
    assert (tomorrow.status_code, b"is in the future" in tomorrow.content) == (400, True)


def test_an_export_of_a_filter_holds_what_the_list_holds(client, changed):
    answer = client.get("/export/jsonl", {"as_of": "2023-06-01"})
    (line,) = b"".join(answer.streaming_content).splitlines()
    assert json.loads(line)["verdict"] == "false"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="claims.jsonl"'
    assert client.get("/export/yaml").status_code == 404


def test_the_address_of_an_earlier_version_leads_to_what_stands_now(client):
    publication = desk.published()
    second = desk.republished(publication, slug="a-better-address")
    assert second.slug == "a-better-address"
    answer = client.get(f"/claims/{publication.slug}/")
    assert (answer.status_code, answer["Location"]) == (301, "/claims/a-better-address/")
