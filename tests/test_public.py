"""Readers' pages: what they show, what they never show, and what they cost."""

import hashlib
import html
import json
import re

import html5lib
import jsonschema
import pytest
from django.test import Client

from claims import workflow
from claims.models import Article, Claim
from tests import desk
from tests.answers import list_page

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

SECRET = "zebra crossing"
DATA = '<script type="application/ld+json">'  # data beside the page, which no browser runs


def body(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return html.unescape(response.content.decode())


@pytest.fixture
def publication(db):
    draft = desk.with_evidence(desk.claim(), url="https://example.org/log", excerpt="No ship.", origin=desk.source())
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships came in May", attribution="said")
    return desk.published(draft)


def pages(publication):
    return [
        "/",
        "/claims/",
        "/claims/?verdict=false&q=ships",
        "/claims/?q=nothing-like-it",
        "/claims/?verdict=bogus",
        f"/claims/{publication.slug}/",
        f"/claims/{publication.slug}/v/1/",
        "/articles/",
        "/articles/an-article/",
        "/sources/ministry/",
        "/topics/",
        "/topics/treaty/",
        "/topics/treaty/timeline/",
        "/corrections/",
        "/methodology/",
        "/about/",
        "/contact/",
        f"/claims/{publication.slug}/card/",
        "/articles/an-article/?as_of=2001-01-01",
        "/articles/an-article/?as_of=never",
        "/ko/",
        "/ru/claims/",
        f"/ko/claims/{publication.slug}/",
        "/suggest/",
        f"/suggest/?claim={publication.slug}",
        "/nothing/",
    ]


def test_the_claim_page_answers_what_how_sure_and_why(client, publication):
    page = body(client, publication.get_absolute_url())
    for words in (publication.statement, "False", "high", "80 of 100", "Port records show no ship.", "<em>none</em>",
                  "Harbour log", "B2", "traces to", "<bdi>Ministry</bdi>", "ten ships came in May",
                   publication.record_hash):  # fmt: skip
        assert words in page


def test_the_list_shows_current_reviews_with_counts_beside_choices(client, publication):
    desk.published(verdict="true")
    page = body(client, "/claims/")
    assert publication.statement in page
    assert 'value="false"' in page
    assert '<span class="count">1</span>' in page


def test_an_article_marks_its_claims_in_place(client, publication):
    page = body(client, "/articles/an-article/")
    assert '<mark data-family="fails">ten ships came in May</mark>' in page
    assert f'id="claim-{publication.slug}"' in page


def test_a_claim_that_stands_twice_in_an_article_is_reached_at_both_places(client):
    draft = desk.with_evidence(desk.claim(slug="twice"))
    for words in ("ten ships", "coal was on board"):
        desk.appear(draft, desk.article(), words)
    desk.published(draft)
    page = client.get("/articles/an-article/").content.decode()
    for anchor in ("claim-twice", "claim-twice.2"):
        assert page.count(f'id="{anchor}"') == 1
        assert page.count(f'href="#{anchor}"') == 2  # back from its note, and from the verdicts


def test_an_articles_private_text_is_not_shown(client, publication):
    desk.shown_anew(Article.objects.get(), rights="full_text_private")
    page = body(client, "/articles/an-article/")
    assert "coal was on board" not in page
    assert "ten ships came in May" in page


def test_a_claim_whose_words_left_the_article_is_still_listed(client, publication):
    desk.shown_anew(Article.objects.get(), text="Another text.")
    assert "quotes are no longer in the text" in body(client, "/articles/an-article/")


def test_versions_stay_readable_and_point_to_what_stands_now(client, publication):
    desk.republished(publication, verdict="mixed", note="One ship was seen.")
    old = body(client, f"/claims/{publication.slug}/v/1/")
    assert "older version" in old
    assert "One ship was seen." in old
    assert "<iframe" not in old  # a card shows what stands now
    assert "<iframe" in body(client, f"/claims/{publication.slug}/")
    assert "Mixed" in body(client, f"/claims/{publication.slug}/")


def test_a_retracted_claim_keeps_its_address_with_the_reason_and_leaves_the_list(client, publication):
    desk.retracted(publication.claim, "It was another port.")
    page = body(client, f"/claims/{publication.slug}/")
    assert "Retracted" in page
    assert "It was another port." in page
    assert publication.statement not in body(client, "/claims/")


def test_a_reader_sees_that_a_claim_is_being_rechecked(client, publication):
    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason=SECRET)
    page = body(client, f"/claims/{publication.slug}/")
    assert "Being re-checked" in page
    assert SECRET not in page


