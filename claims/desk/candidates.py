"""The workbench's view of a text: its marks, and the sentences worth checking that nobody marked or dismissed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.desk.published_matches import DeskMatch
from claims.models import Appearance, Article
from claims.text import anchors, sentences
from claims.text.annotated import Part, Stretch, annotated
from claims.text.check_worthiness import WORTH_CHECKING, CheckWorthiness, check_worthiness


@dataclass(frozen=True)
class Candidate:
    """A sentence worth checking that nobody has marked or dismissed."""

    sentence: sentences.Sentence
    worth: CheckWorthiness
    match: DeskMatch | None = None  # a published claim that may answer it

    @property
    def span(self) -> str:
        return f"{self.sentence.start}:{self.sentence.end}"


@dataclass(frozen=True)
class MarkedStretch:
    """A run of text: whether it is marked, the numbers of the marks that end with it, the candidate it is of."""

    text: str
    is_marked: bool
    ending: str
    candidate: Candidate | None


@dataclass(frozen=True)
class TextPassage:
    """A paragraph of the text, with the marks and the candidates that begin in it."""

    start: int
    stretches: list[MarkedStretch]
    marks: list[tuple[int, Appearance]]
    candidates: list[Candidate]


def passages(part: Part, marks: list[Appearance], candidates: list[Candidate]) -> Iterator[TextPassage]:
    """Yield the paragraphs of a part, each with what stands beside it; marks are numbered in reading order."""
    spans: list[tuple[int | Candidate, tuple[int, int]]] = [
        (number, (mark.start or 0, mark.end or 0)) for number, mark in enumerate(marks, 1)
    ]
    spans += [(candidate, (candidate.sentence.start, candidate.sentence.end)) for candidate in candidates]
    numbered, proposed = list(enumerate(marks, 1)), list(candidates)
    for start, paragraph in part.paragraphs:
        end = start + len(paragraph)
        stretches = [_segment(stretch) for stretch in annotated(start, paragraph, spans)]
        here = [(number, mark) for number, mark in numbered if (mark.start or 0) < end]
        some = [candidate for candidate in proposed if candidate.sentence.start < end]
        numbered, proposed = numbered[len(here) :], proposed[len(some) :]
        yield TextPassage(start, stretches, here, some)


def _segment(stretch: Stretch[int | Candidate]) -> MarkedStretch:
    ending = " ".join(str(mark) for mark in stretch.ending if isinstance(mark, int))
    proposed = next((mark for mark in stretch.marks if isinstance(mark, Candidate)), None)
    return MarkedStretch(stretch.text, any(isinstance(mark, int) for mark in stretch.marks), ending, proposed)


def candidates_of(article: Article, part: Part, marks: list[Appearance]) -> Iterator[Candidate]:
    dismissed = set(article.dismissed_sentences.values_list("sentence_sha256", flat=True))
    spans = [(mark.start or 0, mark.end or 0) for mark in marks]
    text = article.text[part.start : part.end]
    for found in sentences.sentences(text, article.language):
        sentence = sentences.Sentence(found.start + part.start, found.end + part.start, found.text)
        is_marked = any(low < sentence.end and high > sentence.start for low, high in spans)
        if is_marked or anchors.sha256(sentence.text) in dismissed:
            continue
        worth = check_worthiness(sentence.text)
        if worth.points >= WORTH_CHECKING:
            yield Candidate(sentence, worth)
