"""Which column of somebody's table means what: guessed from its name, or given in a file. Pure."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.interchange.formats import csv
from claims.interchange.formats.external_review import ExternalReview, SheetRow
from claims.interchange.imports import claimreview_reader
from claims.interchange.imports.files import UnreadableError
from claims.vocabulary import ENDINGS

FIELDS = tuple(field.name for field in fields(ExternalReview))
#: Column names that are known to mean a field; the first that occurs counts. Case, blanks and signs do not.
KNOWN = {
    "claim": ("claim", "claimreviewed", "claimreview_claimreviewed", "statement", "claimtext", "text", "주장"),
    "url": ("review_url", "claimreview_url", "reviewurl", "url", "link", "id"),
    "title": ("title", "headline", "extra_title", "name"),
    "reviewer": ("reviewer", "claimreview_author_name", "publisher", "factchecker", "organisation", "organization",
                 "author", "site"),
    "reviewer_url": ("reviewer_url", "claimreview_author_url", "publisher_url"),
    "reviewed_on": ("reviewed_on", "reviewdate", "claimreview_datepublished", "published_on", "date", "datepublished"),
    "rating": ("rating", "rating_alternatename", "verdict", "label", "textualrating", "truth", "ruling", "판정"),
    "rating_value": ("rating_value", "rating_ratingvalue", "ratingvalue"),
    "rating_best": ("rating_best", "bestrating", "rating_bestrating"),
    "rating_worst": ("rating_worst", "worstrating", "rating_worstrating"),
    "claimant": ("claimant", "creativework_author_name", "speaker", "claimedby", "said_by", "outlet", "outlets"),
    "claimant_url": ("claimant_url", "creativework_author_sameas"),
    "claimed_on": ("claimed_on", "claimdate", "made_on", "creativework_datepublished"),
    "language": ("language", "lang", "inlanguage", "languages"),
    "summary": ("summary", "disproof", "subtitle", "description", "explanation"),
    "topics": ("topics", "topic", "keywords", "tags", "extra_tags", "subject", "subjects"),
    "appearances": ("appearances", "appearance", "appeared_at", "articles"),
}  # fmt: skip
#: What a person calls the fields.
LABELS = {
    "claim": _("The claim"),
    "url": _("Link to the review"),
    "title": _("Title of the review"),
    "reviewer": _("Reviewed by"),
    "reviewer_url": _("Website of the reviewer"),
    "reviewed_on": _("Reviewed on"),
    "rating": _("Rating in words"),
    "rating_value": _("Rating as a number"),
    "rating_best": _("Best number there is"),
    "rating_worst": _("Worst number there is"),
    "claimant": _("Claimed by"),
    "claimant_url": _("Link to who claimed it"),
    "claimed_on": _("Claimed on"),
    "language": _("Language"),
    "summary": _("Summary"),
    "topics": _("Topics"),
    "appearances": _("Where it appeared"),
    "status": _("Where the work stands"),
    "confidence": _("Confidence"),
    "assignee": _("Assigned to"),
    "due_on": _("Due on"),
}
LABELS_OF_A_SHEET = {
    **LABELS,
    "url": _("Link to evidence"),
    "title": _("Title of the evidence"),
    "rating": _("Verdict"),
}
#: The same of our own work: what only it has, and columns that mean something else there.
OF_A_SHEET = {
    "status": ("status", "state", "stage", "progress", "상태", "статус"),
    "confidence": ("confidence", "certainty", "how sure"),
    "assignee": ("assignee", "assigned_to", "assignedto", "owner", "checker", "fact_checker", "factchecker", "editor"),
    "due_on": ("due_on", "due", "duedate", "due_date", "deadline", "recheck", "re-check"),
    "claimant": ("source", "who", "who said it", "said by"),
    "url": ("evidence", "evidence_url", "evidence_link", "source_url", "source_link", "sourcelink"),
}
_SEPARATORS = {"topics": (";", "+", ","), "appearances": (" ", ";", ",")}


class MappingError(ValueError):
    """A mapping that does not fit the table."""


def fields_of(*, is_sheet: bool) -> tuple[str, ...]:
    """Return what a column can mean, in a table of reviews by others or of our own work."""
    names = tuple(dict.fromkeys((*FIELDS, *(OF_A_SHEET if is_sheet else ()))))
    names_of_reviews = ("reviewer", "reviewer_url", "reviewed_on", "rating_value", "rating_best", "rating_worst")
    of_reviews = (*names_of_reviews, "claimant_url") if is_sheet else ()
    left_out = {"is_claimant_person", "doubts", *of_reviews}
    return tuple(name for name in names if name not in left_out)


def is_own_work(columns: list[str]) -> bool:
    """Whether a table looks like a desk's own list: it says where the work stands, or who does it."""
    return bool({"status", "assignee", "due_on"} & set(guessed(columns, is_sheet=True)))


