"""The readers' site in every language it ships, and content in languages of its own."""

import contextlib
import re
from io import BytesIO
from pathlib import Path

import html5lib
import polib
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from django.conf import settings
from django.template import engines
from django.template.base import Lexer, TokenType
from django.utils import translation

from tests import desk

LOCALE = Path(settings.BASE_DIR) / "claims" / "locale"
CATALOGS = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
DESK = sorted((LOCALE.parent / "templates").rglob("*.html"))
OF_THE_DESK = re.compile(
    r"claims/((desk|models|workflow|evidence_rules|interchange/imports|matching|templates)/"
    r"|(apps|roles|record/content_rules|text/(anchors|check_worthiness))\.py$)"
)
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
    """Every message that a template or a module marks for translation, as (text, plural), and the files that do."""
    template = tmp_path_factory.mktemp("messages") / "django.pot"
    keywords = ["-k", "gettext_lazy", "-k", "gettext_noop"]
    command = ["pybabel", "-q", "extract", "-F", "pyproject.toml", *keywords, "-o", str(template), "claims"]
    with contextlib.chdir(settings.BASE_DIR):
        CommandLineInterface().run(command)
    return {
        (entry.msgid, entry.msgid_plural): {file for file, _ in entry.occurrences}
        for entry in polib.pofile(str(template))
    }


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.parent.parent.name)
def test_every_message_marked_for_readers_is_in_the_catalog_and_none_that_nobody_marks(path, marked):
    for_readers = {message for message, files in marked.items() if not all(map(OF_THE_DESK.match, files))}
    assert {("Was it true?", ""), ("Mostly true", ""), ("Later", "")} <= for_readers
    assert ("<strong>%(shown)s</strong> claim", "<strong>%(shown)s</strong> claims") in for_readers
    known = {(entry.msgid, entry.msgid_plural) for entry in polib.pofile(str(path))}
    assert for_readers - known == set()
    assert known - set(marked) == set()


def test_messages_of_the_desks_templates_are_found_in_their_files(marked):
    templates = "claims/templates/admin/claims"
    assert marked["You are signed out", ""] == {f"{templates}/signed_out.html"}
    passages = "<strong>%(n)s passage</strong> is marked there.", "<strong>%(n)s passages</strong> are marked there."
    assert marked[passages] == {f"{templates}/article/merge.html"}


def test_what_is_extracted_is_what_django_looks_up(tmp_path, settings):
    """A plural and a trimmed text, a context, percent signs and the argument of a filter, all in a tiny catalog."""
    source = """{% load i18n %}
        {% translate "May, 5 %" context "month" %}
        {{ nobody|default:_("none") }}
            {% blocktranslate trimmed %}
                Some words
              and more
        {% endblocktranslate %}
        {% blocktranslate count n=2 %}One of 5 %{% plural %}{{ n }} of 5 %{% endblocktranslate %}"""
    catalog = Catalog(locale="eo")
    for _, message, _, context in extract("claims.extraction:django_template", BytesIO(source.encode())):
        marked_so = [f"«{text}»" for text in message] if isinstance(message, tuple) else f"«{message}»"
        catalog.add(message, marked_so, context=context)
    folder = tmp_path / "eo" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as compiled:
        write_mo(compiled, catalog)
    settings.LOCALE_PATHS = [tmp_path]
    with translation.override("eo"):
        shown = engines["django"].from_string(source).render()
    assert re.findall(r"\S.*", shown) == ["«May, 5 %»", "«none»", "«Some words and more»", "«2 of 5 %»"]


def unmarked(source):
    """Return what a person reads in a template of the desk, in texts or attributes, that no tag marks."""
    source = re.sub(r"{% block (bodyclass|coltype) %}.*?{% endblock", "", source)  # names of classes
    html, is_marked = "", False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK:
            is_marked = token.contents.startswith("blocktranslate") or (is_marked and token.contents == "plural")
        elif token.token_type == TokenType.TEXT and not is_marked:
            html += token.contents
    html = re.sub(r"<(script|style|kbd)\b.*?</\1>", "", html, flags=re.DOTALL)
    readable = re.findall(r'\s(?:title|aria-label|placeholder|alt)="([^"]*)"', html)
    readable += re.findall(r'<input type="submit" value="([^"]*)"', html)
    readable += re.findall(r'(?:\|default:|\|join:|{% firstof [^%]* )"([^"]*)"', source)
    readable += re.sub(r"<[^>]*>", "\n", html).splitlines()
    return [text.strip() for text in readable if re.search(r"[^\W\d_]", text.replace("Ctrl+S", ""))]


def test_no_template_of_the_desk_has_an_unmarked_text():
    assert unmarked('<b title="One">{% translate "x" %} two</b> {{ x|default:"three" }}') == ["One", "three", "two"]
    found = {path.name: texts for path in DESK if (texts := unmarked(path.read_text()))}
    assert found == {}


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


@pytest.mark.django_db
def test_russian_dates_end_a_sentence_once_and_months_stand_within_one(client):
    desk.published(desk.with_evidence(desk.claim(made_on="2024-11-01", made_on_precision="month")))
    assert "ноябрь 2024" in client.get("/ru/claims/").content.decode()
    assert "г.." not in client.get("/ru/data/").content.decode() + client.get("/ru/").content.decode()
