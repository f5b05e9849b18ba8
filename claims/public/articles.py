"""Articles with their claims marked in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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
from claims.vocabulary import CardKind, Verdict

MAX_MARKS = 500  # claims marked in one article
MAX_INDEX = 500  # entries of the index of articles


@dataclass(frozen=True)
class Mark:
    """A claim in the article: its number in reading order, and its span (None where its quote is gone)."""

    number: int
    publication: Publication
    appearance: record.AppearanceRecord
    span: tuple[int, int] | None


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph in stretches, and the marks that end in it, for its margin."""

    segments: list[Stretch[Mark]]
    marks: list[Mark]


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
        "problem": problem,
        "as_of": request.GET.get("as_of", "") if moment else "",
    }
    return render(request, "claims/article.html", context, status=400 if problem else 200)


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
    return [
        Mark(number, publication, appearance, span) for number, (span, appearance, publication) in enumerate(found, 1)
    ]


def _span(text: str, appearance: record.AppearanceRecord) -> tuple[int, int] | None:
    """Return where the quote stands now: the text may be newer than the publication."""
    try:
        found = anchors.locate(
            text, appearance.exact, prefix=appearance.prefix, suffix=appearance.suffix, start=appearance.start
        )
    except anchors.QuoteNotFoundError:
        return None
    return found.start, found.end
