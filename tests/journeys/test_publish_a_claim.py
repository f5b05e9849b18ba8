"""A claim's way from an article to a reader, in a real browser: capture → review → approve → read → export."""

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from claims.models import Publication
from tests import desk
from tests.conftest import forget_connection

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="No Chromium here: apt-get install chromium"),
]


@pytest.fixture
def page(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs an event loop in this thread
    SCREENSHOTS.mkdir(exist_ok=True)
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        page.set_default_timeout(15_000)
        page.refusals = []
        page.on("console", lambda message: page.refusals.append(message.text) if "Policy" in message.text else None)
        forget_connection()  # under playwright's event loop Django keeps one of its own, perhaps to the other database
        yield page
        forget_connection()
        browser.close()


def sign_in(page: Page, site: str, user) -> None:
    page.context.clear_cookies()
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", f"{user.username}-password")
    page.click("input[type=submit]")
    page.wait_for_selector("#user-tools")


def choose(page: Page, select: str, words: str) -> None:
    """Pick from one of the admin's autocomplete fields as a person does."""
    page.click(f"{select} + .select2 .select2-selection")
    page.fill(".select2-search__field", words)
    page.click(f".select2-results__option:has-text('{words}')")


def shot(page: Page, name: str) -> None:
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(
            path=SCREENSHOTS / f"{os.environ.get('PYTEST_XDIST_WORKER', '')}{name}-{width}.png", full_page=True
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways at {width}"
    page.set_viewport_size({"width": 1280, "height": 900})


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
    page.press("input[name=_save]", "Enter")
    page.wait_for_selector(".messagelist")
    page.click("a:has-text('Ten ships came in May.')")
    assert page.locator("button[name=_step]").count() == 0
    address = page.url

    sign_in(page, site, editor)
    page.goto(address)
    page.press("button[value=start_review]", "Enter")
    page.wait_for_selector("button[value=submit]")
    page.select_option("#id_verdict", "false")
    page.fill("#id_confidence", "80")
    page.fill("#id_summary", "Port records show no ship.")
    page.fill("#id_rationale", "The log of May lists **none**.")
    page.click("a:has-text('Add another Evidence')")
    page.fill("#id_evidence-0-title", "Harbour log")
    page.select_option("#id_evidence-0-stance", "refutes")
    page.select_option("#id_evidence-0-reliability", "B")
    page.select_option("#id_evidence-0-credibility", "2")
    shot(page, "desk-review")
    page.press("button[value=submit]", "Enter")
    page.wait_for_selector("button[value=send_back]")
    assert "awaiting approval" in page.inner_text(".messagelist")
    assert page.locator("button[value=approve]").count() == 0

    page.context.clear_cookies()
    assert page.goto(f"{site}/claims/ten-ships-came-in-may/").status == 404

    sign_in(page, site, approver)
    page.goto(address)
    page.press("button[value=approve]", "Enter")
    page.wait_for_selector("button[value=recheck]")
    assert "published" in page.inner_text(".messagelist")
    page.goto(f"{address.replace('/change/', '/history/')}")
    shot(page, "desk-history")

    page.context.clear_cookies()
    page.goto(f"{site}/claims/?q=ships")
    shot(page, "reader-list")
    page.click("a:has-text('Ten ships came in May.')")
    assert "Port records show no ship." in page.inner_text("main")
    shot(page, "reader-claim")
    page.click("figcaption a")
    assert page.inner_text("mark") == "ten ships came in May"
    shot(page, "reader-article")

    sign_in(page, site, administrator)
    page.goto(f"{site}/admin/claims/claim/")
    with page.expect_download() as download:
        page.click("a:has-text('Export all')")
    download.value.save_as(tmp_path / "all.json")
    exported = json.loads((tmp_path / "all.json").read_text())
    assert [row["fields"]["verdict"] for row in exported if row["model"] == "claims.publication"] == ["false"]
    assert Publication.objects.count() == 1
    assert not page.refusals, page.refusals
