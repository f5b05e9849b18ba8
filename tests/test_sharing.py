"""The verdict goes wherever its claim goes: titles, previews and pictures of links, feeds and citations."""

import re
from datetime import UTC, datetime
from io import BytesIO

import html5lib
import pytest
from PIL import Image

from claims import workflow
from claims.public import picture
from claims.templating import with_own_links
from tests import desk
from tests.answers import feed_of
from tests.test_public import pages
from tests.test_redaction import redact
from tests.test_seen_again import attach, shown, signed

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


class Head:
    """What the head of a page tells programs."""

    def __init__(self, client, address, status=200):
        answer = client.get(address)
        assert answer.status_code == status, address
        page = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
        self.title = page.findtext("head/title")
        self.meta = {
            item.get("property") or item.get("name"): item.get("content") for item in page.iter("meta")
        }  # fmt: skip
        self.links = list(page.iter("link"))

    def link(self, rel, media_type=None):
        (found,) = (
            item.get("href") for item in self.links
            if item.get("rel") == rel and (media_type is None or item.get("type") == media_type)
        )  # fmt: skip
        return found


class TestAClaim:
    def test_its_title_and_preview_begin_with_the_verdict(self, client):
        publication = desk.published(statement="Ten ships came.", verdict="false")
        head = Head(client, publication.get_absolute_url())
        assert head.title == "False: Ten ships came. · Factcheck"
        assert head.meta["og:title"] == "False: Ten ships came."
        assert head.meta["og:description"] == head.meta["description"] == "False: Port records show no ship."
        assert "robots" not in head.meta

    def test_the_verdict_is_told_in_the_readers_language(self, client):
        publication = desk.published(statement="Ten ships came.", verdict="false")
        assert Head(client, f"/ru/claims/{publication.slug}/").title == "Неправда: Ten ships came. · Factcheck"

    def test_an_older_version_says_so_and_sends_programs_to_the_claim(self, client):
        first = desk.published(statement="Ten ships came.", verdict="true")
        desk.republished(first, verdict="mostly_true")
        head = Head(client, f"/claims/{first.slug}/v/1/")
        assert head.title == "Superseded (then: True): Ten ships came. · Factcheck"
        assert head.meta["og:title"] == "Superseded (then: True): Ten ships came."
        assert head.meta["description"].startswith("Superseded (then: True)")
        assert head.meta["robots"] == "noindex"
        assert head.link("canonical") == head.meta["og:url"] == f"http://testserver/claims/{first.slug}/"

    def test_a_retraction_says_so(self, client):
        first = desk.published(statement="Ten ships came.", verdict="true")
        desk.retracted(first.claim, "All wrong.")
        assert Head(client, f"/claims/{first.slug}/").title == "Retracted: Ten ships came. · Factcheck"
        page = client.get(f"/claims/{first.slug}/").content.decode()
        assert "We had called it “True”." in page

    def test_a_correction_says_from_what_to_what(self, client):
        first = desk.published(verdict="true")
        desk.republished(first, verdict="mostly_true", note="We misread the log.")
        assert "from “True” to “Mostly true”" in client.get(f"/claims/{first.slug}/").content.decode()

    def test_its_page_says_who_checked_it_when_and_that_a_second_person_approved(self, client):
        page = client.get(desk.published().get_absolute_url()).content.decode()
        assert "Checked by <bdi>" in page
        assert "approved by a second person" in page
        assert 'href="/methodology/#verdict-false"' in page

    def test_its_changes_are_a_feed(self, client):
        first = desk.published(statement="Ten ships came.", verdict="true")
        desk.republished(first, verdict="false", note="We misread the log.")
        desk.published(statement="Coal came.")
        address = Head(client, first.get_absolute_url()).link("alternate", "application/atom+xml")
        assert [entry.title for entry in feed_of(client, address).entries] == [
            "False: Ten ships came.", "Superseded (then: True): Ten ships came.",
        ]  # fmt: skip
        assert client.get("/claims/nothing-here/feed.atom").status_code == 404


