"""A claim's way from an article to a reader, in a real browser: capture → review → approve → read → export."""

import json

import pytest

from claims.models import Publication
from tests import desk
from tests.journeys.browser import choose, grade, needs_chromium, page, press, shot, sign_in, step

__all__ = ["page"]
pytestmark = [pytest.mark.django_db(transaction=True), needs_chromium]


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_from_article_to_reader(page, live_server, tmp_path):
    site = live_server.url
    desk.article("ten-ships", title="Ten ships")
    contributor, editor, approver, administrator = (
        desk.person(role) for role in ("contributor", "editor", "approver", "administrator")
    )

    sign_in(page, site, contributor)
    page.goto(f"{site}/admin/claims/claim/add/")
    page.fill("#id_statement", "Ten ships came in May.")
    page.click("a:has-text('Add another Appearance')")
    choose(page, "#id_appearances-0-article", "Ten ships")
    page.fill("#id_appearances-0-exact", "ten ships came in May")
    press(page, ".claim-bar button[name=_continue]")
    page.wait_for_selector("button[name=_step][value=drop]")
    assert page.locator("button[name=_step]").count() == 1  # their own draft may be dropped, and nothing else
    address = page.url

    sign_in(page, site, editor)
    page.goto(address)
    step(page, "start_review")
    page.select_option("#id_verdict", "false")
    page.fill("#id_confidence", "80")
    page.fill("#id_summary", "Port records show no ship.")
    page.fill("#id_rationale", "The log of May lists **none**.")
    page.click("a:has-text('Add another Evidence')")
    page.fill("#id_evidence-0-title", "Harbour log")
    grade(page, 0, stance="refutes", reliability="B", credibility="2")
    shot(page, "desk-review")
    press(page, "button[value=submit]")
    assert "Ten ships came in May." in page.frame_locator(".as-readers").locator("h1").inner_text()
    shot(page, "desk-submit")
    press(page, ".step-buttons .default")
    assert "awaiting approval" in page.inner_text(".messagelist")
    assert page.locator("button[value=approve]").count() == 0
    page.fill("#comment-text", f"@{approver} is one log enough?")
    press(page, "#comments button:has-text('Comment')")

    page.context.clear_cookies()
    assert page.goto(f"{site}/claims/ten-ships-came-in-may/").status == 404

    sign_in(page, site, approver)
    assert page.inner_text(".has-unread .queue-count") == "2"  # it awaits approval, and there is a comment
    page.goto(address)
    press(page, "button[name=read]")
    step(page, "send_back", reason="One log is not enough: say so.")
    assert "The claim is now in review" in page.inner_text(".messagelist").replace("the claim", "The claim")

    sign_in(page, site, editor)
    page.goto(f"{site}/admin/inbox/")
    shot(page, "inbox")
    press(page, "li.unread button[name=open]")
    assert "One log is not enough" in page.inner_text(".sent-back")
    page.fill("#id_rationale", "The log of May lists **none** [1]; we know no other.")
    press(page, "button[value=submit]")
    press(page, ".step-buttons .default")

    sign_in(page, site, approver)
    page.goto(address)
    page.select_option("select[name=verdict]", "false")
    press(page, "button[name=give]")
    step(page, "approve")
    assert "published" in page.inner_text(".messagelist")
    page.goto(f"{address.replace('/change/', '/history/')}")
    shot(page, "desk-history")

    sign_in(page, site, editor)
    again = desk.article("ships-again", title="Ships again", text="An outlet repeats that ten ships came in May.")
    page.goto(f"{address.replace('/change/', '/addition/')}")
    choose(page, "#id_article", "Ships again")
    page.fill("#id_exact", "ten ships came in May")
    press(page, "button[name=add]")
    shot(page, "seen-again")
    press(page, "button[name=propose]")
    sign_in(page, site, approver)
    page.goto(address)
    press(page, ".standing a:has-text('decide on it')")
    press(page, "button[value=approve]")
    assert Publication.objects.current().get().record["appearances"][1]["article"]["slug"] == again.slug

    page.context.clear_cookies()
    page.goto(f"{site}/claims/?q=ships")
    shot(page, "reader-list")
    page.click("a:has-text('Ten ships came in May.')")
    assert "Port records show no ship." in page.inner_text("main")
    shot(page, "reader-claim")
    assert "Seen in 2 articles" in page.inner_text("main")
    page.click("figcaption a >> nth=0")
    assert page.inner_text("mark") == "ten ships came in May"
    shot(page, "reader-article")

    sign_in(page, site, administrator)
    page.goto(f"{site}/admin/claims/claim/import/")
    with page.expect_download() as download:
        page.click("a:has-text('Export all')")
    download.value.save_as(tmp_path / "all.json")
    exported = json.loads((tmp_path / "all.json").read_text())
    assert [row["fields"]["verdict"] for row in exported if row["model"] == "claims.publication"] == ["false"] * 2
    assert Publication.objects.count() == 2
    assert not page.refusals, page.refusals
