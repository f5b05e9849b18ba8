"""Home, sources, topics, timelines and the desk's own pages."""

import html
import re
from datetime import date

import pytest

from claims import workflow
from claims.models import Page
from tests import desk
from tests.answers import list_page

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def text(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def review(**fields):
    draft = desk.with_evidence(desk.claim(**fields))
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships")
    return desk.published(draft)


def test_the_front_page_shows_what_is_new_and_what_there_is(client):
    first = review(statement="Ten ships came.", verdict="false", made_on=date(2024, 11, 2))
    review(statement="Coal came.", verdict="true")
    desk.republished(first, verdict="mixed", note="One came.")
    desk.claim(statement="A draft about zebras.")
    page = text(client, "/")
    assert "2 claims, checked against the evidence" in page
    for words in ("Ten ships came.", "Coal came.", "One came.", "Treaty", "November 2024", "January 2025"):
        assert words in page
    assert "zebras" not in page
    raw = client.get("/").content.decode()
    assert 'aria-label="True or mostly true: 1, Mixed, misleading or outdated: 1"' in raw


def test_an_empty_front_page_invites(client):
    assert "Nothing is published yet." in text(client, "/")


def test_a_source_is_shown_as_claimant_and_as_publisher(client):
    review(verdict="false")
    review(verdict="true", claimant=desk.source("kcna"))
    as_claimant = text(client, "/sources/ministry/")
    assert "How these claims fared" in as_claimant
    assert "One claim is too few for shares" in as_claimant
    as_publisher = text(client, "/sources/gazette/")
    assert "How the claims in articles by Gazette fared" in as_publisher
    assert "2 claims are too few for shares" in as_publisher


def test_shares_come_with_intervals_once_there_is_enough(client, monkeypatch):
    monkeypatch.setattr("claims.evidence_rules.verdict_counts.ENOUGH", 2)
    review(verdict="false")
    review(verdict="true")
    page = text(client, "/sources/ministry/")
    assert "50 %" in page
    assert "9–91 %" in page


def test_a_retracted_claim_counts_for_nobody(client):
    publication = review(verdict="false")
    review(verdict="true")
    desk.retracted(publication.claim, "Wrong.")
    assert "False or mostly false" not in text(client, "/sources/ministry/").partition("Claims made")[0]
    assert "1 checked claim " in " ".join(text(client, "/topics/treaty/").split())


def test_a_timeline_is_by_the_date_the_claims_were_made(client, monkeypatch):
    monkeypatch.setattr("claims.search.pages.PAGE_ROWS", 2)
    days = [date(2023, 5, 1), date(2025, 1, 2), None, date(2025, 1, 1), date(2023, 5, 1), date(2024, 2, 3)]
    for day in days:
        review(made_on=day)
    shown, query = [], ""
    for _ in range(3):
        page = list_page(client, f"/topics/treaty/timeline/?{query}")
        shown += [publication.made_on for publication in page.rows]
        query = page.older_query
    assert shown == sorted((day for day in days if day), reverse=True)
    assert query == ""
    back = list_page(client, f"/topics/treaty/timeline/?{page.newer_query}")
    assert [publication.made_on for publication in back.rows] == shown[2:4]


@pytest.mark.parametrize("order", ["made", "confidence"])
def test_a_list_in_another_order_goes_both_ways_with_the_unknown_last(client, monkeypatch, order):
    monkeypatch.setattr("claims.search.pages.PAGE_ROWS", 2)
    values = [(date(2023, 5, 1), 80), (None, None), (date(2025, 1, 1), 5), (None, None), (date(2025, 1, 1), 100)]
    for made_on, confidence in values:
        review(made_on=made_on, confidence=confidence)
    column = {"made": "made_on", "confidence": "confidence"}[order]
    pages, query = [], f"sort={order}"
    while query:
        pages.append(list_page(client, f"/claims/?{query}"))
        query = pages[-1].older_query
    shown = [getattr(row, column) for page in pages for row in page.rows]
    known = sorted((value for value in shown if value is not None), reverse=True)
    assert shown == known + [None] * 2
    assert list_page(client, f"/claims/?{pages[2].newer_query}").rows == pages[1].rows
    assert list_page(client, f"/claims/?{pages[1].newer_query}").rows == pages[0].rows


@pytest.mark.parametrize("place", ["x_1", "2025-02-30_1", "_x", "1_2_3", "2025-01-01_", "9" * 30 + "_1", "1\0_1"])
def test_a_place_that_cannot_be_in_another_order_is_not_found(client, place):
    assert client.get("/claims/", {"sort": "made", "before": place}).status_code == 404


def test_the_desk_writes_about_contact_and_how_it_corrects(client):
    assert "has not written this page yet" in text(client, "/about/")
    desk.shown_anew(Page(name="about", text="We are **three** people. <script>alert(1)</script>"))
    desk.shown_anew(Page(name="about", language="ko", text="우리는 세 사람입니다."))
    desk.shown_anew(Page(name="corrections", text="We correct *within a day*."))
    page = client.get("/about/").content.decode()
    assert "<strong>three</strong>" in page
    assert "<script>" not in page
    assert "우리는 세 사람입니다." in text(client, "/ko/about/")
    assert "We are three" in " ".join(text(client, "/ru/about/").split())  # no Russian text: the desk's own language
    assert "within a day" in text(client, "/corrections/")


def test_a_verdict_that_rests_on_one_origin_says_so(client):
    agency = desk.source("agency", kind="news_outlet")
    draft = desk.with_evidence(desk.claim(), origin=agency)
    desk.with_evidence(draft, title="Evening Post", publisher=desk.source("post"), origin=agency)
    publication = desk.published(draft)
    assert "traces to Agency ;" in " ".join(text(client, publication.get_absolute_url()).split())
    second = desk.with_evidence(desk.claim(), origin=agency)
    desk.with_evidence(second, title="Port cameras", origin=desk.source())
    assert "One origin." not in text(client, desk.published(second).get_absolute_url())


def test_desk_and_readers_are_told_the_same_of_independence(client):
    """One rule and one sentence: also where an item cannot be judged, and where no origin is named."""
    agency, ministry = desk.source("agency"), desk.source()
    cases = [
        ([{"origin": agency}, {"origin": ministry, "reliability": "F", "credibility": "6"}], ""),
        ([{"origin": agency}, {"origin": agency, "reliability": "F", "credibility": "6"}], "One origin."),
        (
            [{"publisher": agency}, {"publisher": ministry}],
            "2 items of evidence for this verdict have no named origin",
        ),
        ([{"origin": agency}, {}], "One item of evidence for this verdict has no named origin"),
    ]
    for rows, words in cases:
        draft = desk.claim()
        for number, row in enumerate(rows):
            desk.with_evidence(draft, title=f"Item {number}", **row)
        page = desk.published(draft).get_absolute_url()
        workflow.take("recheck", draft, by=desk.person("editor"), reason="To look at it on the desk.")
        client.force_login(desk.person("editor"))
        for address in (page, draft.get_absolute_url()):
            shown = " ".join(text(client, address).split())
            assert words in shown, address
            assert bool(words) == any(notice in shown for notice in ("One origin.", "Origin not named."))


def test_a_copy_of_one_of_two_items_of_the_same_title_traces_to_that_one(client):
    draft = desk.claim()
    for name in ("agency", "ministry"):
        desk.with_evidence(draft, title="Statement", origin=desk.source(name))
    desk.with_evidence(draft, title="Copy", origin_evidence=draft.evidence.first())
    record = desk.published(draft).record
    assert [item.get("traces_to") for item in record["evidence"]] == [None, None, 1]


def test_the_address_of_a_search_is_known_to_browsers(client):
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert b'template="http://testserver/claims/?q={searchTerms}"' in answer.content
