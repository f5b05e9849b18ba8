"""What leaves the readers' site for machines, read by the field's own parsers; and what changed between versions."""

import atoma
import extruct
import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from usp.objects.sitemap import IndexXMLSitemap
from usp.tree import sitemap_from_str

from claims.templatetags.claims_text import json_ld
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
    second = desk.republished(first, verdict="true", reason="We misread it.")
    assert review_of(client, second)["correction"]["text"] == "We misread it."
    first.refresh_from_db()
    assert review_of(client, first) is None  # a page of what stood before is no review of ours any more
    from claims import workflow

    workflow.retract(second.claim, by=desk.person("approver"), reason="All wrong.")
    assert review_of(client, second) is None


@given(st.text())
def test_no_text_ends_the_script_it_stands_in(text):
    inside = (
        json_ld({"claimReviewed": text}).removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    )
    assert not set("<>&") & set(inside)


def feed_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    found = feedparser.parse(answer.content)
    assert not found.bozo, found.get("bozo_exception")
    return found


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


def test_corrections_have_a_log_and_a_feed(client):
    first = desk.published(statement="Ten ships came.")
    desk.republished(first, verdict="true", reason="We misread the log.")
    page = client.get("/corrections/").content.decode()
    assert "We misread the log." in page
    (entry,) = feed_of(client, "/corrections/feed.atom").entries
    assert entry.summary == "We misread the log."
    assert entry.link.endswith(f"/claims/{first.slug}/v/2/")


def test_a_version_shows_what_it_changed_of_the_one_before(client):
    first = desk.published()
    desk.republished(first, verdict="true", summary="Ten did come.")
    page = client.get(f"/claims/{first.slug}/v/2/").content.decode()
    assert "What this version changed" in page
    assert "<del>Port records show no ship.</del>" in page
    assert "<ins>Ten did come.</ins>" in page
    assert "What this version changed" not in client.get(f"/claims/{first.slug}/v/1/").content.decode()


def test_the_methodology_names_every_scale_of_the_vocabulary(client):
    from claims.vocabulary import CONFIDENCE_BANDS, LIKELIHOOD_BANDS, Verdict

    page = client.get("/methodology/").content.decode()
    words = [*Verdict.labels, *(band.label for bands in CONFIDENCE_BANDS.values() for band in bands)]
    assert all(word in page for word in [*map(str, words), *(name for name, _, _ in LIKELIHOOD_BANDS)])


def test_the_sitemap_names_every_public_page_and_nothing_else(client):
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, desk.article(), "ten ships")
    publication = desk.published(draft)
    desk.appear(desk.with_evidence(desk.claim(slug="a-secret")), desk.article("private"), "Nobody saw")
    index = sitemap_from_str(client.get("/sitemap.xml").content.decode())
    assert isinstance(index, IndexXMLSitemap)
    found = []
    for part in index.sub_sitemaps:
        pages = sitemap_from_str(client.get(part.url).content.decode())
        found += [page.url.removeprefix("http://testserver") for page in pages.all_pages()]
    fixed = ["/", "/claims/", "/articles/", "/topics/", "/corrections/", "/methodology/", "/about/", "/contact/"]
    assert found == [*fixed, publication.get_absolute_url(), "/articles/an-article/", "/sources/ministry/"]
    assert all(client.get(address).status_code == 200 for address in found)
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_a_record_may_be_kept_for_good(client):
    publication = desk.published()
    answer = client.get(f"{publication.get_version_url()}record.json")
    assert "immutable" in answer["Cache-Control"]
    again = client.get(publication.get_absolute_url())
    etag = {"If-None-Match": again["ETag"]}
    assert client.get(publication.get_absolute_url(), headers=etag).status_code == 304


def test_a_page_shows_what_we_said_on_a_day(client, monkeypatch):
    from datetime import UTC, datetime

    from django.utils import timezone

    with monkeypatch.context() as clock:
        clock.setattr("claims.record.build.timezone.now", lambda: datetime(2025, 1, 30, 23, 59, tzinfo=UTC))
        first = desk.published(summary="The first words.")
    second = desk.republished(first, verdict="true", summary="The second words.")
    address = second.get_absolute_url()
    today = timezone.localdate().isoformat()
    assert "The second words." in client.get(address, {"as_of": today}).content.decode()
    future = client.get(address, {"as_of": "9998-12-31"})
    assert (future.status_code, "has not come yet" in future.content.decode()) == (400, True)
    assert "The first words." in client.get(address, {"as_of": "2025-01-30"}).content.decode()
    assert client.get(address, {"as_of": "2025-01-29"}).status_code == 404
    early = client.get(address, {"as_of": "2001-01-01"})
    assert (early.status_code, b"published nothing on this claim by that day" in early.content) == (404, True)
    for odd in ("", "x", "2025-02-30", "9999-12-31", "<b>", "2" * 5000, "2025-01-30\0"):
        answer = client.get(address, {"as_of": odd})
        assert answer.status_code == 400, odd
        assert b"<b>" not in answer.content
    assert client.get("/claims/nothing-here/", {"as_of": today}).status_code == 404


def test_a_version_is_cited_by_its_permanent_address(client):
    publication = desk.published(statement="Coal & {ships} cost 5 % more_or_less.")
    page = client.get(publication.get_absolute_url()).content.decode()
    assert "Review of the claim: Coal \\&amp; \\{ships\\} cost 5 \\% more\\_or\\_less." in page
    (item,) = client.get(f"{publication.get_version_url()}cite.json").json()
    assert item["URL"] == f"http://testserver{publication.get_version_url()}"
    assert item["title"].endswith(publication.statement)