class TestThePicture:
    def test_it_is_a_png_of_the_size_that_previews_want(self, client):
        publication = desk.published()
        address = Head(client, publication.get_absolute_url()).meta["og:image"]
        answer = client.get(address)
        assert answer["Content-Type"] == "image/png"
        assert Image.open(BytesIO(answer.content)).size == (1200, 630)
        assert client.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304

    def test_an_older_one_leads_on_to_what_stands(self, client):
        first = desk.published(verdict="true")
        second = desk.republished(first, verdict="false")
        moved = client.get(f"{first.get_version_url()}picture.png")
        assert (moved.status_code, moved.url) == (302, f"{second.get_version_url()}picture.png")

    @pytest.mark.parametrize("statement", ["Ten ships came.", "Десять кораблей.", "배 열 척이 왔다.", "Ünïcøde ł"])
    def test_latin_cyrillic_and_korean_are_drawn(self, statement):
        assert picture.is_drawable(statement)
        drawn = [picture.drawn(picture.Words("False", "", words, "Site", "#000000")) for words in (statement, "")]
        assert drawn[0] != drawn[1]

    @pytest.mark.parametrize("statement", ["وصلت عشر سفن", "船十隻", "สิบลำ", "🚢"])
    def test_what_our_fonts_lack_is_left_out_rather_than_drawn_as_boxes(self, statement):
        assert not picture.is_drawable(statement)
        drawn = [picture.drawn(picture.Words("False", "", words, "Site", "#000000")) for words in (statement, "")]
        assert drawn[0] == drawn[1]

    def test_no_claim_is_drawn_without_its_verdict(self):
        words = [picture.Words("❌ False (AFP)", "", said, "Site", "#000000") for said in ("Ten ships came.", "")]
        assert picture.drawn(words[0]) == picture.drawn(words[1])

    @pytest.mark.parametrize("letter", "€№−′‑Қґ“”…")
    def test_signs_that_the_font_has_are_drawn(self, letter):
        assert picture.is_drawable(letter)
        assert picture._width(letter, 64) > 0

    def test_a_long_statement_and_a_long_word_fit(self):
        for words in ("word " * 120, "w" * 600, "ship " * 20):
            size, lines = picture._fitted(words, 300)
            assert len(lines) * size * 1.3 <= 300
            assert all(picture._width(line, size) <= picture.WIDTH - 2 * picture.MARGIN for line in lines)

    def test_nothing_is_drawn_of_what_readers_do_not_see(self, client):
        publication = desk.published()
        workflow.withholding.withhold(publication.claim, by=desk.person("approver"), reason="A complaint.")
        assert client.get(f"{publication.get_version_url()}picture.png").status_code == 404


class TestEveryPage:
    def test_has_a_description_and_a_preview(self, client):
        draft = desk.with_evidence(desk.claim())
        draft.topics.add(desk.topic())
        desk.appear(draft, desk.article(), "ten ships")
        publication = desk.published(draft)
        seen = set()
        for address in ["/check/", "/suggest/", *pages(publication)]:
            answer = client.get(address)
            if answer.status_code != 200 or "card/" in address or not answer["Content-Type"].startswith("text/html"):
                continue
            head = Head(client, address)
            if "noindex" in head.meta.get("robots", ""):
                continue
            assert head.meta["description"].strip(), address
            assert head.meta["og:image"].startswith("http://testserver/"), address
            assert head.meta["og:title"] == head.title.removesuffix(" · Factcheck"), address
            assert head.link("canonical") == f"http://testserver{address}"
            seen.add(address)
        assert len(seen) > 15

    @pytest.mark.parametrize("address", ["/nothing/", "/claims/nothing-here/"])
    def test_one_that_is_not_there_has_none(self, client, address):
        assert "og:title" not in Head(client, address, 404).meta


