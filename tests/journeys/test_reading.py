"""A reader in a real browser: by keyboard, by eye in light and dark, on a telephone, enlarged, in three languages."""

import os

import pytest

from claims.models import Page, Suggestion
from tests import desk
from tests.journeys.browser import SCREENSHOTS, accessibility_faults, needs_chromium, page

__all__ = ["page"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database("sqlite"), needs_chromium]

#: WCAG 2.2, 2.5.8: a target is 24 CSS pixels each way, or stands in a sentence, or has room around it.
SMALL_TARGETS = """
    [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary")].filter(element => {
        const box = element.getBoundingClientRect();
        if (!box.width || element.closest(".unseen, .skip")) return false;
        const inSentence = getComputedStyle(element).display === "inline"
            && element.closest("p, li, dd, figcaption, blockquote, td, h1, h2, h3, sup");
        const label = element.closest("label");
        const size = label ? label.getBoundingClientRect() : box;
        return !inSentence && (size.width < 24 || size.height < 24);
    }).map(element => location.pathname + " " + element.outerHTML.slice(0, 90))
"""


@pytest.fixture
def site(live_server):
    """Claims of every kind that a page can show, one of them in Arabic."""
    draft = desk.with_evidence(desk.claim(statement="Ten ships came in May."), url="https://example.org/log")
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships", attribution="said")
    first = desk.published(draft)
    desk.republished(first, verdict="true", summary="Ten did come.")
    arabic = desk.with_evidence(desk.claim(statement="وصلت عشر سفن إلى الميناء.", language="ar", verdict="mixed"))
    arabic.topics.add(desk.topic())
    desk.appear(arabic, desk.article(), "coal was on board")
    desk.published(arabic)
    gone = desk.published(verdict="misleading")
    desk.retracted(gone.claim, "It was another port.")
    Page.objects.create(name="about", text="We are three people.\n\n- one\n- two")
    live_server.slug, live_server.arabic, live_server.gone = first.slug, arabic.slug, gone.slug
    return live_server


def paths(site):
    asked = Suggestion.objects.create(text="Look at this.")
    return [
        "", "claims/", "claims/?q=nothing", "claims/?verdict=bogus", "claims/?as_of=2001-01-01",
        f"claims/{site.slug}/", f"claims/{site.slug}/v/1/", f"claims/{site.slug}/v/2/", f"claims/{site.arabic}/",
        f"claims/{site.gone}/", f"claims/{site.slug}/?as_of=2001-01-01", f"claims/{site.slug}/card/",
        "articles/", "articles/an-article/", "articles/an-article/?as_of=2001-01-01", "sources/ministry/",
        "topics/", "topics/treaty/", "topics/treaty/timeline/", "corrections/", "methodology/", "about/", "contact/",
        "suggest/", f"suggest/?claim={site.slug}", f"suggest/{asked.uid}/", "nothing/",
    ]  # fmt: skip


@pytest.mark.slow
def test_axe_finds_nothing_wrong_with_any_page(page, site):
    faults = []
    for path in paths(site):
        page.emulate_media(color_scheme="light")
        page.goto(f"{site.url}/{path}")
        faults += accessibility_faults(page)
        page.emulate_media(color_scheme="dark")
        faults += accessibility_faults(page, "color-contrast")
    assert faults == []
    assert not page.refusals, page.refusals


@pytest.mark.slow
def test_every_page_fits_a_telephone_and_twice_the_size_and_its_targets_can_be_hit(page, site):
    faults = []
    for path in paths(site):
        page.goto(f"{site.url}/{path}")
        for width in (1280, 640, 320):  # 640 is 1280 at 200 %, 320 at 400 % (WCAG 1.4.4, 1.4.10)
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                faults.append(f"/{path} scrolls sideways at {width}")
            faults += page.evaluate(SMALL_TARGETS)
    assert faults == []


