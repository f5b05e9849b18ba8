"""The editors' desk in a real browser, by keyboard: ten claims marked, one through blind opinion to correction."""

import pytest

from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.management.commands.demo import FIXTURE
from claims.models import Appearance, Article, Claim, Publication, SecondOpinion, Suggestion
from claims.text import anchors
from tests import desk
from tests.journeys.browser import (
    accessibility_faults,
    already_signed_in,
    grade,
    needs_chromium,
    page,
    press,
    shot,
    step,
)

__all__ = ["page"]
pytestmark = [pytest.mark.django_db(transaction=True), needs_chromium]


def selected(page):
    return page.evaluate("getSelection().toString()").replace("\n\n", " ").strip()


def keys(page, *pressed):
    for key in pressed:
        page.keyboard.press(key)


@pytest.mark.slow
@pytest.mark.database("sqlite")  # the other one: test_publish_a_claim
def test_ten_claims_are_marked_by_keyboard_and_one_goes_to_publication_and_correction(page, live_server):
    site = live_server.url
    fixtures.bring_in(fixture.read(FIXTURE.read_bytes()), desk.importer())
    article = Article.objects.get()
    before = Claim.objects.count()
    editor, approver = desk.person("editor", "desk-editor"), desk.person("approver", "desk-approver")

    already_signed_in(page, site, editor)
    page.goto(f"{site}/admin/claims/article/{article.pk}/workbench/")
    for number in range(10):
        page.focus("#text")
        keys(page, "Home", *["j"] * (1 if number == 0 else 2), "]" if number % 3 == 2 else "[", "}")
        words = selected(page)
        assert len(words.split()) > 3
        page.keyboard.press("n")
        assert page.evaluate("document.activeElement.id") == "id_statement"
        if number == 9:
            page.fill("#id_statement", "Ten ships came to Rason in May 2024.")
        press(page, "#id_statement", "Control+Enter")
        assert page.inner_text(".messagelist").startswith("New claim")
        newest = Appearance.objects.order_by("pk").last()
        assert newest.exact.split() == words.split()
        assert article.text[newest.start : newest.end] == newest.exact
    assert Claim.objects.count() == before + 10
    shot(page, "workbench")

    made = Claim.objects.order_by("pk").last()
    address = f"{site}{made.get_absolute_url()}"
    page.goto(address)
    step(page, "start_review")
    page.select_option("#id_verdict", "false")
    page.fill("#id_confidence", "85")
    page.fill("#id_summary", "The harbour log lists no ship.")
    page.fill("#id_rationale", "The log of May lists **none**.")
    page.click("#evidence-group .add-row a")
    page.fill("#id_evidence-0-title", "Harbour log")
    grade(page, 0, stance="refutes", reliability="B", credibility="2")
    press(page, "#id_confidence")  # Enter in a field saves and stays
    assert "Suggested confidence: 78" in page.inner_text(".matrix")
    shot(page, "desk-form")
    step(page, "submit")

    already_signed_in(page, site, approver)
    page.goto(f"{site}/admin/")
    page.focus("#queue-to_approve a")
    shot(page, "dashboard")
    page.goto(address)
    assert "harbour log lists no ship" not in page.content()
    shot(page, "blind-opinion")
    page.select_option("select[name=verdict]", "mostly_false")
    page.fill("input[name=confidence]", "60")
    press(page, "button[name=give]")
    assert "Second opinion of desk-approver" in page.inner_text(".standing")
    page.goto(f"{address.replace('/change/', '/preview/')}")
    assert "The harbour log lists no ship." in page.inner_text("main")
    page.goto(address)
    press(page, "button[value=approve]")
    assert "Your own opinion was mostly false" in " ".join(page.inner_text(".step-dissent").split())
    press(page, ".step-buttons .default")
    assert SecondOpinion.objects.latest("created").editor_verdict == "false"

    already_signed_in(page, site, editor)
    page.goto(address)
    step(page, "recheck", reason="A second log turned up.")
    page.select_option("#id_verdict", "true")
    page.fill("#id_summary", "The second log lists all ten.")
    step(page, "correct", note="We had read one log only.")
    assert "awaiting approval" in page.inner_text(".messagelist")
    already_signed_in(page, site, approver)
    page.goto(address)
    press(page, "button[name=read]")
    assert "We had read one log only." in page.inner_text(".standing")
    page.goto(f"{address.replace('/change/', '/difference/')}")
    shot(page, "difference")
    page.goto(address)
    step(page, "approve")
    page.context.clear_cookies()
    page.goto(f"{site}/claims/{made.slug}/")
    assert "We had read one log only." in page.inner_text("main")
    kinds = Publication.objects.filter(claim_id=made.uid).order_by("number").values_list("kind", "verdict")
    assert list(kinds) == [("original", "false"), ("correction", "true")]
    assert not page.refusals, page.refusals


