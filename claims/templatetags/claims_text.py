"""How the vocabulary and texts are shown on pages."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import nh3
from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from claims.vocabulary import (
    VERDICT_FAMILY,
    ArticleStance,
    Credibility,
    DatePrecision,
    Reliability,
    Verdict,
    confidence_band,
)

register = template.Library()

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


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as safe HTML: no raw HTML, no images, links that pass no rank."""
    html = nh3.clean(
        _markdown.render(text), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}
    )
    return mark_safe(html)  # noqa: S308 — cleaned by nh3


@register.filter
def json_ld(document: dict[str, Any]) -> SafeString:
    """Return a JSON-LD script element: data, which no browser runs, with nothing in it that could end it."""
    text = json.dumps(document, ensure_ascii=False).translate({60: "\\u003C", 62: "\\u003E", 38: "\\u0026"})
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 — escaped above


@register.simple_tag
def choices_of(facet: Any, choices: list[Any]) -> SafeString:
    """Return choices of a filter, with their counts where there are any. In Python: a page has a hundred of them."""
    language = get_language() or ""
    return format_html_join(
        "\n",
        '<label class="choice"><input type="checkbox" id="{}-{}" name="{}" value="{}"{}>'
        ' <span class="choice-label" dir="auto">{}</span>{}</label>',
        (
            (
                facet.name,
                choice.value,
                facet.name,
                choice.value,
                " checked" if choice.value in facet.chosen else "",
                choice.label,
                "" if choice.count is None else _counted(choice.count, language),
            )
            for choice in choices
        ),
    )


@lru_cache(maxsize=10_000)
def _counted(count: int, language: str) -> SafeString:
    return format_html(' <span class="count">{}</span>', intcomma(count))


@register.filter
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


@register.filter
def verdict_words(verdict: str) -> str:
    return str(Verdict(verdict).label) if verdict else _("No verdict on our scale")


@register.filter
def verdict_family(verdict: str) -> str:
    return VERDICT_FAMILY[Verdict(verdict)].value if verdict else ""


@register.filter
def article_stance_words(stance: str) -> str:
    """Return in words how an article stands to the claim it carries."""
    words = {
        ArticleStance.ASSERTS: _("the article asserts it"),
        ArticleStance.REPORTS: _("the article reports it"),
        ArticleStance.DISPUTES: _("the article disputes it"),
    }
    return words[ArticleStance(stance)]


@register.filter
def verdict_mark(verdict: str) -> str:
    """Return the sign that stands beside the verdict's word, so that colour is never alone."""
    return _MARKS.get(str(verdict), "")


@register.filter
def confidence_words(confidence: int | None, scale: str = "none_low_med_high") -> str:
    """Return a confidence of 0–100 in the words of its scale."""
    return "" if confidence is None else confidence_band(confidence, scale).label


@register.filter
def reliability_words(letter: str) -> str:
    return str(Reliability(letter).label)


@register.filter
def credibility_words(number: str) -> str:
    return str(Credibility(number).label)


@register.filter
def date_with_precision(day: date | None, precision: str = DatePrecision.DAY) -> str:
    """Return a date as precisely as it is known."""
    formats = {DatePrecision.DAY: "DATE_FORMAT", DatePrecision.MONTH: "YEAR_MONTH_FORMAT", DatePrecision.YEAR: "Y"}
    return _day(day, formats[DatePrecision(precision)], get_language() or "") if day else ""


@register.filter
def local_date(moment: datetime) -> str:
    """Return the day of a moment, in the site's time zone."""
    return _day(localtime(moment).date(), "DATE_FORMAT", get_language() or "")


@lru_cache(maxsize=20_000)
def _day(day: date, form: str, language: str) -> str:
    return date_format(day, form)
