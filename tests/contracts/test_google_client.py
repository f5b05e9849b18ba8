"""claims:search, asked by Google's own client."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from googleapiclient.discovery import build
from googleapiclient.http import HttpMock

from tests import desk
from tests.answers import get

pytestmark = pytest.mark.django_db


def claims_search(**query):
    """Ask as Google's own client does (google-api-python-client), with our site at its base address."""

    class Site(HttpMock):
        def request(self, uri, method="GET", body=None, headers=None, **options):
            parts = urlsplit(uri)
            answer = Client().get(f"{parts.path}?{parts.query}")
            from httplib2 import Response

            return Response({"status": answer.status_code, "content-type": answer["Content-Type"]}), answer.content

    service = build(
        "factchecktools", "v1alpha1", http=Site(), developerKey="unused", static_discovery=True,
        client_options={"api_endpoint": "http://testserver/api/"},
    )  # fmt: skip
    return service.claims().search(**query)


def test_googles_client_finds_our_reviews(publication):
    answer = claims_search(query="ships", languageCode="en-US").execute()
    (claim,) = answer["claims"]
    assert (claim["text"], claim["claimant"], claim["claimDate"]) == (
        "Ten ships came.", "Ministry", "2025-01-30T00:00:00Z",
    )  # fmt: skip
    (review,) = claim["claimReview"]
    assert review["textualRating"] == "False"
    assert review["url"] == f"http://testserver/claims/{publication.slug}/"
    assert review["publisher"]["site"] == "testserver"


def test_googles_client_pages_through_our_reviews():
    shown = [desk.published(statement=f"Ten ships came, says {n}.").statement for n in range(5)][::-1]
    found, token = [], None
    for _ in range(3):
        answer = claims_search(query="ships", pageSize=2, **({"pageToken": token} if token else {})).execute()
        found += [claim["text"] for claim in answer["claims"]]
        token = answer.get("nextPageToken")
    assert (found, token) == (shown, None)
    offset = claims_search(query="ships", offset=3).execute()
    assert [claim["text"] for claim in offset["claims"]] == shown[3:]


@pytest.mark.parametrize(
    ("query", "count"),
    [({"query": "ships", "languageCode": "ko"}, 0), ({"query": "zebras"}, 0), ({"query": "ships", "maxAgeDays": 2}, 1),
     ({"reviewPublisherSiteFilter": "testserver"}, 1), ({"reviewPublisherSiteFilter": "other.example"}, 0)],
)  # fmt: skip
def test_claims_search_narrows_as_googles_does(publication, query, count):
    assert len(claims_search(**query).execute().get("claims", [])) == count


@pytest.mark.parametrize("query", [{}, {"query": ""}, {"query": "x" * 2000}, {"query": "x", "pageSize": "many"},
                                   {"query": "x", "pageToken": "odd"}, {"query": "x", "languageCode": "a" * 60_000},
                                   {"query": "x", "offset": "99999999"}])  # fmt: skip
def test_claims_search_refuses_what_cannot_be(client, query):
    error = get(client, "/api/v1alpha1/claims:search", status=400, **query)["error"]
    assert (error["code"], error["status"]) == (400, "INVALID_ARGUMENT") and error["message"]


def test_a_client_that_keeps_only_the_host_of_our_address_is_answered(client):
    desk.published(statement="Ten ships came.")
    (claim,) = get(client, "/v1alpha1/claims:search", query="ships")["claims"]
    assert claim["text"] == "Ten ships came."