KEY = """([key, code, altKey]) => document.getElementById("text").dispatchEvent(
    new KeyboardEvent("keydown", { key, code, altKey, bubbles: true, cancelable: true }))"""


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("letters", ["ол", "ㅓㅏ", "تن"], ids=["Cyrillic", "Korean", "Arabic"])
def test_the_keys_of_the_workbench_work_on_every_layout(page, live_server, letters):
    article = desk.article(text="Ten ships came in May. Coal was on board. Nobody saw them.")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    page.focus("#text")
    down, up = letters
    for key, code, found in (
        (down, "KeyJ", "Ten ships came in May."),
        (down, "KeyJ", "Coal was on board."),
        (up, "KeyK", "Ten ships came in May."),
        ("х", "BracketLeft", "Ten ships came in May"),
        ("х", "BracketLeft", "Ten ships came in"),
    ):
        page.evaluate(KEY, [key, code, False])
        assert selected(page) == found
    page.evaluate(KEY, ["]", "Digit6", True])  # as a German or French keyboard of a Mac types it
    assert selected(page) == "Ten ships came in May"


@pytest.mark.database("sqlite")
def test_words_are_attached_to_the_claim_that_was_chosen_by_keyboard(page, live_server):
    article = desk.article(text="Ten ships came in May. Coal was on board. Nobody saw them.")
    made = desk.claim(statement="Coal was shipped.")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    page.click("#text p", position={"x": 5, "y": 5})
    keys(page, "j", "j")
    assert selected(page) == "Coal was on board."
    page.keyboard.press("e")
    page.keyboard.type("Coal")
    page.wait_for_selector(".select2-results__option--highlighted:has-text('Coal was shipped.')")
    page.keyboard.press("Enter")
    press(page, "#id_statement", "Control+Enter")
    assert page.inner_text(".messagelist").startswith("Attached to")
    assert made.appearances.get().exact == "Coal was on board."
    assert Claim.objects.count() == 1
    page.click("a:has-text('adjust')")
    page.wait_for_selector("input[name=adjust]", state="attached")
    assert selected(page) == "Coal was on board."


SENTENCE = "The ministry said that ten ships came, and nobody saw them in the harbour."


@pytest.mark.database("sqlite")
def test_a_quote_is_narrowed_to_a_part_of_its_sentence_by_keys_in_two_acts(page, live_server):
    article = desk.article(text=f"First words. {SENTENCE} Last words.")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    page.focus("#text")
    keys(page, "j", "j", "s")
    assert selected(page) == "The ministry said"
    keys(page, "s")
    assert selected(page) == "that ten ships came"
    keys(page, "s", "s")
    assert selected(page) == SENTENCE


@pytest.mark.database("sqlite")
def test_on_a_telephone_a_tap_takes_the_sentence_the_next_a_part_and_the_form_comes_up(page, live_server):
    article = desk.article(text=f"{SENTENCE} Last words.")
    already_signed_in(page, live_server.url, desk.person("editor"))
    cookies = page.context.cookies()
    browser = page.context.browser
    telephone = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    telephone.add_cookies(cookies)
    by_touch = telephone.new_page()
    by_touch.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    assert not by_touch.is_visible("#mark-form")
    assert by_touch.evaluate("document.documentElement.scrollWidth") == 390
    words = by_touch.locator("#text p")
    words.tap(position={"x": 40, "y": 10})
    assert by_touch.is_visible("#mark-form")
    assert by_touch.input_value("#id_exact") == SENTENCE
    words.tap(position={"x": 40, "y": 10})
    assert by_touch.input_value("#id_exact") == "The ministry said"
    by_touch.click("#mark-form button[name=mark].default")
    assert Claim.objects.get().statement == "The ministry said"
    telephone.close()


@pytest.mark.database("sqlite")
def test_claims_that_say_much_the_same_are_told_while_one_captures(page, live_server):
    published = desk.published(statement="Ten ships came to the harbour in May 2023.")
    article = desk.article(text="Reportedly ten ships came to the harbour in May 2023. Nobody saw them.")
    already_signed_in(page, live_server.url, desk.person("editor"))
    page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
    page.focus("#text")
    keys(page, "j", "n")
    press(page, "#alike button:has-text('Attach to this')")
    assert "Attached to" in page.inner_text(".messagelist")
    assert published.claim.appearances.count() == 1 and Claim.objects.count() == 1


