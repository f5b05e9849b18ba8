"""How many clicks and keys the desk's jobs take, counted as a person does them in a real browser."""

import json
import os
from pathlib import Path

import pytest

from claims import workflow
from claims.models import Claim, Suggestion
from tests import desk
from tests.journeys.browser import already_signed_in, needs_chromium, page

__all__ = ["page"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database("sqlite"),
    pytest.mark.slow,
    needs_chromium,
]


class Hand:
    """Clicks and types in a page, and counts: a key typed as part of a word is a key."""

    def __init__(self, page):
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, selector):
        self.clicks += 1
        self.page.click(selector)

    def follow(self, selector):
        with self.page.expect_navigation():
            self.click(selector)

    def choose(self, selector, value):
        """Open a list and pick from it: two clicks."""
        self.clicks += 2
        self.page.select_option(selector, value)

    def type(self, words):
        self.keys += len(words)
        self.page.keyboard.type(words)

    def press(self, *keys):
        self.keys += len(keys)
        for key in keys:
            self.page.keyboard.press(key)

    def counted(self, job):
        """Return the counts, and note them for the table where it is asked for."""
        told = {"job": job, "clicks": self.clicks, "keys": self.keys}
        if "COUNTS" in os.environ:
            with Path(os.environ["COUNTS"]).open("a", encoding="utf-8") as table:
                table.write(json.dumps(told) + "\n")
        return self.clicks, self.keys


def add_evidence(hand, row, title, link, note):
    """One item with grade and origin: nothing is typed but title, link, note and three letters of a source."""
    hand.click("#evidence-group .add-row a")
    assert hand.page.evaluate("document.activeElement.id") == f"id_evidence-{row}-title"
    hand.type(title)
    hand.press("Tab")
    hand.type(link)
    for name, value in (("stance", "refutes"), ("reliability", "B"), ("credibility", "2")):
        hand.click(f"[name=evidence-{row}-{name}][value='{value}']")
    hand.click(f"#id_evidence-{row}-origin + .select2 .select2-selection")
    hand.type("age")
    hand.page.wait_for_selector(".select2-results__option--highlighted:has-text('Agency')")
    hand.press("Enter")
    hand.page.focus(f"#id_evidence-{row}-note")
    hand.press("Tab")
    hand.type(note)


def three_items(hand):
    for row in range(3):
        add_evidence(hand, row, f"Harbour log {row}", f"https://example.org/{row}", "It lists no ship.")


def test_three_items_of_evidence_take_no_more_than_fifteen_clicks_and_fit_a_short_form(page, live_server):
    made = workflow.take("start_review", desk.claim(), by=desk.person("editor"))
    desk.source("agency", name="Agency")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}{made.get_absolute_url()}")
    hand = Hand(page)
    three_items(hand)
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert made.evidence.filter(origin__slug="agency", reliability="B", credibility="2").count() == 3
    clicks, _ = hand.counted("three items of evidence with grade and origin")
    assert clicks <= 15
    height = page.evaluate("document.getElementById('claim_form').scrollHeight")
    assert height <= 2000


def test_from_captured_to_submitted_takes_no_more_than_25_clicks(page, live_server):
    article = desk.article(text="A ministry said that ten ships came in May.")
    desk.source("agency", name="Agency")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    hand = Hand(page)
    hand.click("#text")
    hand.press("j", "n", "Control+Enter")
    page.wait_for_selector(".messagelist a")
    hand.follow(".messagelist a")
    hand.follow("button[value=start_review]")
    three_items(hand)
    hand.choose("#id_verdict", "false")
    hand.press("Tab")
    page.focus("#id_confidence")
    hand.type("80")
    hand.click("#id_summary")
    hand.type("The log lists no ship.")
    hand.press("Tab")
    hand.type("The log lists none [1].")
    hand.follow("button[value=submit]")
    hand.follow(".step-buttons .default")
    assert Claim.objects.get().status == "awaiting_approval"
    clicks, _ = hand.counted("captured to submitted, three items of evidence included")
    assert clicks <= 25


def test_a_suggestion_goes_into_the_claim_that_answers_it_by_one_click(page, live_server):
    publication = desk.published(statement="Ten ships came to the port of Rason in May.")
    wanted = Suggestion.objects.create(text="Did ten ships come to the port of Rason in May?")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/suggestion/{wanted.pk}/change/")
    hand = Hand(page)
    hand.follow("button[name=_into]")
    wanted.refresh_from_db()
    assert (wanted.state, wanted.claim) == ("accepted", publication.claim)
    assert hand.counted("suggestion into an existing claim") <= (2, 0)


def test_a_draft_captured_by_mistake_is_gone_by_one_click(page, live_server):
    article = desk.article(text="A ministry said that ten ships came in May.")
    already_signed_in(page, live_server.url, desk.person("contributor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    page.click("#text")
    for key in ("j", "n", "Control+Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("button[name=undo_capture]")
    hand = Hand(page)
    hand.follow("button[name=undo_capture]")
    assert not Claim.objects.exists()
    assert hand.counted("a draft captured by mistake away") == (1, 0)
