"""How texts and the vocabulary are shown on pages, and the engine of readers' pages (Jinja2) that shows them so.

A date or a number with a fraction never reaches a readers' page bare: the engine does not know how
a language writes it, so it refuses it; the filters `date`, `number` and `date_with_precision` do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
import nh3
import orjson
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import filesizeformat, floatformat, linebreaksbr, truncatechars
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from claims.record.headline import Review, review_in
from claims.scales import confidence_band
from claims.text.anchors import CONTEXT_CHARACTERS
from claims.vocabulary import VERDICT_FAMILY, ArticleStance, DatePrecision, Verdict, VerdictFamily

#: In the browser's tab, of readers' pages and the desk; written into the page, which saves a request.
ICON = mark_safe(
    "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2032%2032'%3E"
    "%3Crect%20width='32'%20height='32'%20rx='7'%20fill='%231d4f5c'/%3E"
    "%3Cpath%20d='M9%2016.5l5%205%209.5-11'%20fill='none'%20stroke='%23fff'%20stroke-width='3.5'"
    "%20stroke-linecap='round'%20stroke-linejoin='round'/%3E%3C/svg%3E"
)
_CITATION = re.compile(r"\[(\d{1,3})\](?![^<>]*>)")  # and not within a tag
_OWN_CLAIM = re.compile(rf"(?:{re.escape(settings.SITE_URL.rstrip('/'))}|(?<![\w/.:]))(/claims/[-\w]+/(?:v/\d+/)?)")
_markdown = MarkdownIt("commonmark", {"html": False})
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4", "hr"}
_MARKS = {
    "true": "✓",
    "mostly_true": "✓",
    "mixed": "◐",
    "mostly_false": "✕",
    "false": "✕",
    "misleading": "⚠",
    "unproven": "?",
    "outdated": "↻",
    "not_checkable": "–",
}


def markdown(text: str) -> SafeString:
    """Return Markdown as safe HTML: no raw HTML, no images, links that pass no rank."""
    html = nh3.clean(
        _markdown.render(text), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return mark_safe(html)  # noqa: S308 — cleaned by nh3


def with_citations(html: SafeString, count: int) -> SafeString:
    """Return HTML of ours in which [n], the place of one of so many items of evidence, leads to that item."""

    def link(found: re.Match[str]) -> str:
        return f'<a href="#evidence-{found[1]}">{found[0]}</a>' if 1 <= int(found[1]) <= count else found[0]

    return mark_safe(_CITATION.sub(link, html))  # noqa: S308 — a number in HTML that is safe already


def with_own_links(note: str) -> SafeString:
    """Return a public note as HTML in which the addresses of claims here, whole or from the slash on, are links."""
    parts = _OWN_CLAIM.split(note)
    html = format_html_join(
        "",
        "{}{}",
        (
            (text, format_html('<a href="{}">{}</a>', path, path) if path else "")
            for text, path in zip_longest(parts[::2], parts[1::2], fillvalue="")
        ),
    )
    return mark_safe(html)  # noqa: S308 — each part escaped above


def json_ld(document: dict[str, Any]) -> SafeString:
    """Return a JSON-LD script element: data, which no browser runs, with nothing in it that could end it."""
    text = json.dumps(document, ensure_ascii=False).translate({60: "\\u003C", 62: "\\u003E", 38: "\\u0026"})
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 — escaped above


def verdict_badge(verdict: str | None) -> SafeString:
    """Return a verdict as its sign and its word, coloured by its family."""
    return _badge(str(verdict or ""), get_language() or "")


@lru_cache(maxsize=200)
def _badge(verdict: str, language: str) -> SafeString:
    return format_html(
        '<span class="verdict" data-family="{}"><span aria-hidden="true">{}</span> {}</span>',
        verdict_family(verdict),
        verdict_mark(verdict),
        verdict_words(verdict),
    )


def verdict_words(verdict: str) -> str:
    return str(Verdict(verdict).label) if verdict else _("No verdict on our scale")


def verdict_family(verdict: str) -> str:
    return VERDICT_FAMILY[Verdict(verdict)].value if verdict else ""


def verdict_mark(verdict: str) -> str:
    """Return the sign that stands beside the verdict's word, so that colour is never alone."""
    return _MARKS.get(str(verdict), "")


def review(row: Any) -> Review:
    """Return the summary of a row of a list (`for_lists`) in the reader's language, where it is translated."""
    translations = orjson.loads(row.translations) if row.translations else ()
    values = {"summary": row.summary, "rationale": "", "translations": translations}
    return review_in(values, get_language() or "")