@pytest.mark.database("sqlite")
def test_the_list_of_claims_fits_a_laptop_and_a_telephone(page, live_server):
    desk.awaiting(desk.with_evidence(desk.claim(statement="Ten ships came to the harbour in May. " * 3)))
    already_signed_in(page, live_server.url, desk.person("editor"))
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/admin/claims/claim/")
        inside = "name => document.querySelector(`#result_list ${name}`).getBoundingClientRect().right <= innerWidth"
        for column in (".field-assigned_to input", ".field-due_on input", ".field-shown_verdict"):
            assert page.evaluate(inside, column), (width, column)
        table = "[...document.querySelectorAll('.results')].every(one => one.scrollWidth <= one.clientWidth)"
        assert page.evaluate(table), width


@pytest.mark.slow
@pytest.mark.database("sqlite")
def test_axe_finds_nothing_wrong_with_any_page_of_the_desk(page, live_server):
    site = live_server.url
    article = desk.article(text="A ministry said that ten ships came in May 2023. Nobody saw them.")
    publication = desk.published(desk.with_evidence(desk.claim()))
    draft = desk.with_evidence(desk.claim(verdict=""))
    other = desk.article(slug="other", text="By a reporter. A ministry said that ten ships came in May 2023.")
    desk.appear(draft, article, "ten ships")
    desk.appear(draft, article, "Nobody saw them")
    Appearance.objects.filter(exact="Nobody saw them").update(anchor_state="gone", start=None, end=None)
    waiting = desk.awaiting()
    wanted = Suggestion.objects.create(text="Look at this.")
    source = desk.source()
    editor = desk.person("editor")
    already_signed_in(page, site, desk.person("administrator"))
    paths = [
        "",
        *(f"claims/{model}/" for model in ("claim", "article", "publication", "secondopinion", "suggestion")),
        *(f"claims/{model}/add/" for model in ("claim", "article")),
        *(f"claims/claim/{made.pk}/change/" for made in (draft, waiting, publication.claim)),
        f"claims/claim/{draft.pk}/change/?rows=2",
        f"claims/claim/{draft.pk}/history/",
        f"claims/claim/{draft.pk}/step/drop/",
        f"claims/claim/{publication.claim.pk}/step/retract/",
        f"claims/claim/{draft.pk}/delete/",
        f"claims/claim/{publication.claim.pk}/difference/",
        f"claims/claim/{publication.claim.pk}/preview/",
        "claims/claim/import/",
        f"claims/article/{article.pk}/change/",
        f"claims/article/{article.pk}/history/",
        f"claims/article/{article.pk}/workbench/",
        f"claims/article/{article.pk}/merge/?into={other.pk}",
        "claims/claim/?q=did+ten+vessels+arrive",
        "claims/alias/add/",
        f"claims/source/{source.pk}/change/",
        f"claims/suggestion/{wanted.pk}/change/",
        f"claims/publication/{publication.pk}/change/",
        f"auth/user/{editor.pk}/change/",
        "password_change/",
        "calendar/",
        "people/",
        f"people/{editor.pk}/",
        "inbox/",
    ]
    dark = {"", "calendar/", *(path for path in paths if path.startswith(("claims/claim/", "claims/article/")))}
    faults = []
    for path in paths:
        page.emulate_media(color_scheme="light")
        page.goto(f"{site}/admin/{path}")
        faults += accessibility_faults(page)
        if path in dark:
            page.emulate_media(color_scheme="dark")
            faults += accessibility_faults(page, "color-contrast")
    page.context.clear_cookies()
    page.goto(f"{site}/admin/login/")
    faults += accessibility_faults(page)
    assert faults == []
    assert not page.refusals, page.refusals


@pytest.mark.database("sqlite")
def test_a_selection_in_the_browser_is_counted_in_code_points(page, live_server):
    already_signed_in(page, live_server.url, desk.person("editor"))
    for number, (text, words) in enumerate(
        [
            ("😀😀 Ten 🚢 ships came. More 👩‍👩‍👧 left.", "Ten 🚢 ships"),
            ("김정은은 세 척의 배를 보았다. 그는 떠났다.", "세 척의"),
            ("وصلت عشر سفن إلى الميناء. ثم غادرت.", "عشر سفن"),
            ("Cafe\u0301 na\u0308ive x\u0323\u0302 came. It left.", "x\u0323\u0302 came"),
        ]
    ):
        article = desk.article(f"article-{number}", text=f"{text}\n\n{text}")
        quote = anchors.normalise(words)
        start = article.text.rindex(quote)
        page.goto(f"{live_server.url}/admin/claims/article/{article.pk}/workbench/")
        page.evaluate(
            """words => {
                const node = document.querySelector("#text .bench-passage:last-child p").firstChild;
                const at = node.data.indexOf(words);
                getSelection().setBaseAndExtent(node, at, node, at + words.length);
                document.getElementById("text").dispatchEvent(new MouseEvent("mouseup"));
            }""",
            quote,
        )
        press(page, "#id_statement", "Control+Enter")
        mark = article.appearances.get()
        assert (mark.exact, mark.start, mark.end) == (quote, start, start + len(quote))
