"""How to cite one version of a review: in words, as BibTeX and as CSL-JSON. Pure.

The title says the verdict and the claim; all is in the language of reviews.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.record.headline import headline

_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {letter: f"\\{letter}" for letter in "&%$#_"}


def in_words(values: dict[str, Any]) -> str:
    """Return a citation as it stands in running text, without the address."""
    published = _published(values)
    with translation.override(settings.LANGUAGE_CODE):
        version = _("version %(number)s") % {"number": values["number"]}
        day = date_format(published.date())
    return f"{values['reviewer']['name']} ({published:%Y}). “{_title(values)}”, {version}, {day}."


def bibtex(values: dict[str, Any], url: str, site: str) -> str:
    """Return a BibTeX entry; letters that mean something to TeX are escaped."""
    published = _published(values)
    fields = {
        "author": f"{{{_tex(values['reviewer']['name'])}}}",  # inner braces: an organisation's name is not turned round
        "title": f"{{{_tex(_title(values))}}}",
        "howpublished": _tex(site),
        "year": f"{published:%Y}",
        "note": f"Version {values['number']}, {published:%Y-%m-%d}",
        "url": url,
    }
    rows = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{values['slug']}-v{values['number']},\n{rows}\n}}"


def csl_json(values: dict[str, Any], url: str, site: str) -> dict[str, Any]:
    """Return a CSL-JSON item (citeproc data schema 1.0)."""
    published = _published(values)
    return {
        "id": f"{values['slug']}-v{values['number']}",
        "type": "webpage",
        "author": [{"literal": values["reviewer"]["name"]}],
        "title": _title(values),
        "container-title": site,
        "version": str(values["number"]),
        "issued": {"date-parts": [[published.year, published.month, published.day]]},
        "URL": url,
        "language": settings.LANGUAGE_CODE,
    }


def _title(values: dict[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        return headline(values)


def _published(values: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(values["published_at"])


def _tex(text: str) -> str:
    return re.sub(r"[\\{}~^&%$#_]", lambda found: _TEX[found.group()], " ".join(text.split()))