class TestALinkToAList:
    def test_has_no_empty_parameters(self, client):
        answer = client.get("/claims/?q=ships&sort=&verdict=false&made_from=&made_to=&as_of=")
        assert answer.url == "/claims/?q=ships&verdict=false"
        pushed = client.get("/claims/?q=&verdict=false", headers={"HX-Request": "true"})
        assert (pushed.status_code, pushed["HX-Push-Url"]) == (200, "/claims/?verdict=false")

    def test_search_engines_keep_the_list_and_none_of_its_narrowings(self, client):
        plain, narrowed = (Head(client, address) for address in ("/claims/", "/claims/?verdict=false"))
        assert "robots" not in plain.meta
        assert narrowed.meta["robots"] == "noindex"
        assert narrowed.link("canonical") == "http://testserver/claims/?verdict=false"
        rules = client.get("/robots.txt").content.decode()
        assert "Disallow: /claims/?*&" in rules and "Disallow: /ko/claims/?*&" in rules

    def test_its_head_offers_the_feed_of_exactly_this_list(self, client):
        draft = desk.with_evidence(desk.claim())
        draft.topics.add(desk.topic())
        desk.published(draft)
        head = Head(client, "/claims/?topic=treaty")
        assert head.link("alternate", "application/atom+xml") == "/claims/feed.atom?topic=treaty"
        assert feed_of(client, "/claims/feed.atom?topic=treaty").feed.title == "Factcheck: Verdicts (Topic: Treaty)"
        assert (
            Head(client, "/sources/ministry/").link("alternate", "application/atom+xml").endswith("claimant=ministry")
        )


class TestCorrections:
    def test_the_list_says_from_what_to_what_and_leads_on_to_a_claim_that_a_note_names(self, client):
        successor = desk.published(statement="Nine ships came.")
        first = desk.published(statement="Ten ships came.", verdict="true")
        second = desk.republished(first, verdict="mostly_true", note="We misread the log.")
        desk.retracted(second.claim, f"Wrong <b>. See /claims/{successor.slug}/ instead.")
        page = client.get("/corrections/").content.decode()
        retraction, correction = page.split('<article class="card">')[1:]
        words = [re.sub(r"<[^>]+>", " ", part) for part in (retraction, correction)]
        assert re.search(r"Mostly true\s+→.*Retracted", words[0], re.DOTALL)
        assert re.search(r"True\s+→.*Mostly true", words[1], re.DOTALL)
        link = f'Wrong &lt;b&gt;. See <a href="/claims/{successor.slug}/">/claims/{successor.slug}/</a> instead.'
        assert link in retraction
        assert link in client.get(f"/claims/{first.slug}/").content.decode()

    def test_a_correction_of_words_alone_shows_one_verdict(self, client):
        desk.republished(desk.published(verdict="true"), verdict="true", note="A date was wrong.")
        assert "→" not in client.get("/corrections/").content.decode()

    def test_an_address_elsewhere_is_no_link_to_a_claim_here(self):
        assert "<a" not in with_own_links("See https://other.example/claims/ten-ships/ or x/claims/ten-ships/.")


def test_a_version_after_which_a_claim_was_only_seen_again_is_not_superseded(client):
    first, article = shown(statement="Ten ships came.", verdict="true")
    attach(first, article)
    signed(first)
    assert Head(client, f"/claims/{first.slug}/v/1/").title.startswith("True: ")
    assert [entry.title for entry in feed_of(client, f"/claims/{first.slug}/feed.atom").entries] == [
        "True: Ten ships came.", "True: Ten ships came.",
    ]  # fmt: skip


def test_a_version_stays_superseded_when_what_followed_it_is_redacted(client):
    first = desk.published(statement="Ten ships came.", verdict="true")
    redact(desk.retracted(first.claim, "All wrong."))
    head = Head(client, f"/claims/{first.slug}/v/1/")
    assert head.title.startswith("Superseded (then: True)")
    assert client.get(head.meta["og:image"]).status_code == 200
    page = client.get(f"/claims/{first.slug}/v/1/").content.decode()
    assert "What followed it was redacted." in page
    assert "feed.atom" not in page.partition("<main")[2] and "<iframe" not in page


def test_a_feed_of_a_past_day_says_what_has_been_superseded_since_and_links_what_stood(client, monkeypatch):
    with monkeypatch.context() as clock:
        clock.setattr("claims.record.build.timezone.now", lambda: datetime(2025, 1, 30, tzinfo=UTC))
        first = desk.published(statement="Ten ships came.", verdict="true")
    desk.republished(first, verdict="false")
    (entry,) = feed_of(client, "/claims/feed.atom?as_of=2025-01-31").entries
    assert entry.title == "Superseded (then: True): Ten ships came."
    assert entry.link.endswith("/v/1/")
