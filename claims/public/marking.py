"""An article's text with its published claims marked in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims import record
from claims.models import Article, Publication
from claims.text import anchors


@dataclass(frozen=True)
class Mark:
    """A claim in the article: its number in reading order, and its span (None where its quote is gone)."""

    number: int
    publication: Publication
    appearance: record.AppearanceRecord
    span: tuple[int, int] | None


@dataclass(frozen=True)
class MarkedSegment:
    """A run of text; the marks over it, and those that end with it."""

    text: str
    marks: list[Mark]
    ending: list[Mark]


@dataclass(frozen=True)
class MarkedParagraph:
    """A paragraph in segments, and the marks that end in it, for its margin."""

    segments: list[MarkedSegment]
    marks: list[Mark]


def marked_paragraphs(article: Article, reviews: Sequence[Publication]) -> tuple[list[MarkedParagraph], list[Mark]]:
    """Return the public text by paragraphs, and all marks in reading order."""
    text = article.public_text
    marks = _marks(article.slug, text, reviews)
    placed = [mark for mark in marks if mark.span]
    spans = [mark.span for mark in placed if mark.span]
    paragraphs = []
    for start, paragraph in anchors.paragraphs(text):
        position, segments = start, []
        for segment in anchors.segments(paragraph, spans, offset=start):
            position += len(segment.text)
            over = [placed[index] for index in segment.marks]
            ending = [mark for mark in over if mark.span and mark.span[1] == position]
            segments.append(MarkedSegment(segment.text, over, ending))
        ending = [mark for segment in segments for mark in segment.ending]
        paragraphs.append(MarkedParagraph(segments, ending))
    return paragraphs, marks


def _marks(slug: str, text: str, reviews: Sequence[Publication]) -> list[Mark]:
    found = []
    for publication in reviews:
        for appearance in record.parse(publication.record).appearances:
            if appearance.article.slug == slug:
                found.append((_span(text, appearance), appearance, publication))
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