def test_the_record_a_reader_downloads_has_the_hash_we_show(client, publication):
    response = client.get(f"/claims/{publication.slug}/v/1/record.json")
    assert hashlib.sha256(response.content).hexdigest() == publication.record_hash
    schema = client.get("/record.schema.json").json()
    jsonschema.validate(json.loads(response.content), schema, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("status", ["draft", "in_review", "awaiting_approval"])
def test_a_claim_in_the_making_answers_the_same_bytes_as_no_claim(client, status):
    made = desk.with_evidence(desk.claim())
    if status == "in_review":
        workflow.take("start_review", made, by=desk.person("editor"))
    if status == "awaiting_approval":
        desk.awaiting(made)
    for address in (
        f"/claims/{made.slug}/",
        f"/claims/{made.slug}/v/1/",
        "/in-progress/",
        f"/sources/{made.claimant.slug}/",
    ):
        there, nowhere = client.get(address), client.get("/claims/no-such-claim/")
        assert (there.status_code, there.content) == (404, nowhere.content)
        assert set(there.headers) == set(nowhere.headers)


def test_working_data_is_on_no_page(client, publication):
    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason=SECRET)
    Claim.objects.update(summary=SECRET, statement=SECRET, rationale=SECRET, verdict="true")
    publication.claim.evidence.update(title=SECRET, note=SECRET)
    draft = desk.claim(statement=SECRET, slug="unreleased")
    draft.topics.add(desk.topic("unreleased-topic"))
    desk.appear(draft, desk.article("unreleased-article", title=SECRET), "Nobody")
    for address in [
        *pages(publication),
        "/topics/unreleased-topic/",
        "/articles/unreleased-article/",
        "/claims/?q=zebra",
    ]:
        text = client.get(address).content.decode()
        assert "crossing" not in text, address
        assert "unreleased" not in text, address


def test_staff_find_the_working_claims_on_a_tab_of_their_own(client):
    made = desk.claim(statement="A draft.", assigned_to=desk.person("editor", "ed"))
    client.force_login(desk.person("contributor"))
    assert "/in-progress/" in body(client, "/claims/")
    page = body(client, "/in-progress/?status=draft&assignee=ed")
    assert "A draft." in page
    assert f"/admin/claims/claim/{made.pk}/change/" in page
    assert "no-store" in client.get("/in-progress/").headers["Cache-Control"]


def test_every_readers_page_leads_who_works_here_to_the_desk(client, publication):
    client.force_login(desk.person("editor"))
    for path in ("/", "/articles/", "/topics/", "/corrections/", "/data/", "/check/", "/nothing/"):
        assert 'href="/admin/">Desk</a>' in client.get(path).content.decode(), path


def test_a_signed_in_reader_without_a_desk_finds_no_tab(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("reader"))
    body(client, "/in-progress/", status=404)


def test_public_pages_may_be_kept_and_set_no_cookie(client, publication):
    for address in pages(publication)[:3]:
        response = client.get(address)
        assert "public" in response.headers["Cache-Control"]
        assert response.headers["ETag"]
        assert not response.cookies
        again = client.get(address, headers={"if-none-match": response.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_pages_of_a_session_are_kept_by_nobody(client, publication):
    client.force_login(desk.person("editor"))
    for address in pages(publication):
        assert client.get(address).headers["Cache-Control"] == "private, no-store", address


def test_every_page_has_a_strict_content_security_policy_and_no_inline_code(client, publication):
    for address in pages(publication):
        response = client.get(address)
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        assert b"<script>" not in response.content
        scripts = re.findall(rb"<script[^>]*>", response.content.replace(DATA.encode(), b""))
        assert all(b' src="/static/' in script for script in scripts), scripts
        page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
        assert not any("style" in element.attrib for element in page.iter())


def test_every_page_is_valid_html(client, publication):
    for address in pages(publication):
        parser = html5lib.HTMLParser(strict=True)
        parser.parse(client.get(address).content.decode())


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_readers_pages_change_nothing(client, publication, method):
    for address in pages(publication)[:-1]:
        takes_posts = method == "post" and address.startswith("/suggest/")  # an empty one is refused there
        assert getattr(client, method)(address).status_code == (400 if takes_posts else 405)


def test_markup_in_a_claim_is_shown_as_text(client):
    attack = "<script>alert(1)</script>"
    shown = desk.published(statement=attack, summary=attack, rationale=f"{attack} [x](javascript:alert(1)) <b>b</b>")
    page = client.get(f"/claims/{shown.slug}/").content.decode()
    assert re.findall(r"<script[^>]*>", page.replace(DATA, "")) == ['<script src="/static/claims/share.js" defer>']
    assert 'href="javascript' not in page


@pytest.mark.parametrize("query", ["before=x", "after=-1", "before=99999999999999999999", "after=%F0%9F%98%80"])
def test_a_place_in_a_list_that_cannot_be_is_not_found(client, query):
    body(client, f"/claims/?{query}", status=404)


def test_paging_goes_through_all_claims_both_ways(client, monkeypatch):
    monkeypatch.setattr("claims.search.pages.PAGE_ROWS", 2)
    shown = [desk.published() for _ in range(5)][::-1]

    def page(query):
        return list_page(client, f"/claims/?{query}")

    first = page("")
    second = page(first.older_query)
    third = page(second.older_query)
    assert [*first.rows, *second.rows, *third.rows] == shown
    assert (first.newer_query, third.older_query) == ("", "")
    assert page(third.newer_query).rows == second.rows
    assert page(second.newer_query).rows == first.rows


def test_pages_cost_the_same_number_of_queries_however_much_there_is(
    client, publication, django_assert_max_num_queries
):
    for number in range(12):
        draft = desk.with_evidence(desk.claim(claimant=desk.source(f"s{number}")))
        draft.topics.add(desk.topic(f"t{number}"))
        desk.appear(draft, desk.article(), "ten ships")
        desk.published(draft)
    body(Client(), "/")  # this process has seen what is new
    for address, most in {
        "/": 10,
        "/claims/": 10,
        publication.get_absolute_url(): 9,
        "/articles/an-article/": 4,
        "/sources/ministry/": 10,
        "/topics/treaty/": 8,
        "/topics/treaty/timeline/": 7,
    }.items():
        with django_assert_max_num_queries(most):
            body(Client(), address)
