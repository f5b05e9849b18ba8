"""A review in one line, the verdict before the claim, and its words in the reader's language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from claims.vocabulary import PublicationKind, Verdict


def answer(values: dict[str, Any], *, is_superseded: bool = False) -> str:
    """Return what a record's JSON values conclude, in the reader's language; of a version that was followed, once.

    Another organisation's review is told in its own words, with its name.
    """
    said = _answer(values)
    return _("Superseded (then: %(verdict)s)") % {"verdict": said} if is_superseded else said


def answer_in_our_words(values: dict[str, Any]) -> str:
    """Return the same in the language of reviews, for files."""
    with translation.override(settings.LANGUAGE_CODE):
        return answer(values)


def headline(values: dict[str, Any], *, is_superseded: bool = False) -> str:
    """Return the line of a record."""
    return f"{answer(values, is_superseded=is_superseded)}: {values['statement']}"


@dataclass(frozen=True)
class Review:
    """The words of a review in one language; the rationale may have stayed in another."""

    language: str
    summary: str
    rationale: str
    rationale_language: str


def review_in(values: dict[str, Any], language: str) -> Review:
    """Return the review in a record's JSON values in a language, or as it was written where it is not translated."""
    ours, rationale = settings.LANGUAGE_CODE, values["rationale"]
    translations = () if language == ours else values.get("translations") or ()
    told = next((item for item in translations if item["language"] == language), None)
    if told is None:
        return Review(ours, values["summary"], rationale, ours)
    if told["rationale"]:
        return Review(language, told["summary"], told["rationale"], language)
    return Review(language, told["summary"], rationale, ours)


def reviewed_in(values: dict[str, Any]) -> dict[str, Any]:
    """Return number, kind, note and time of the version that holds the review: of an addition, the one it adds to."""
    return values.get("reviewed") or values


def languages_of(values: dict[str, Any]) -> list[str]:
    """Return the site's languages in which a review exists, the one it was written in first."""
    told = {settings.LANGUAGE_CODE, *(item["language"] for item in values.get("translations") or ())}
    return sorted(told & dict(settings.LANGUAGES).keys(), key=lambda code: (code != settings.LANGUAGE_CODE, code))


def _answer(values: dict[str, Any]) -> str:
    if values["kind"] == PublicationKind.RETRACTION:
        return _("Retracted")
    if values["kind"] == PublicationKind.MERGER:
        return _("Merged into another claim")
    imported = values.get("imported")
    if imported and imported["rating"]:
        return f"{imported['rating']} ({values['reviewer']['name']})"
    return str(Verdict(values["verdict"]).label) if values["verdict"] else _("No verdict on our scale")
