"""The items of a file, each with its place: reviews, or the error in the place of what is none."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext

from claims.interchange.formats import google
from claims.interchange.imports import claimreview_reader, columns, encodings, files, html_page, tables
from claims.vocabulary import ImportKind

if TYPE_CHECKING:
    from claims.interchange.imports.run import Plan

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # in which pages are saved, and no JSON
type Items = Iterator[tuple[str, Any]]


def of(file: IO[bytes], how: Plan) -> Items:
    """Yield (place, review); None or an error in the place of what is none."""
    if how.format == "table":
        found = tables.opened(file, has_header=how.has_header, encoding=how.encoding)
        for place, row in found.rows:
            yield place, columns.review_of(row, how.mapping, is_sheet=how.kind == ImportKind.DRAFTS)
    elif how.format == "rows":
        for place, value in values(file):
            is_sheet = how.kind == ImportKind.DRAFTS
            yield place, columns.review_of(value, how.mapping, is_sheet=is_sheet) if isinstance(value, dict) else value
    elif how.format == "google":
        answer = files.json_document(file)
        for page in answer if isinstance(answer, list) else [answer]:
            yield from google.reviews(page)
    else:
        yield from _claim_reviews(file)


def values(file: IO[bytes]) -> Items:
    """Yield (place, value) of each item of a JSON list, or of each line."""
    if not files.beginning(file).startswith(b"["):
        yield from files.json_lines(file)
        return
    for number, value in enumerate(files.json_document(file), 1):
        yield f"[{number}]", value


def _claim_reviews(file: IO[bytes]) -> Items:
    head = files.beginning(file)
    if head.startswith((b"<", *UTF_16)):
        yield from _of_page(file.read(files.MAX_DOCUMENT))
    elif _has_a_value_a_line(head):
        for place, value in files.json_lines(file):
            yield from [(place, value)] if isinstance(value, Exception) else claimreview_reader.reviews(value, place)
    else:
        yield from claimreview_reader.reviews(files.json_document(file))


def _has_a_value_a_line(head: bytes) -> bool:
    """Whether most lines of a file's beginning are JSON objects or lists; those of one document are parts of it."""
    lines = [line for line in head.split(b"\n")[:1000] if line.strip()]
    return len(lines) > 1 and 2 * sum(map(_is_a_value, lines)) >= len(lines)


def _is_a_value(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict | list)
    except orjson.JSONDecodeError:
        return False


def _of_page(content: bytes) -> Items:
    """Yield the reviews in a web page, and the scripts that cannot be read; raises UnreadableError for neither."""
    page = html_page.read(content.decode(encodings.of(BytesIO(content)), errors="replace"))
    broken = [(place, error) for place, error in page.documents if isinstance(error, files.UnreadableError)]
    whole = [(place, document) for place, document in page.documents if not isinstance(document, files.UnreadableError)]
    found = [
        (place, review)
        for place, review in claimreview_reader.reviews_in(whole, language=page.language)
        if review is not None  # a page describes much else
    ]
    if not found:
        said = "; ".join(f"{place}: {error}" for place, error in broken)
        words = gettext("No ClaimReview is found in this page, neither in JSON-LD nor in microdata.")
        raise files.UnreadableError(f"{words} {said}." if said else words)
    yield from found
    yield from broken
