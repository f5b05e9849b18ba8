"""Public records as CSV, one row a claim, safe to open in a spreadsheet; and cells back to text. Pure.

The verdict is a code ("rated_false": a bare "false" is a Boolean to every spreadsheet and data library), words, and
its number on the scale from 1 (false) to 5 (true). A claim whose review was taken back is a row of that kind.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from claims.record.headline import answer
from claims.vocabulary import ENDINGS, VERDICT_RATING, Verdict

#: A cell that begins with one of these may be run as a formula, or is one that we protected.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
BOM = "\ufeff"

COLUMNS: dict[str, Callable[[dict[str, Any], str], Any]] = {
    "uid": lambda values, site: values["uid"],
    "url": lambda values, site: f"{site}/claims/{values['slug']}/",
    "number": lambda values, site: values["number"],
    "kind": lambda values, site: values["kind"],
    "statement": lambda values, site: values["statement"],
    "claimant": lambda values, site: (values["claimant"] or {}).get("name"),
    "made_on": lambda values, site: values["made_on"],
    "made_on_precision": lambda values, site: values["made_on_precision"],
    "made_until": lambda values, site: values.get("made_until"),
    "event_on": lambda values, site: values.get("event_on"),
    "event_until": lambda values, site: values.get("event_until"),
    "event_precision": lambda values, site: values.get("event_precision"),
    "language": lambda values, site: values["language"],
    "topics": lambda values, site: ";".join(topic["name"] for topic in values["topics"]),
    "verdict": lambda values, site: f"rated_{values['verdict']}" if _verdict_of(values) else "",
    "verdict_words": lambda values, site: _verdict_words(values),
    "verdict_number": lambda values, site: VERDICT_RATING.get(_verdict_of(values)),
    "confidence": lambda values, site: values["confidence"],
    "summary": lambda values, site: values["summary"],
    "rationale": lambda values, site: values["rationale"],
    "note": lambda values, site: values["note"],
    "merged_into": lambda values, site: (values.get("successor") or {}).get("slug"),
    "reviewer": lambda values, site: values["reviewer"]["name"],
    "rating": lambda values, site: (values.get("imported") or {}).get("rating"),
    "review_url": lambda values, site: (values.get("imported") or {}).get("url"),
    "published_at": lambda values, site: values["published_at"],
    "articles": lambda values, site: " ".join(
        item["article"]["url"] for item in values["appearances"] if item["article"]["url"]
    ),
    "evidence": lambda values, site: " ".join(item["url"] for item in values["evidence"] if item["url"]),
}


#: By these a table is known to be ours, as it is written now or was before `verdict` said "rated_…".
MARKS = {"uid", "number", "kind", "statement", "verdict", "published_at", "evidence"}


def _verdict_of(values: dict[str, Any]) -> Any:
    """Return the verdict of a review that stands; no program takes what a cell makes of it for a Boolean."""
    return None if values["kind"] in ENDINGS else values["verdict"]


def _verdict_words(values: dict[str, Any]) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        if verdict := _verdict_of(values):
            return _("Rated %(verdict)s") % {"verdict": str(Verdict(verdict).label).lower()}
        return answer(values)


def write(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield a header and a row for each record, in UTF-8 (RFC 4180); texts keep their line breaks."""
    return write_rows(COLUMNS, ((read(values, site) for read in COLUMNS.values()) for values in documents))


def write_rows(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[bytes]:
    """Yield a header and rows of any values; nothing in them is run by a spreadsheet."""
    buffer = StringIO()
    out = csv.writer(buffer)
    out.writerow(header)
    for row in rows:
        out.writerow(protect(_cell(value)) for value in row)
        if buffer.tell() > 32_768:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def write_with_bom(documents: Iterable[dict[str, Any]], site: str) -> Iterator[bytes]:
    """Yield the same with a byte order mark, by which Excel knows UTF-8."""
    yield BOM.encode()
    yield from write(documents, site)


def protect(text: str) -> str:
    """Put an apostrophe before what a spreadsheet might run; `restore` gives back the same text."""
    return f"'{text}" if text.startswith(_RISKY) else text


def restore(cell: str) -> str:
    """Return the text of a cell that `protect` made."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RISKY) else cell


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
