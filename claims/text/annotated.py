"""An article's text for the workbench: in parts of whole paragraphs, cut at marks and candidates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from claims.admin.matched import DeskMatch
from claims.models import Appearance, Article
from claims.text import anchors, sentences

PART_CHARACTERS = 30_000  # of one page, to the end of the paragraph that passes it
LONGEST_WORD = 100  # characters by which a piece of a long paragraph may fall short of a part


@dataclass(frozen=True)
class Part:
    """Whole paragraphs of a text, with their place in it."""

    number: int
    start: int
    end: int
    paragraphs: list[tuple[int, str]]


@dataclass(frozen=True)
class Candidate:
    """A sentence worth checking that nobody has marked or dismissed."""

    sentence: sentences.Sentence
    worth: sentences.Worth
    match: DeskMatch | None = None  # a published claim that may answer it

    @property
    def span(self) -> str:
        return f"{self.sentence.start}:{self.sentence.end}"


@dataclass(frozen=True)
class Segment:
    """A run of text: whether it is marked, the numbers of the marks that end with it, the candidate it is of."""

    text: str
    is_marked: bool
    ending: str
    candidate: Candidate | None


def marked(part: Part, marks: list[Appearance], candidates: list[Candidate]) -> Iterator[tuple[int, list[Segment]]]:
    """Yield (start, segments) of each paragraph."""
    spans = [(mark.start or 0, mark.end or 0) for mark in marks]
    spans += [(candidate.sentence.start, candidate.sentence.end) for candidate in candidates]
    for start, paragraph in part.paragraphs:
        end = start + len(paragraph)
        near = [index for index, span in enumerate(spans) if span[0] < end and span[1] > start]
        segments, at = [], start
        for cut in anchors.segments(paragraph, [spans[index] for index in near], offset=start):
            at += len(cut.text)
            over = [near[index] for index in cut.marks]
            marking = [index for index in over if index < len(marks)]
            ending = " ".join(str(index + 1) for index in marking if spans[index][1] == at)
            proposed = next((candidates[index - len(marks)] for index in over if index >= len(marks)), None)
            segments.append(Segment(cut.text, bool(marking), ending, proposed))
        yield start, segments


def candidates_of(article: Article, part: Part, marks: list[Appearance]) -> Iterator[Candidate]:
    dismissed = set(article.dismissed_sentences.values_list("sentence_sha256", flat=True))
    spans = [(mark.start or 0, mark.end or 0) for mark in marks]
    text = article.text[part.start : part.end]
    for found in sentences.sentences(text, article.language):
        sentence = sentences.Sentence(found.start + part.start, found.end + part.start, found.text)
        is_marked = any(low < sentence.end and high > sentence.start for low, high in spans)
        if is_marked or anchors.sha256(sentence.text) in dismissed:
            continue
        worth = sentences.worth_checking(sentence.text)
        if worth.points >= sentences.WORTH_CHECKING:
            yield Candidate(sentence, worth)


def parts_of(text: str) -> list[Part]:
    parts: list[Part] = []
    held: list[tuple[int, str]] = []
    for start, paragraph in _pieces(text):
        held.append((start, paragraph))
        if start + len(paragraph) - held[0][0] >= PART_CHARACTERS - LONGEST_WORD:
            parts.append(_part(len(parts) + 1, held))
            held = []
    return [*parts, _part(len(parts) + 1, held)] if held else parts


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Yield (start, paragraph), a very long paragraph cut between words."""
    for first, paragraph in anchors.paragraphs(text):
        start, rest = first, paragraph
        while len(rest) > PART_CHARACTERS:
            cut = rest.rfind(" ", PART_CHARACTERS - LONGEST_WORD, PART_CHARACTERS) + 1 or PART_CHARACTERS
            yield start, rest[:cut]
            start, rest = start + cut, rest[cut:]
        yield start, rest


def _part(number: int, paragraphs: list[tuple[int, str]]) -> Part:
    last, words = paragraphs[-1]
    return Part(number, paragraphs[0][0], last + len(words), paragraphs)


def part_at(text: str, place: int) -> Part:
    parts = parts_of(text)
    return next((part for part in parts if place < part.end), parts[-1] if parts else Part(1, 0, 0, []))