def article_stance_words(stance: str) -> str:
    """Return in words how an article stands to the claim it carries."""
    words = {
        ArticleStance.ASSERTS: _("the article asserts it"),
        ArticleStance.REPORTS: _("the article reports it"),
        ArticleStance.DISPUTES: _("the article disputes it"),
    }
    return words[ArticleStance(stance)]


def without_cut_word(context: str, *, at_end: bool = False) -> str:
    """Return what stands before a quote (or after it) without the word that its length cut in two."""
    if len(context) < CONTEXT_CHARACTERS:
        return context
    kept = context.rpartition(" ")[0] if at_end else context.partition(" ")[2]
    return kept or context


def confidence_words(confidence: int, scale: str) -> str:
    """Return a confidence of 0–100 in the words of its scale."""
    return confidence_band(confidence, scale).label


def date_with_precision(day: date | None, precision: str | None = None, until: date | None = None) -> str:
    """Return a date as precisely as it is known, or the first and last of a span."""
    if day and until:
        return f"{date_with_precision(day, precision)} – {date_with_precision(until, precision)}"
    formats = {DatePrecision.DAY: "DATE_FORMAT", DatePrecision.MONTH: "YEAR_MONTH_FORMAT", DatePrecision.YEAR: "Y"}
    return _written(day, formats[DatePrecision(precision or DatePrecision.DAY)], get_language() or "") if day else ""


def date_(moment: datetime, form: str = "DATE_FORMAT") -> str:
    """Return a moment in the site's time zone, as the language writes its day or in another of Django's forms."""
    local = localtime(moment)
    return _written(local.date() if form == "DATE_FORMAT" else local, form, get_language() or "")


@lru_cache(maxsize=20_000)
def _written(day: date, form: str, language: str) -> str:
    words = date_format(day, form)
    return words.lower() if (form, language) == ("YEAR_MONTH_FORMAT", "ru") else words  # within a sentence


def number(value: float, places: int = 0) -> str:
    """Return a number as the language writes it, a fraction rounded to so many places."""
    return _counted(value, get_language() or "") if isinstance(value, int) else floatformat(value, places)


@lru_cache(maxsize=10_000)
def _counted(count: int, language: str) -> str:
    return intcomma(count)


def url(name: str, *args: str | int, **query: Any) -> str:
    """Return the address of a page from slugs and numbers; `query` without what is empty stands behind it."""
    address = _address_form(name, len(args), get_language(), get_script_prefix()).format(*args)
    given = {key: value for key, value in query.items() if value}
    return f"{address}?{urlencode(given, quote_via=quote, safe='')}" if given else address


@lru_cache(maxsize=1_000)
def _address_form(name: str, count: int, language: str | None, prefix: str) -> str:
    """Return an address with {} for each argument: a page has some eighty, and reverse() takes its time."""
    stand_ins = [str(10_000_001 + place) for place in range(count)]  # each a slug and a number at once
    address = reverse(name, args=stand_ins)
    for stand_in in stand_ins:
        address = address.replace(stand_in, "{}")
    return address


def _gettext(message: str) -> str:
    return _translated(message, get_language())


@lru_cache(maxsize=5_000)
def _translated(message: str, language: str | None) -> str:
    return translation.gettext(message)


def _refused_bare(value: Any) -> Any:
    if isinstance(value, (date, float, Decimal)):
        raise TypeError(f"{value!r} has no language: write it with the filter date or number")
    return value


FILTERS: dict[str, Callable[..., Any]] = {
    "article_stance_words": article_stance_words,
    "with_citations": with_citations,
    "with_own_links": with_own_links,
    "without_cut_word": without_cut_word,
    "confidence_words": confidence_words,
    "date": date_,
    "date_with_precision": date_with_precision,
    "filesizeformat": filesizeformat,
    "json_ld": json_ld,
    "linebreaksbr": linebreaksbr,
    "markdown": markdown,
    "number": number,
    "review": review,
    "truncatechars": truncatechars,
    "verdict_badge": verdict_badge,
    "verdict_family": verdict_family,
    "verdict_mark": verdict_mark,
    "verdict_words": verdict_words,
}


def environment(**options: Any) -> jinja2.Environment:
    """Return the engine of readers' pages: strict, escaping, translating."""
    engine = jinja2.Environment(  # noqa: S701 — Django passes autoescape=True
        **options | {"undefined": jinja2.StrictUndefined},
        extensions=["jinja2.ext.i18n"],
        finalize=_refused_bare,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine.filters |= FILTERS
    engine.globals |= {"url": url, "static": static, "icon": ICON, "families": list(VerdictFamily)}
    engine.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    return engine
