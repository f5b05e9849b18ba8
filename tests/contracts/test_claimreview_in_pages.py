"""The ClaimReview in a claim's page, taken out by extruct."""

import extruct
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.templating import json_ld
from claims.vocabulary import VERDICT_RATING
from tests import desk

pytestmark = pytest.mark.django_db


def review_of(client, publication):
    page = client.get(publication.get_absolute_url()).content.decode()
    found = extruct.extract(page, base_url="http://testserver/", syntaxes=["json-ld"])["json-ld"]
    return found[0] if found else None


def test_a_claims_page_carries_its_claimreview(client):
    speaker = desk.source("kim", kind="person", name="Kim")
    draft = desk.with_evidence(desk.claim(claimant=speaker, made_on_precision="month"), url="https://example.org/log")
    desk.appear(draft, desk.article(url="https://example.org/article"), "ten ships")
    publication = desk.published(draft)
    review = review_of(client, publication)
    assert (review["@type"], review["claimReviewed"]) == ("ClaimReview", publication.statement)
    assert review["url"] == f"http://testserver{publication.get_absolute_url()}"
    assert review["reviewRating"]["alternateName"] == "False"
    assert (review["reviewRating"]["ratingValue"], review["reviewRating"]["bestRating"]) == (1, 5)
    claim = review["itemReviewed"]
    assert (claim["author"]["@type"], claim["author"]["name"]) == ("Person", "Kim")
    assert claim["datePublished"] == "2025-01"  # when it was claimed, as precisely as is known
    assert review["datePublished"] == publication.record["published_at"]
    assert [work["url"] for work in claim["appearance"]] == ["https://example.org/article"]
    assert [item["url"] for item in review["citation"]] == ["https://example.org/log"]
    assert "correction" not in review


@pytest.mark.parametrize("verdict", ["misleading", "unproven", "outdated", "not_checkable"])
def test_a_verdict_off_the_scale_has_words_and_no_number(client, verdict):
    rating = review_of(client, desk.published(verdict=verdict))["reviewRating"]
    assert verdict not in VERDICT_RATING
    assert not {"ratingValue", "bestRating", "worstRating"} & set(rating)


def test_a_correction_says_so_and_a_retraction_reviews_nothing(client):
    first = desk.published()
    second = desk.republished(first, verdict="true", note="We misread it.")
    assert review_of(client, second)["correction"]["text"] == "We misread it."
    first.refresh_from_db()
    assert review_of(client, first) is None  # a page of what stood before is no review of ours any more

    desk.retracted(second.claim, "All wrong.")
    assert review_of(client, second) is None


@given(st.text())
def test_no_text_ends_the_script_it_stands_in(text):
    inside = (
        json_ld({"claimReviewed": text}).removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    )
    assert not set("<>&") & set(inside)