def guessed(columns: list[str], *, is_sheet: bool = False) -> dict[str, str]:
    """Return field → column for the columns whose names are known."""
    known = {name: KNOWN.get(name, ()) for name in (*KNOWN, *(OF_A_SHEET if is_sheet else ()))}
    if is_sheet:
        known |= {name: (*known[name], *names) for name, names in OF_A_SHEET.items()}
        known = {name: names for name, names in known.items() if name in fields_of(is_sheet=True)}
    by_key = {_key(name): name for name in reversed(columns)}
    found: dict[str, str] = {}
    for field, names in known.items():
        keys = (_key(name) for name in names)
        column = next((by_key[key] for key in keys if key in by_key and by_key[key] not in found.values()), None)
        if column:
            found[field] = column
    return found


def _key(name: str) -> str:
    """Return a column's name as it is compared: without case, blanks, signs and what stands in brackets."""
    return re.sub(r"[\W_]+", "", re.sub(r"\(.*?\)", "", name.casefold()))


def checked(mapping: Any, columns: list[str], *, is_sheet: bool = False) -> dict[str, str]:
    """Return a mapping given by a person; raises MappingError that names what does not fit."""
    if not isinstance(mapping, dict) or not all(isinstance(column, str) for column in mapping.values()):
        raise MappingError(gettext('A mapping is a JSON object of field and column: {"claim": "Claim text", …}.'))
    names = fields_of(is_sheet=is_sheet)
    if unknown := set(mapping) - set(names):
        words = gettext("“%(name)s” is no field; use %(fields)s.")
        raise MappingError(words % {"name": min(unknown), "fields": ", ".join(names)})
    if missing := set(mapping.values()) - set(columns):
        words = gettext("“%(name)s” is no column; the file has %(columns)s.")
        raise MappingError(words % {"name": min(missing), "columns": ", ".join(columns)})
    return mapping


def review_of(
    row: Mapping[str, Any], mapping: Mapping[str, str], *, is_sheet: bool = False
) -> ExternalReview | UnreadableError:
    """Return the review in a row, or why there is none.

    Cells that our own CSV protected are restored, and its verdicts read as it writes them now and wrote them before;
    anybody else's cells are left alone.
    """
    is_ours = row.keys() >= csv.MARKS
    if is_ours and row["kind"] in ENDINGS:
        return UnreadableError(gettext("its review was retracted, or merged into another: there is none to take over"))
    values: dict[str, Any] = {}
    for field, column in mapping.items():
        cell = row.get(column)
        if isinstance(cell, list) and field in _SEPARATORS:
            values[field] = tuple(filter(None, map(claimreview_reader.text, cell)))
            continue
        text = claimreview_reader.text(cell) if isinstance(cell, (dict, list)) else "" if cell is None else str(cell)
        if is_ours:
            text = csv.restore(text)
            if field == "rating":
                text = text or str(row["verdict"] or "").removeprefix("rated_")
        values[field] = _parts(text, _SEPARATORS[field]) if field in _SEPARATORS else text
    return SheetRow(**values) if is_sheet else ExternalReview(**values)


def _parts(text: str, separators: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts of a cell: of a list as JSON or Python writes it, or parted by one of the signs."""
    if text.strip()[:1] == "[" and text.strip()[-1:] == "]":
        with suppress(ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            listed = ast.literal_eval(text.strip())
            return tuple(str(part).strip() for part in listed if str(part).strip())
    separator = next((separator for separator in separators if separator in text.strip()), separators[0])
    return tuple(part.strip() for part in text.split(separator) if part.strip())
