"""Public records as CSV, one row a claim, safe to open in a spreadsheet; and cells back to text. Pure.

The verdict is a code ("rated_false": a bare "false" is a Boolean to every spreadsheet and data library), words, and
its number on the scale from 1 (false) to 5 (true). A claim whose review was taken back is a row of that kind.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from claims.record.headline import answer
from claims.vocabulary import ENDINGS, VERDICT_RATING, Verdict

#: A cell that begins with one of these may be run as a formula, or is one that we protected.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
BOM = "\ufeff"


class CsvColumn(NamedTuple):
    """One column: its type (of Data Package), what it says, and how it is read from a record and our address."""

    type: str
    says: str
    read: Callable[[dict[str, Any], str], Any]


COLUMNS = {
    "uid": CsvColumn("string", "The claim's own number (UUID), the same in every version.", lambda v, _site: v["uid"]),
    "url": CsvColumn("string", "Its page here.", lambda v, site: f"{site}/claims/{v['slug']}/"),
    "number": CsvColumn("integer", "The version, from 1.", lambda v, _site: v["number"]),
    "kind": CsvColumn(
        "string", "What the version is: original, update, correction, addition, retraction or merger.",
        lambda v, _site: v["kind"],
    ),
    "statement": CsvColumn("string", "What is claimed.", lambda v, _site: v["statement"]),
    "claimant": CsvColumn("string", "Who claims it.", lambda v, _site: (v["claimant"] or {}).get("name")),
    "made_on": CsvColumn("date", "When it was claimed.", lambda v, _site: v["made_on"]),
    "made_on_precision": CsvColumn("string", "How exact: day, month or year.", lambda v, _site: v["made_on_precision"]),
    "made_until": CsvColumn("date", "The last day of a span.", lambda v, _site: v.get("made_until")),
    "event_on": CsvColumn("date", "When what it tells of happened.", lambda v, _site: v.get("event_on")),
    "event_until": CsvColumn("date", "The last day of a span.", lambda v, _site: v.get("event_until")),
    "event_precision": CsvColumn("string", "How exact that is.", lambda v, _site: v.get("event_precision")),
    "language": CsvColumn("string", "Of the statement (BCP 47).", lambda v, _site: v["language"]),
    "topics": CsvColumn("string", "Separated by semicolons.", lambda v, _s: ";".join(t["name"] for t in v["topics"])),
    "verdict": CsvColumn(
        "string", "Our verdict as a code, such as rated_false; empty where no review stands.",
        lambda v, _site: f"rated_{v['verdict']}" if _verdict_of(v) else "",
    ),
    "verdict_words": CsvColumn("string", "The same in words.", lambda v, _site: _verdict_words(v)),
    "verdict_number": CsvColumn(
        "integer", "From 1 (false) to 5 (true), for the verdicts on that scale.",
        lambda v, _site: VERDICT_RATING.get(_verdict_of(v)),
    ),
    "confidence": CsvColumn(
        "integer", "How sure we are of the verdict, 0 to 100.",
        lambda v, _site: v["confidence"] if _verdict_of(v) else None,
    ),
    "summary": CsvColumn("string", "The review in a sentence or two.", lambda v, _site: v["summary"]),
    "rationale": CsvColumn("string", "Why; [1] is the first piece of evidence.", lambda v, _site: v["rationale"]),
    "note": CsvColumn("string", "Why it was corrected or retracted.", lambda v, _site: v["note"]),
    "merged_into": CsvColumn("string", "Its successor.", lambda v, _s: (v.get("successor") or {}).get("slug")),
    "reviewer": CsvColumn("string", "Whose review it is.", lambda v, _site: v["reviewer"]["name"]),
    "rating": CsvColumn("string", "Another's rating as it stands.", lambda v, _s: _imported(v, "rating")),
    "review_url": CsvColumn("string", "The address of another's review.", lambda v, _site: _imported(v, "url")),
    "published_at": CsvColumn("datetime", "When this version was published.", lambda v, _site: v["published_at"]),
    "articles": CsvColumn(
        "string", "Addresses where it appeared, separated by spaces.",
        lambda v, _site: " ".join(item["article"]["url"] for item in v["appearances"] if item["article"]["url"]),
    ),
    "evidence": CsvColumn(
        "string", "Addresses of the evidence, separated by spaces.",
        lambda v, _site: " ".join(item["url"] for item in v["evidence"] if item["url"]),
    ),
}  # fmt: skip
#: By these a table is known to be ours, as it is written now or was before `verdict` said "rated_…".
MARKS = {"uid", "number", "kind", "statement", "verdict", "published_at", "evidence"}


def _imported(values: dict[str, Any], name: str) -> Any:
    return (values.get("imported") or {}).get(name)


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
    return write_rows(COLUMNS, ((column.read(values, site) for column in COLUMNS.values()) for values in documents))


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
