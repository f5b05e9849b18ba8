"""“Already checked?”: the published claims that answer a text, ranked, each with its reasons.

Candidates come from the search index (publications that share telling words) and from the vectors
(publications that mean the like, in any language that a sentence model here knows). Both kinds are
scored alike: BM25 over statement and summary, the share of the text's words that a claim has, and
the likeness of meaning. The weights were fitted on CheckThat! 2020 (training part); docs/matching.md
has the measurements. Nothing here links a text to a claim: people do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from claims import search
from claims.matching import embeddings, turn
from claims.matching.comparison import differences
from claims.matching.query_text import MAX_CHARACTERS, MAX_SUMMARY, QueryText, embedding_text
from claims.matching.scoring import ScoredPublication, Weights, likelihoods, rank, weights_of
from claims.models import Publication
from claims.text import anchors, sentences, stems
from claims.text.countries import countries_in
from claims.text.languages import language_of
from claims.vocabulary import MatchTier

__all__ = [
    "MAX_CHARACTERS",
    "METHODS",
    "NOTES",
    "MatchResult",
    "PublishedMatch",
    "QueryText",
    "ScoredPublication",
    "Weights",
    "as_json",
    "differences",
    "embedding_text",
    "likelihoods",
    "match",
    "passages",
    "rank",
    "text_sha256",
    "turn",
    "weights_of",
]

METHODS = ("lexical", "embedding", "fused")
#: Why words alone decided, as the desk and the command line say it.
NOTES = {
    "no_model": _("Compared by words only: the files of the sentence model are missing or changed."),
    "other_language": _("Compared by words only: no sentence model here knows the language."),
}
MAX_RESULTS = 20
#: Likeness of meaning that makes a match very likely; less will do with so many shared words, but not below the other.
CLOSE, NEAR, SHARED = 0.65, 0.5, 3
ONE_PASSAGE = 600  # characters up to which a text of several sentences is looked up as a whole, too, as a post is


@dataclass(frozen=True)
class PublishedMatch:
    """A published claim that may answer the text, and why."""

    publication: Publication
    likelihood: float  # 0 to 1
    tier: str
    shared: list[str]  # telling words of the text that the claim has
    overlap: float  # their weight among all of the text's
    similarity: float | None  # of meaning, -1 to 1
    mismatches: list[str]  # "negation", "numbers": the verdict does not carry over

    @property
    def is_likely_the_same(self) -> bool:
        """Whether it is very likely the same claim: not where one denies the other, or the numbers differ."""
        return self.tier == MatchTier.VERY_LIKELY and not self.mismatches

    @property
    def percent(self) -> int:
        return round(100 * self.likelihood)


@dataclass(frozen=True)
class MatchResult:
    """What was found for a text, best first, and how."""

    found: list[PublishedMatch]
    method: str
    note: str = ""  # why the model was not used

    @property
    def best(self) -> PublishedMatch | None:
        return self.found[0] if self.found else None


def match(text: str, *, language: str = "", limit: int = 5, method: str = "fused") -> MatchResult:
    """Return the standing reviews that answer a text, the very likely ones first, those at least suggested.

    Of a text MAX_CHARACTERS are read. The language is that of the text; empty, it is told from its letters and
    its commonest words. In a language that no model here knows, words alone decide, and `note` says so.
    """
    columns = search.latest_snapshot()
    note = ""
    language = language.partition("-")[0].lower() or language_of(text[:MAX_CHARACTERS])
    if method != "lexical" and (note := _why_not_model(language)):
        method = "lexical"
    ranked = rank(text, language, columns, method=method)
    chosen = [item for item in ranked[: min(limit, MAX_RESULTS)] if item.likelihood >= settings.MATCH_SUGGESTED]
    publications = Publication.shown.for_lists().filter(sequence__in=[item.sequence for item in chosen]).defer(None)
    by_sequence = {publication.sequence: publication for publication in publications}
    shown = [item for item in chosen if item.sequence in by_sequence]  # and not withheld since
    asked = _words(text)
    said = {item.sequence for item in shown if _words(by_sequence[item.sequence].statement) == asked}
    found = [
        _explained(item, by_sequence[item.sequence], text, is_another_said=bool(said - {item.sequence}))
        for item in shown
    ]
    return MatchResult(sorted(found, key=lambda match: match.tier != MatchTier.VERY_LIKELY), method, note)


def as_json(matched: MatchResult) -> dict[str, Any]:
    """Return what was found as JSON values."""
    return {
        "method": matched.method,
        "note": matched.note,
        "matches": [
            {
                "slug": found.publication.slug,
                "statement": found.publication.statement,
                "verdict": found.publication.verdict,
                "tier": found.tier,
                "likelihood": round(found.likelihood, 4),
                "similarity": None if found.similarity is None else round(found.similarity, 4),
                "overlap": round(found.overlap, 4),
                "shared_words": found.shared,
                "mismatches": found.mismatches,
            }
            for found in matched.found
        ],
    }


def passages(text: str, language: str = "") -> list[str]:
    """Return what of a text is asked about one by one: its sentences, and a short text of several as a whole, too."""
    plain = anchors.normalise(text)
    parts = [sentence.text for sentence in sentences.sentences(plain, language or language_of(plain) or "en")]
    return [*parts, " ".join(parts)] if len(parts) > 1 and len(plain) <= ONE_PASSAGE else parts


def text_sha256(text: str) -> str:
    """Return what a text is known by in the desk's decisions: the same for other blanks around its words."""
    return anchors.sha256(" ".join(text.split()))


def _why_not_model(language: str) -> str:
    if not embeddings.models():
        return "no_model"
    return "" if embeddings.that_know(language) else "other_language"


def _tier(item: ScoredPublication, publication: Publication, text: str) -> MatchTier:
    """Very likely is what stands out, is close in meaning or in words, and speaks of the same countries."""
    if item.likelihood < settings.MATCH_VERY_LIKELY:
        return MatchTier.SUGGESTED
    if item.similarity is not None and item.similarity < (NEAR if len(item.shared) >= SHARED else CLOSE):
        return MatchTier.SUGGESTED
    theirs = countries_in(text)
    ours = countries_in(f"{publication.statement} {publication.record['summary'][:MAX_SUMMARY]}")
    return MatchTier.SUGGESTED if theirs - ours else MatchTier.VERY_LIKELY


def _words(text: str) -> list[str]:
    return [stems.fold(word) for word in stems.WORD.findall(text[:MAX_CHARACTERS])]


def _pieces_of_numbers(text: str) -> set[str]:
    """Return what stands on either side of the commas and points in numbers: 12 and 000 of 12,000."""
    return set(re.findall(r"\d+(?=[.,]\d)|(?<=\d[.,])\d+", text))


def _explained(
    item: ScoredPublication, publication: Publication, text: str, *, is_another_said: bool
) -> PublishedMatch:
    """Return a find with its reasons; where the text is another claim word for word, this one is not that claim."""
    text = text[:MAX_CHARACTERS]
    tier = MatchTier.SUGGESTED if is_another_said else _tier(item, publication, text)
    pieces = _pieces_of_numbers(text)
    return PublishedMatch(
        publication,
        item.likelihood,
        tier,
        [word for word in item.shared if word not in pieces],
        item.overlap,
        item.similarity,
        differences(text, publication.statement),
    )
