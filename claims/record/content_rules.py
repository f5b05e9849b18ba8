"""What a review should be read again for before it is published. It warns and never decides. Pure.

Each rule names a kind of fault that an audit of real reviews found; docs/editors.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.evidence_rules.confidence import Graded, suggest
from claims.evidence_rules.origins import origins
from claims.record.schema import EvidenceRecord, Record
from claims.scales import ConfidenceScale, confidence_band
from claims.vocabulary import VERDICT_RESTS_ON, Credibility, Reliability, Stance

FAR = 8  # points by which a confidence may differ from the rule's without a word
_HIGH = 70  # from here on confidence is high
_CITED = re.compile(r"\[(\d{1,3})\]")
_INDEPENDENT = re.compile(r"\b(?:independent(?:ly)?|two (?:sources|looks|reports)|several sources)\b", re.IGNORECASE)
_NOT_INDEPENDENT = re.compile(r"\b(?:no(?:t|thing)?|without|nor)\b[^.;]{0,40}\bindependent", re.IGNORECASE)
_SAID = (
    r"(?:\s+(?:\w+ly\s+)?(?:said|says|warned|warns|announced|announces|claimed|claims|stated|states|promised|told)\b)"
)
_IN_WORDS_OF = r"(?:['’]s? (?:letter|speech|statement|article|post)\b)"
_OF_THEIR_WORDS = r"\b(?:[Ii]n (?:his|her|their|a|the) (?:letter|speech|statement)|[Dd]uring (?:his|her|their) \w+)\b"


@dataclass(frozen=True)
class Caution:
    """One thing to look at: which rule, and what it found in words."""

    rule: str
    words: str


def cautions(document: Record) -> list[Caution]:
    """Return what a review of ours should be read again for, in the order of RULES; of a retraction nothing."""
    if document.is_ending or document.imported:
        return []
    return [Caution(name, words) for name, rule in RULES.items() for words in rule(document)]


def _confidence(document: Record) -> Iterator[str]:
    """The confidence is far from what the graded evidence suggests, and the rationale does not speak of confidence."""
    if document.confidence is None or "confidence" in document.rationale.lower():
        return
    traced = origins(document.trails)
    graded = [
        Graded(item.stance, item.reliability, item.credibility, origin)
        for item, origin in zip(document.evidence, traced, strict=True)
    ]
    suggested = suggest(document.verdict or "", graded)
    if suggested.confidence is not None and abs(suggested.confidence - document.confidence) > FAR:
        words = _("confidence is %(confidence)s; the graded evidence suggests %(suggested)s")
        yield words % {"confidence": document.confidence, "suggested": suggested.confidence}
    elif suggested.confidence is None and document.verdict in VERDICT_RESTS_ON:
        words = _("confidence is %(confidence)s; no evidence that is graded bears on the verdict")
        yield words % {"confidence": document.confidence}


def _independence(document: Record) -> Iterator[str]:
    """The words claim independence, and the evidence traces to one origin or to none that is named."""
    notes = [item.note for item in document.evidence]
    told = next((text for text in (document.summary, document.rationale, *notes) if _claims_independence(text)), "")
    found = document.independence
    if told and len(found.named) < 2:
        words = _("“%(words)s” is said, and the evidence names no origin")
        if found.only:
            words = _("“%(words)s” is said, and the evidence traces to one origin, %(origin)s")
        yield words % {"words": _INDEPENDENT.findall(told)[0], "origin": found.only}


def _claims_independence(text: str) -> bool:
    return bool(_INDEPENDENT.search(text)) and not _NOT_INDEPENDENT.search(text)


def _dates(document: Record) -> Iterator[str]:
    """An item is dated after the review; or has no date, publisher or origin, and its note does not speak of that."""
    reviewed = document.reviewed_at.date()
    late = [place for place, item in enumerate(document.evidence, 1) if (item.published_on or date.min) > reviewed]
    if late:
        found = ngettext(
            "evidence %(items)s is dated after the review", "evidence %(items)s are dated after the review", len(late)
        )
        yield found % {"items": _listed(late)}
    for name, words in (("published_on", "date"), ("publisher", "publisher"), ("origin", "origin")):
        missing = [place for place, item in enumerate(document.evidence, 1) if _lacks(item, name, words)]
        if missing:
            yield _without(name, missing)


def _without(name: str, places: list[int]) -> str:
    count = len(places)
    words = {
        "published_on": ngettext("evidence %(items)s is without date", "evidence %(items)s are without date", count),
        "publisher": ngettext(
            "evidence %(items)s is without publisher", "evidence %(items)s are without publisher", count
        ),
        "origin": ngettext("evidence %(items)s is without origin", "evidence %(items)s are without origin", count),
    }
    return words[name] % {"items": _listed(places)}


def _lacks(item: EvidenceRecord, name: str, words: str) -> bool:
    is_known = bool(getattr(item, name)) or (name == "origin" and item.traces_to is not None)
    return not is_known and words not in item.note.lower()


def _grades(document: Record) -> Iterator[str]:
    """What bears on the verdict is graded F or 6, the confidence is high, and the rationale speaks of no grade."""
    if "grade" in document.rationale.lower():
        return
    unjudged = [
        place
        for place, item in enumerate(document.evidence, 1)
        if item.stance != Stance.CONTEXT
        and (item.reliability == Reliability.F or item.credibility == Credibility.CANNOT_BE_JUDGED)
    ]
    if unjudged and document.confidence is not None and document.confidence >= _HIGH:
        band = confidence_band(document.confidence, ConfidenceScale.NONE_LOW_MED_HIGH).label
        words = ngettext(
            "evidence %(items)s is graded F or 6, and the confidence is %(confidence)s",
            "evidence %(items)s are graded F or 6, and the confidence is %(confidence)s",
            len(unjudged),
        )
        yield words % {"items": _listed(unjudged), "confidence": band}


def _quotation(document: Record) -> Iterator[str]:
    """A passage is shown as a quotation, and nothing says that the words are the article's own."""
    unknown = {item.article.title for item in document.appearances if item.article.rights is None}
    for title in sorted(unknown):
        words = _("whose words the passage of “%(title)s” is, is not said: the article's or those of our digest")
        yield words % {"title": title}


