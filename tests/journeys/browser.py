"""A real browser for the journeys: headless Chromium, screenshots, sign-in as people do it."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from tests.conftest import forget_connection

CHROMIUM = Path("/usr/bin/chromium")
SCREENSHOTS = Path(__file__).resolve().parents[2] / "screenshots"

#: The elements that reach past the window, for the message of a failure.
STICKING_OUT = """
    [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth + 1)
        .map(element => element.outerHTML.slice(0, 120)).slice(0, 8)
"""

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="No Chromium here: apt-get install chromium")


@pytest.fixture
def page(monkeypatch):
    """A page that notes what the Content-Security-Policy refused and what scripts threw."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs an event loop in this thread
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=options)
        page = browser.new_page(viewport={"width": 1280, "height": 900}, accept_downloads=True)
        page.set_default_timeout(15_000)
        page.refusals = []
        page.on("console", lambda message: page.refusals.append(message.text) if "Policy" in message.text else None)
        page.on("pageerror", lambda error: page.refusals.append(str(error)))
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


def already_signed_in(page: Page, site: str, user) -> None:
    """Give the browser the user's session, as after signing in."""
    client = Client()
    client.force_login(user)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])


def choose(page: Page, select: str, words: str) -> None:
    """Pick from one of the admin's autocomplete fields as a person does."""
    page.click(f"{select} + .select2 .select2-selection")
    page.fill(".select2-search__field", words)
    page.click(f".select2-results__option:has-text('{words}')")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Press a key on something and wait for the page that follows."""
    with page.expect_navigation():
        page.press(selector, key)


def step(page: Page, name: str, **given: str) -> None:
    """Press the button of a step, and confirm it with some words on the page that it leads to."""
    press(page, f"button[name=_step][value={name}]")
    if page.locator("#step-form").count():
        for field, words in given.items():
            page.fill(f"#step-{field}", words)
        press(page, ".step-buttons .default")


def grade(page: Page, row: int, *, stance: str, reliability: str, credibility: str) -> None:
    """Choose among the short buttons of a row of evidence."""
    for name, value in (("stance", stance), ("reliability", reliability), ("credibility", credibility)):
        page.check(f"[name=evidence-{row}-{name}][value='{value}']")


def shot(page: Page, name: str) -> None:
    """Look at desktop and telephone width: neither may scroll sideways; with SCREENSHOTS set, keep pictures."""
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        if "SCREENSHOTS" in os.environ:
            SCREENSHOTS.mkdir(exist_ok=True)
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (
            name,
            width,
            page.evaluate(STICKING_OUT),
        )
    page.set_viewport_size({"width": 1280, "height": 900})


def accessibility_faults(page: Page, *rules: str) -> list[str]:
    """Return what axe finds wrong with the page, by all rules or by these alone, as rule and element."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url}: {fault['id']}: {node['target']} {node['failureSummary'][:300]}"
        for fault in found
        for node in fault["nodes"]
    ]
