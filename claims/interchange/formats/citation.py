"""How to cite one version of a review: in words, as BibTeX and as CSL-JSON. Pure."""

from __future__ import annotations

import re
from typing import Any

from claims.record import Record

_TEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_TEX |= {letter: f"\\{letter}" for letter in "&%$#_"}


def bibtex(record: Record, url: str) -> str:
    """Return a BibTeX entry; letters that mean something to TeX are escaped."""
    fields = {
        "author": f"{{{_tex(record.reviewer.name)}}}",  # inner braces: an organisation's name is not turned round
        "title": f"Review of the claim: {_tex(record.statement)}",
        "year": f"{record.published_at:%Y}",
        "note": f"Version {record.number}, {record.published_at:%Y-%m-%d}",
        "url": url,
    }
    rows = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{record.slug}-v{record.number},\n{rows}\n}}"


def csl_json(record: Record, url: str) -> dict[str, Any]:
    """Return a CSL-JSON item (citeproc data schema 1.0)."""
    published = record.published_at
    return {
        "id": f"{record.slug}-v{record.number}",
        "type": "webpage",
        "author": [{"literal": record.reviewer.name}],
        "title": f"Review of the claim: {record.statement}",
        "version": str(record.number),
        "issued": {"date-parts": [[published.year, published.month, published.day]]},
        "URL": url,
        "language": record.language,
    }


def _tex(text: str) -> str:
    return re.sub(r"[\\{}~^&%$#_]", lambda found: _TEX[found.group()], " ".join(text.split()))
