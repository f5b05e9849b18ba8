"""What differs between two public records, or two cards, field by field, in words. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, gettext_noop

from claims.record import (
    AppearanceRecord,
    EvidenceRecord,
    ImportedReview,
    Record,
    RelationRecord,
    ReplyRecord,
    SourceRef,
    TranslationRecord,
)
from claims.record.cards import AnyCard, ArticleCard
from claims.scales import confidence_band
from claims.vocabulary import DatePrecision, admiralty_grade


@dataclass(frozen=True)
class Difference:
    """One field that reads differently; "" where it stood or stands empty."""

    field: str
    old: str
    new: str


def differences(old: Record | None, new: Record) -> Iterator[Difference]:
    """Yield what a reader of the new record reads differently; all that is not empty when there is no old one.

    Number, kind, time and note differ by nature and are left out.
    """
    for name, words in _FIELDS.items():
        was, is_now = words(old) if old else "", words(new)
        if was != is_now:
            yield Difference(gettext(name), was, is_now)
    for name, rows in _ROWS.items():
        yield from _row_differences(name, rows(old) if old else {}, rows(new))


def card_differences(old: tuple[AnyCard, str] | None, new: tuple[AnyCard, str]) -> Iterator[Difference]:
    """Yield, for the desk, what two cards of one subject tell readers differently; each is given with its text."""
    for name, words in _CARD_FIELDS.items():
        was, is_now = words(*old) if old else "", words(*new)
        if was != is_now:
            yield Difference(name, was, is_now)


def _row_differences(name: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        was, is_now = old.get(key, ""), new.get(key, "")
        if was != is_now:
            yield Difference(f"{gettext(name)}: {key}", was, is_now)


def _source(source: SourceRef | None) -> str:
    return f"{source.name} ({source.slug}, {source.kind.label}) {source.url}".strip() if source else ""


def _date(day: date | None, precision: DatePrecision | None, until: date | None, reason: str | None = None) -> str:
    known = f"{day}" + (f" – {until}" if until else "") + (f" ({precision.label})" if precision else "") if day else ""
    return " ".join(part for part in (known, reason) if part)


def _original(review: ImportedReview | None) -> str:
    return " ".join(str(part) for part in (review.title, review.url, review.published_on) if part) if review else ""


def _confidence(record: Record) -> str:
    if record.confidence is None:
        return ""
    return f"{record.confidence} ({confidence_band(record.confidence, record.confidence_scale).label})"


_FIELDS: dict[str, Callable[[Record], str]] = {
    gettext_noop("Statement"): lambda record: record.statement,
    gettext_noop("Address"): lambda record: record.slug,
    gettext_noop("Claimant"): lambda record: _source(record.claimant),
    gettext_noop("Claim made on"): lambda record: _date(
        record.made_on, record.made_on_precision, record.made_until, record.made_reason
    ),
    gettext_noop("Date of the event"): lambda record: _date(
        record.event_on, record.event_precision, record.event_until
    ),
    gettext_noop("Language"): lambda record: record.language,
    gettext_noop("Topics"): lambda record: ", ".join(f"{topic.name} ({topic.slug})" for topic in record.topics),
    gettext_noop("Verdict"): lambda record: str(record.verdict.label) if record.verdict else "",
    gettext_noop("Confidence"): _confidence,
    gettext_noop("Confidence scale"): lambda record: (
        str(record.confidence_scale.label) if record.confidence is not None else ""
    ),
    gettext_noop("Summary"): lambda record: record.summary,
    gettext_noop("Rationale"): lambda record: record.rationale,
    gettext_noop("Reviewer"): lambda record: _source(record.reviewer),
    gettext_noop("Rating"): lambda record: record.imported.rating if record.imported else "",
    gettext_noop("Original review"): lambda record: _original(record.imported),
}


def _said(name: str) -> Callable[[AnyCard, str], str]:
    def words(card: AnyCard, text: str) -> str:
        value = getattr(card, name, None)
        return str(getattr(value, "label", value) or "")

    return words


_CARD_FIELDS: dict[str, Callable[[AnyCard, str], str]] = {
    "Name": _said("name"),
    "Kind": _said("type"),
    "Country": _said("country"),
    "Description": _said("description"),
    "Merged into": _said("merged_into"),
    "Title": _said("title"),
    "Authors": _said("authors"),
    "Publisher": lambda card, text: _source(getattr(card, "publisher", None)),
    "Address": _said("url"),
    "Archived copy": _said("archived_url"),
    "Published on": lambda card, text: (
        _date(card.published_on, card.published_on_precision, card.published_until, card.published_reason)
        if isinstance(card, ArticleCard)
        else ""
    ),
    "Read on": _said("accessed_on"),
    "Language": _said("language"),
    "Rights": _said("rights"),
    "Text": lambda card, text: text,
}


def _evidence(item: EvidenceRecord) -> str:
    parts = (
        item.stance.label,
        admiralty_grade(item.reliability, item.credibility),
        _source(item.publisher),
        str(item.published_on or ""),
        item.url,
        item.archived_url and gettext("archived: %s") % item.archived_url,
        item.origin and gettext("traces to %s") % item.origin,
        item.excerpt,
        item.note,
    )
    return "\n".join(str(part) for part in parts if part)


def _appearance(item: AppearanceRecord) -> str:
    article = item.article
    parts = (
        article.slug,
        f"{item.prefix}[{item.exact}]{item.suffix}",
        item.stance.label,
        item.attribution,
        item.reported and gettext("said by %s") % item.reported.name,
        article.is_digest and gettext("our digest, not the author’s words"),
        article.authors,
        _source(article.publisher),
        _date(article.published_on, article.published_on_precision, article.published_until, article.published_reason),
        article.language,
        article.url,
        article.archived_url and gettext("archived: %s") % article.archived_url,
        article.accessed_on and gettext("read on %s") % article.accessed_on,
    )
    return "\n".join(str(part) for part in parts if part)


def _reply(item: ReplyRecord) -> str:
    parts = (item.channel, str(item.answered_on or gettext("no answer")), item.answer)
    return "\n".join(part for part in parts if part)


def _translation(item: TranslationRecord) -> str:
    return "\n\n".join(part for part in (item.summary, item.rationale) if part)


def _relation(item: RelationRecord) -> str:
    return item.statement


def _keyed[Row](rows: tuple[Row, ...], key: Callable[[Row], str], words: Callable[[Row], str]) -> dict[str, str]:
    """Return rows by key; a key that comes again is numbered."""
    found: dict[str, str] = {}
    for row in rows:
        name, number = key(row), 2
        while name in found:
            name, number = f"{key(row)} ({number})", number + 1
        found[name] = words(row)
    return found


_ROWS: dict[str, Callable[[Record], dict[str, str]]] = {
    gettext_noop("Evidence"): lambda record: _keyed(record.evidence, lambda item: item.title, _evidence),
    gettext_noop("Right of reply"): lambda record: _keyed(
        record.replies or (), lambda item: f"{item.asked.name}, {item.asked_on}", _reply
    ),
    gettext_noop("Appearance"): lambda record: _keyed(record.appearances, lambda item: item.article.title, _appearance),
    gettext_noop("Relation"): lambda record: _keyed(
        record.relations, lambda item: f"{item.kind.label} {item.slug}", _relation
    ),
    gettext_noop("Translation"): lambda record: _keyed(
        record.translations or (), lambda item: item.language, _translation
    ),
}
