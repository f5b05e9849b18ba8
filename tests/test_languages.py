"""The readers' site in every language it ships, and content in languages of its own."""

import contextlib
import re
from pathlib import Path

import html5lib
import polib
import pytest
from babel.messages.frontend import CommandLineInterface
from django.conf import settings
from django.utils import translation

from tests import desk

LOCALE = Path(settings.BASE_DIR) / "claims" / "locale"
CATALOGS = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
TRANSLATED = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def placeholders(text):
    return sorted(re.findall(r"%\(\w+\)s|%%|%s|</?\w+[^>]*>", text))


def test_every_language_on_offer_has_a_catalog():
    assert sorted(path.parent.parent.name for path in CATALOGS) == sorted(TRANSLATED)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_every_message_is_translated_with_its_placeholders_and_tags(path):
    for entry in polib.pofile(str(path)):
        texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        assert all(texts), entry.msgid
        assert not entry.fuzzy, entry.msgid
        allowed = [placeholders(entry.msgid), placeholders(entry.msgid_plural or entry.msgid)]
        assert all(placeholders(text) in allowed for text in texts), entry.msgid


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Every message that a template of the readers or a module marks for translation, as (text, plural)."""
    template = tmp_path_factory.mktemp("messages") / "django.pot"
    keywords = ["-k", "gettext_lazy", "-k", "gettext_noop"]
    command = ["pybabel", "-q", "extract", "-F", "pyproject.toml", *keywords, "-o", str(template), "claims"]
    with contextlib.chdir(settings.BASE_DIR):
        CommandLineInterface().run(command)
    return {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(template))}


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_every_marked_message_is_in_the_catalog(path, marked):
    assert {("Was it true?", ""), ("Mostly true", ""), ("Later", "")} <= marked
    assert ("<strong>%(shown)s</strong> claim", "<strong>%(shown)s</strong> claims") in marked
    known = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(path))}
    assert marked - known == set()
    assert known - marked == set()


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_the_compiled_catalog_is_that_of_the_source(path):
    source = {entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.pofile(str(path))}
    compiled = {
        entry.msgid: (entry.msgstr, entry.msgstr_plural) for entry in polib.mofile(str(path.with_suffix(".mo")))
    }
    assert compiled == source


@pytest.mark.django_db
class TestPages:
    def test_the_address_chooses_the_language_and_nothing_else_does(self, client):
        english = client.get("/claims/", headers={"accept-language": "ko"})
        assert b"Claims and verdicts" in english.content
        assert "Accept-Language" not in english.headers["Vary"]
        korean = client.get("/ko/claims/")
        assert korean.headers["Content-Language"] == "ko"
        assert '<html lang="ko" dir="ltr">' in korean.content.decode()
        assert "Claims and verdicts" not in korean.content.decode()

    def test_each_page_names_itself_in_every_language(self, client):
        publication = desk.published()
        for prefix in ("", "/ko", "/ru"):
            page = client.get(f"{prefix}/claims/{publication.slug}/?x=1").content.decode()
            links = re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page)
            here = f"/claims/{publication.slug}/?x=1"
            assert dict(links) == {
                "en-gb": f"http://testserver{here}",
                "x-default": f"http://testserver{here}",
                "ko": f"http://testserver/ko{here}",
                "ru": f"http://testserver/ru{here}",
            }

    def test_links_stay_in_the_language(self, client):
        publication = desk.published()
        page = client.get("/ru/claims/").content.decode()
        assert f'href="/ru/claims/{publication.slug}/"' in page

    @pytest.mark.parametrize("code", TRANSLATED)
    def test_dates_and_numbers_are_the_languages_and_pictures_are_not_broken_by_them(self, client, code):
        for _ in range(3):
            draft = desk.with_evidence(desk.claim())
            draft.topics.add(desk.topic())
            desk.published(draft)
        desk.published(desk.with_evidence(desk.claim(verdict="true", made_on="2024-03-30")))
        page = client.get(f"/{code}/").content.decode()
        for value in re.findall(r'<rect data-family="\w+"[^>]*? width="([^"]+)"', page):
            assert re.fullmatch(r"\d+(\.\d+)?", value)
        with translation.override(code):
            assert {"ko": "2025년", "ru": "2025 г."}[code] in page

    def test_what_is_reviewed_and_cited_is_the_same_in_every_language(self, client):
        publication = desk.published()
        plain = client.get(f"/claims/{publication.slug}/").content.decode()
        korean = client.get(f"/ko/claims/{publication.slug}/").content.decode()
        data = re.compile(r'<script type="application/ld\+json">.*?</script>')
        assert data.findall(plain) == data.findall(korean) != []

    def test_content_carries_its_own_language_and_direction(self, client):
        statement = "وصلت عشر سفن إلى الميناء."
        publication = desk.published(statement=statement, language="ar")
        page = html5lib.parse(
            client.get(f"/ko/claims/{publication.slug}/").content.decode(), namespaceHTMLElements=False
        )
        heading = page.find(".//h1")
        assert (heading.text, heading.get("lang"), heading.get("dir")) == (statement, "ar", "auto")
        summary = page.find(".//p[@class='summary']")
        assert (summary.get("lang"), summary.get("dir")) == (settings.LANGUAGE_CODE, "auto")

    def test_what_machines_fetch_has_one_address(self, client):
        publication = desk.published()
        assert client.get(f"/ko/claims/{publication.slug}/v/1/record.json").status_code == 404
        page = client.get(f"/ko/claims/{publication.slug}/").content.decode()
        assert f'href="/claims/{publication.slug}/v/1/record.json"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("prefix", "words"), [("", ""), ("/ko", "이 검증은 번역되지 않았습니다"), ("/ru", "Эта не переведена")]
)
def test_a_reader_of_another_language_is_told_what_language_a_review_is_in(client, prefix, words):
    publication = desk.published()
    page = client.get(f"{prefix}/claims/{publication.slug}/").content.decode()
    assert words in page if words else "is not translated" not in page


@pytest.mark.django_db
def test_a_site_whose_reviews_are_in_chinese_has_pages_in_other_languages(client, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    assert client.get("/ko/claims/").status_code == 200
