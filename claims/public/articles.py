"""Articles with their claims marked in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from claims import record
from claims.evidence_rules.verdict_counts import Tally
from claims.models import Card, Publication
from claims.record import cards
from claims.search import Selection
from claims.search.filter_fields import end_of_day
from claims.text import anchors
from claims.text.annotated import Stretch, annotated
from claims.text.check_worthiness import WORTH_CHECKING, check_worthiness
from claims.text.sentences import sentences
from claims.vocabulary import CardKind, Verdict

MAX_MARKS = 500  # claims marked in one article
MAX_INDEX = 500  # entries of the index of articles
MAX_CHARACTERS = 100_000  # of a text whose checkable sentences are counted


@dataclass(frozen=True)
class Mark:
    """A claim in the article: its number in reading order, and its span (None where its quote is gone).

    `anchor` is what the words are reached by; the first of a claim's by its address.
    """

    number: int
    anchor: str
    publication: Publication
    appearance: record.AppearanceRecord
    span: tuple[int, int] | None


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph in stretches, and the marks that end in it, for its margin."""

    segments: list[Stretch[Mark]]
    marks: list[Mark]


class Coverage(NamedTuple):
    """How many sentences of a text can be checked, and in how many of them a checked claim stands."""

    checkable: int
    checked: int


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article with its claims marked in place: those that stand, or stood on the day `as_of`."""
    current = get_object_or_404(Card.objects.articles(), subject=slug)
    moment, problem = _moment(request)
    found = Card.objects.of(CardKind.ARTICLE, slug).as_of(moment) if moment else current
    if not current.text:
        found.text = ""
    publications = Publication.shown.as_of(moment) if moment else Publication.shown.current().with_recheck()
    reviews = publications.reviews().filter(articles=current.row_id).order_by("sequence")[:MAX_MARKS]
    paragraphs, marks = marked_paragraphs(found, [] if problem else list(reviews))
    context = {
        "article": found,
        "told": cards.parse(found.record),
        "paragraphs": paragraphs,
        "marks": marks,
        "unplaced": [mark for mark in marks if not mark.span],
        "by_verdict": [
            (verdict, chosen)
            for verdict in Verdict
            if (chosen := [mark for mark in marks if mark.publication.verdict == verdict])
        ],
        "tally": Tally.of((mark.publication.verdict, 1) for mark in marks if mark.publication.verdict),
        "coverage": coverage_of(found.text, [mark.span for mark in marks if mark.span]) if _is_english(found) else None,
        "problem": problem,
        "as_of": request.GET.get("as_of", "") if moment else "",
    }
    return render(request, "claims/article.html", context, status=400 if problem else 200)


def _is_english(article: Card) -> bool:
    """Whether the rule by which sentences are checkable knows the language of a text."""
    return str(article.record["language"]).partition("-")[0].lower() == "en"


def coverage_of(text: str, spans: Sequence[tuple[int, int]]) -> Coverage | None:
    """Return how much of a text is checked, told from the text and the marks alone; None where nothing can be said."""
    checkable = _checkable(text) if len(text) <= MAX_CHARACTERS else ()
    checked = [1 for start, end in checkable if any(start < last and first < end for first, last in spans)]
    return Coverage(len(checkable), len(checked)) if checkable else None


@lru_cache(maxsize=32)
def _checkable(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(
        (sentence.start, sentence.end)
        for sentence in sentences(text)
        if check_worthiness(sentence.text).points >= WORTH_CHECKING
    )


def _moment(request: HttpRequest) -> tuple[datetime | None, str]:
    """Return the end of the day that `as_of` names, if any, and what is wrong with it, if anything."""
    if "as_of" not in request.GET:
        return None, ""
    try:
        return end_of_day(request.GET["as_of"]), ""
    except ValidationError as error:
        return None, " ".join(error.messages)


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    counts = dict(Selection.standing().counted("articles"))
    found = Card.objects.articles().defer("text")[:MAX_INDEX]
    articles = [(card, counts.get(card.row_id, 0)) for card in found]
    return render(request, "claims/articles.html", {"articles": articles})


def marked_paragraphs(article: Card, reviews: Sequence[Publication]) -> tuple[list[MarkedParagraph], list[Mark]]:
    """Return the public text by paragraphs, and all marks in reading order."""
    text = article.text
    marks = _marks(article.subject, text, reviews)
    placed = [(mark, mark.span) for mark in marks if mark.span]
    paragraphs = []
    for start, paragraph in anchors.paragraphs(text):
        stretches = list(annotated(start, paragraph, placed))
        paragraphs.append(MarkedParagraph(stretches, [mark for stretch in stretches for mark in stretch.ending]))
    return paragraphs, marks


def _marks(slug: str, text: str, reviews: Sequence[Publication]) -> list[Mark]:
    found = [
        (_span(text, appearance), appearance, publication)
        for publication in reviews
        for appearance in record.parse(publication.record).appearances
        if appearance.article.slug == slug
    ]
    found.sort(key=lambda item: (item[0] is None, item[0] or (item[1].start or 0, 0), item[2].sequence))
    marks: list[Mark] = []
    times: Counter[str] = Counter()
    for number, (span, appearance, publication) in enumerate(found, 1):
        times[publication.slug] += 1
        again = f".{times[publication.slug]}" if times[publication.slug] > 1 else ""
        marks.append(Mark(number, f"claim-{publication.slug}{again}", publication, appearance, span))
    return marks


def _span(text: str, appearance: record.AppearanceRecord) -> tuple[int, int] | None:
    """Return where the quote stands now: the text may be newer than the publication."""
    try:
        found = anchors.locate(
            text, appearance.exact, prefix=appearance.prefix, suffix=appearance.suffix, start=appearance.start
        )
    except anchors.QuoteNotFoundError:
        return None
    return found.start, found.end
