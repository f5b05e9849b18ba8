"""What one has written on the desk is not lost by leaving a page, and shows itself to nobody else."""

import pytest

from tests import desk
from tests.journeys.browser import already_signed_in, choose, needs_chromium, page, press

__all__ = ["page"]

pytestmark = [pytest.mark.django_db(transaction=True), needs_chromium]


@pytest.mark.database("sqlite")
def test_the_browser_asks_before_one_leaves_unsaved_changes_and_a_comment_waits_in_its_box(page, live_server):
    made = desk.claim(summary="")
    desk.source("navy")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}{made.get_absolute_url()}")
    page.locator("#comment-text").press_sequentially("Is it so?")
    page.locator("#id_summary").press_sequentially("It is not.")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.click("#site-name a")
    page.click("#comments button:has-text('Comment')")
    assert asked == ["beforeunload"] * 2
    press(page, "#id_summary", "Control+s")
    assert page.input_value("#id_summary") == "It is not."
    assert page.input_value("#comment-text") == "Is it so?"
    choose(page, "#id_claimant", "Navy")
    page.click("#site-name a")
    assert asked == ["beforeunload"] * 3
    press(page, "#id_summary", "Control+s")
    already_signed_in(page, live_server.url, desk.person("editor", "another"))
    page.reload()
    assert page.input_value("#comment-text") == ""
    page.locator("#comment-text").press_sequentially("Is it?")
    press(page, "#comment-text", "Control+s")
    assert "Is it?" in page.inner_text("#comments .comment")
    assert page.input_value("#comment-text") == ""