def _claimant(document: Record) -> Iterator[str]:
    """The statement says that somebody said it, and that person is the claimant: then the claim is the reporter's."""
    name = document.claimant.name if document.claimant else ""
    parts = [re.escape(part) for part in (name, *name.split()[-1:], *name.split()[:1]) if len(part) > 2]
    its_name = "|".join(parts)
    if not parts or not re.search(rf"\b(?:{its_name})\b", document.statement):
        return
    reports = (rf"\b(?:{its_name})(?:{_SAID}|{_IN_WORDS_OF})", _OF_THEIR_WORDS)
    if any(re.search(pattern, document.statement) for pattern in reports):
        yield _("the statement reports what %(name)s said: the claim is whose words report it") % {"name": name}


def _who_and_when(document: Record) -> Iterator[str]:
    """Nobody is named who made the claim; or no day on which it was made, and no reason why that is not known."""
    if document.claimant is None:
        yield _("no claimant is named: say who made the claim, where it is known")
    if document.made_on is None and not document.made_reason:
        yield _("no date is given on which it was claimed, and no reason why it is not known")


def _citation(document: Record) -> Iterator[str]:
    """The rationale names no item of the evidence by its place, or one that is not there."""
    cited = _cited(document.rationale)
    if document.evidence and not cited:
        yield _("the rationale cites no evidence: name items by their place, as [1]")
    if wrong := {number for number in cited if not 1 <= number <= len(document.evidence)}:
        yield _("the rationale cites %(items)s, which is not there") % {"items": _listed(wrong)}


def _translation(document: Record) -> Iterator[str]:
    """A translated rationale cites other evidence than the rationale does."""
    cited = _cited(document.rationale)
    for item in document.translations or ():
        there = _cited(item.rationale)
        if item.rationale and there != cited:
            named, known = (_listed(places) or _("nothing") for places in (there, cited))
            words = _("the translation (%(language)s) cites %(there)s, the rationale %(here)s")
            yield words % {"language": item.language, "there": named, "here": known}


def _cited(rationale: str) -> set[int]:
    return {int(number) for number in _CITED.findall(rationale)}


def _listed(places: Iterable[int]) -> str:
    return ", ".join(f"[{place}]" for place in sorted(places))


RULES: dict[str, Callable[[Record], Iterator[str]]] = {
    "confidence": _confidence,
    "independence": _independence,
    "dates and origins": _dates,
    "grades": _grades,
    "quotation": _quotation,
    "claimant": _claimant,
    "who and when": _who_and_when,
    "citation": _citation,
    "translation": _translation,
}