def test_a_claim_is_found_and_narrowed_by_keyboard_alone(page, site):
    page.goto(f"{site.url}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("came in May")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".card").count() == 1

    page.goto(f"{site.url}/claims/")
    page.focus("#verdict-mixed")
    assert page.locator(".card").count() == 2
    page.keyboard.press("Space")
    page.wait_for_url("**/claims/?*verdict=mixed*")
    page.wait_for_function("document.querySelectorAll('.card').length === 1")
    assert page.evaluate("document.activeElement.id") == "verdict-mixed"  # the place is kept while the list changes
    assert page.locator("[role=status] .chip").count() == 1
    assert page.locator(".card h2").inner_text() == "وصلت عشر سفن إلى الميناء."
    with page.expect_navigation():
        page.press(".card h2 a", "Enter")
    assert "Mixed" in page.locator(".answer").inner_text()
    page.go_back()
    assert page.locator(".card").count() == 1
    assert not page.refusals, page.refusals


def test_arabic_stands_from_right_to_left_in_every_language(page, site):
    for prefix in ("", "ko/", "ru/"):
        page.goto(f"{site.url}/{prefix}claims/{site.arabic}/")
        assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
        assert page.evaluate("getComputedStyle(document.querySelector('.summary')).direction") == "ltr"


def test_a_claim_in_an_article_and_its_note_lead_to_each_other(page, site):
    page.goto(f"{site.url}/articles/an-article/")
    page.click(f"#claim-{site.slug}")
    assert page.evaluate("document.querySelector(':target').id") == "mark-1"
    page.click("#mark-1 .back")
    assert page.evaluate("document.querySelector(':target').id") == f"claim-{site.slug}"


def test_motion_and_print_are_as_the_reader_wants_them(page, site):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site.url}/claims/{site.slug}/")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    page.emulate_media(media="print")
    assert not page.locator(".masthead").is_visible()
    assert page.locator("details.grade p").first.is_visible()
    assert page.locator("code", has_text="sha256sum").first.is_visible()


@pytest.mark.parametrize("path", ["claims/", "claims/{slug}/"])
def test_a_page_is_small_and_comes_from_us_alone(page, site, path):
    sent = []
    page.on("requestfinished", lambda request: sent.append((request.url, request.sizes())))
    page.goto(f"{site.url}/{path.format(slug=site.slug)}")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(site.url) for url, _ in sent)
    assert len(sent) <= 4, sent  # the page, the colours it shares with the desk, its style, htmx for lists


def test_nothing_scrolls_sideways_in_any_language(page, site):
    """Nothing scrolls sideways in any language; with SCREENSHOTS set, pictures are kept to be looked at."""
    for language in ("", "ko/", "ru/"):
        for name, path in {"home": "", "list": "claims/", "claim": f"claims/{site.slug}/"}.items():
            page.goto(f"{site.url}/{language}{path}")
            for width in (1280, 768, 360):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                for scheme in ("light", "dark") if "SCREENSHOTS" in os.environ else ():
                    SCREENSHOTS.mkdir(exist_ok=True)
                    page.emulate_media(color_scheme=scheme)
                    picture = f"reader-{name}-{language.strip('/') or 'en'}-{width}-{scheme}.png"
                    page.screenshot(path=SCREENSHOTS / picture, full_page=True)


def test_on_a_telephone_the_first_screen_answers_a_search_and_filters_stay_open_while_one_chooses(page, site):
    desk.published(statement="Coal came by train.", verdict="true")
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site.url}/claims/?q=ships&verdict=true")
    first = page.locator("#results .card").first
    assert first.bounding_box()["y"] + 40 < 844
    assert page.inner_text("#filters > summary") == "Filters (1)"
    page.goto(f"{site.url}/claims/")
    page.click("#filters > summary")
    page.check("#verdict-true")
    page.wait_for_selector("text=Filters (1)")
    page.check("#verdict-mixed")
    page.wait_for_selector("text=Filters (2)")
    assert page.is_visible("#verdict-mixed")
    assert page.url == f"{site.url}/claims/?verdict=true&verdict=mixed"
    page.click(".apply a")
    assert page.locator("#results .card").first.bounding_box()["y"] < 844


def test_the_link_of_a_claim_is_copied(page, site):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site.url}/claims/{site.slug}/")
    page.click("button.copy")
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}/claims/{site.slug}/"
    assert not page.refusals
