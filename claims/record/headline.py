"""A review in one line, the verdict before the claim: in titles, previews, feeds and citations. Pure."""

from __future__ import annotations

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


def _answer(values: dict[str, Any]) -> str:
    if values["kind"] == PublicationKind.RETRACTION:
        return _("Retracted")
    if values["kind"] == PublicationKind.MERGER:
        return _("Merged into another claim")
    imported = values.get("imported")
    if imported and imported["rating"]:
        return f"{imported['rating']} ({values['reviewer']['name']})"
    return str(Verdict(values["verdict"]).label) if values["verdict"] else _("No verdict on our scale")
