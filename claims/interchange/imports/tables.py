"""Tables of any origin: CSV and TSV as the world writes them, and the sheets of Excel and LibreOffice."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import TextIOWrapper
from itertools import chain, islice
from typing import IO, Any

from django.utils.translation import gettext, ngettext
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from claims.interchange.imports import encodings
from claims.interchange.imports.files import MAX_CELL, MAX_DOCUMENT, UnreadableError
from claims.text import cleaning

HEADS = 12  # rows among which the header is looked for
SAMPLE = 64 * 1024  # characters by which the delimiter is told
OPEN_LINES = 200  # lines after which a quotation mark that was opened is taken for a slip
DELIMITERS = "\t;,|"
_SEP = re.compile(r"sep=([^\w\s\"'])\s*", re.IGNORECASE)
_PLACES = re.compile(rb'r="([A-Z]{1,3})(\d{1,7})"')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d{1,9})"')
MAX_CELLS = 20_000_000  # between the first and the last of a sheet
MAX_COLUMNS = 1_000
type Rows = Iterator[tuple[str, list[str]]]


@dataclass
class Table:
    """A table opened: its columns, its rows as (place, cells by column), how it was read, what is to be told of it."""

    columns: list[str]
    rows: Iterator[tuple[str, dict[str, str]]]
    encoding: str = ""
    notes: list[str] = field(default_factory=list)


def opened(file: IO[bytes], *, has_header: bool = True, encoding: str = "") -> Table:
    """Open a table; raises UnreadableError, on opening and while its rows are read.

    The header is the first row that fills most of the columns: titles above it are left out. Without a header,
    columns are called 1, 2, 3 …
    """
    notes: list[str] = []
    head = file.read(4)
    file.seek(0)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableError(gettext("This is a spreadsheet of an old kind: save it as .xlsx, .ods or CSV."))
    if head.startswith(b"PK\x03\x04"):
        rows, encoding = _sheet(file, notes), ""
    else:
        rows, encoding = _text(file, encoding)
    first = list(islice(rows, HEADS))
    if not first:
        raise UnreadableError(gettext("The file is empty."))
    found = Table([], iter(()), encoding, notes)
    if has_header:
        at = _header(first)
        found.columns = _named(first[at][1], found.notes)
        if at:
            words = ngettext(
                "the first %(count)s rows are taken for titles; the header is %(place)s",
                "the first %(count)s rows are taken for titles; the header is %(place)s",
                at,
            )
            found.notes.append(words % {"count": at, "place": first[at][0]})
        first = first[at + 1 :]
    else:
        found.columns = [str(number) for number in range(1, max(len(cells) for _, cells in first) + 1)]
    found.rows = _by_column(chain(first, rows), found.columns)
    return found


def _by_column(rows: Iterable[tuple[str, list[str]]], columns: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for place, cells in rows:
        yield place, dict(zip(columns, cells, strict=False))


def _header(rows: list[tuple[str, list[str]]]) -> int:
    filled = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    wide = max(Counter(filled).most_common(), key=lambda pair: (pair[1], pair[0]))[0]
    return next((at for at, count in enumerate(filled) if count * 2 > wide), 0)


def _named(cells: list[str], notes: list[str]) -> list[str]:
    """Return the names of columns, each once: the first of two keeps it."""
    if len(cells) > MAX_COLUMNS:
        words = gettext("The table has %(count)s columns; at most %(limit)s are read.")
        raise UnreadableError(words % {"count": f"{len(cells):,}", "limit": f"{MAX_COLUMNS:,}"})
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = cleaning.in_one_line(cell) or f"column {number}"
        if name in names:
            again = f"{name} ({number})"
            words = gettext("two columns are called “%(name)s”: the first is taken, the other is called “%(again)s”")
            notes.append(words % {"name": name, "again": again})
            name = again
        names.append(name)
    return names


def _text(file: IO[bytes], encoding: str) -> tuple[Rows, str]:
    try:
        encoding = encoding or encodings.of(file)
        file.seek(0)
        text = TextIOWrapper(file, encoding=encoding, errors="strict", newline="")
        sample = text.read(SAMPLE)
    except LookupError as error:
        raise UnreadableError(str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableError(_undecodable(error)) from error
    if not sample.strip():
        raise UnreadableError(gettext("The file is empty."))
    first, _, rest = sample.lstrip("\ufeff").partition("\n")
    skipped = 0
    if said := _SEP.fullmatch(first.strip("\r") + " "):
        delimiter, skipped, sample = said[1], 1, rest
    else:
        delimiter = _delimiter(sample)
    text.seek(0)
    csv.field_size_limit(MAX_CELL)
    quoting = _quoting(sample, delimiter)
    for _ in range(skipped):
        text.readline()
    return _rows(csv.reader(text, delimiter=delimiter, quoting=quoting), skipped), encoding  # type: ignore[arg-type]


def _undecodable(error: UnicodeDecodeError) -> str:
    words = gettext(
        "The file is not in %(encoding)s: byte %(number)s of a block cannot be read. Save it as UTF-8, or name the"
        " right encoding."
    )
    return words % {"encoding": error.encoding, "number": f"{error.start:,}"}


def _delimiter(sample: str) -> str:
    """Return the sign by which most rows have the same number of cells, more than one."""

    def consistency(delimiter: str) -> tuple[float, int]:
        lengths = Counter(map(len, _parsed(sample, delimiter, csv.QUOTE_MINIMAL)))
        if not lengths:
            return 0.0, 0
        length, count = max(lengths.items(), key=lambda pair: (pair[1] if pair[0] > 1 else 0, pair[0]))
        return (count / lengths.total() if length > 1 else 0.0), length

    return max(DELIMITERS, key=consistency)


def _quoting(sample: str, delimiter: str) -> int:
    """Return whether cells stand in quotation marks; in a TSV, where reading them so gives rows as even as without."""
    if delimiter != "\t":
        return csv.QUOTE_MINIMAL

    def evenness(quoting: int) -> float:
        lengths = Counter(map(len, _parsed(sample, delimiter, quoting)))
        return max(lengths.values(), default=0) / max(lengths.total(), 1)

    return csv.QUOTE_MINIMAL if evenness(csv.QUOTE_MINIMAL) >= evenness(csv.QUOTE_NONE) else csv.QUOTE_NONE


def _parsed(sample: str, delimiter: str, quoting: int) -> list[list[str]]:
    """Return the rows of a sample but the last, which may be cut."""
    whole = sample if len(sample) < SAMPLE else sample.rpartition("\n")[0]
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter, quoting=quoting) if any(row)]  # type: ignore[arg-type]
    except csv.Error:
        return []
    return rows if len(sample) < SAMPLE else rows[:-1]


def _rows(rows: Any, skipped: int) -> Rows:
    while True:
        start = rows.line_num + skipped + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            words = gettext("line %(line)s: %(error)s; nothing after it was read.")
            raise UnreadableError(words % {"line": rows.line_num + skipped, "error": error}) from error
        except UnicodeDecodeError as error:
            raise UnreadableError(_undecodable(error)) from error
        if rows.line_num + skipped - start >= OPEN_LINES:
            words = gettext(
                "line %(line)s: a quotation mark is opened here and not closed for %(count)s lines; nothing after it"
                " was read."
            )
            raise UnreadableError(words % {"line": start, "count": OPEN_LINES})
        if any(cell.strip() for cell in cells):
            yield f"line {start}", cells


def _sheet(file: IO[bytes], notes: list[str]) -> Rows:
    """Yield the rows of the sheet that has most of them; note which others have any."""
    _refuse_bomb(file)
    try:
        book = CalamineWorkbook.from_filelike(file)
        sheets = [
            book.get_sheet_by_name(info.name) for info in book.sheets_metadata if info.typ == SheetTypeEnum.WorkSheet
        ]
        if not sheets:
            return
        longest = max(sheets, key=lambda sheet: sheet.total_height)
        rows = longest.to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OSError) as error:
        words = gettext("The spreadsheet cannot be read: %(error)s. Save it as CSV in UTF-8.")
        raise UnreadableError(words % {"error": error}) from error
    if others := [sheet.name for sheet in sheets if sheet is not longest and sheet.height]:
        words = gettext("only the sheet “%(read)s” is read, which has most rows; not read: %(others)s")
        notes.append(words % {"read": longest.name, "others": ", ".join(f"“{name}”" for name in others)})
    for number, row in enumerate(rows, 1):
        cells = [_cell(value) for value in row]
        if any(cell.strip() for cell in cells):
            yield f"row {number}", cells


def _refuse_bomb(file: IO[bytes]) -> None:
    """Refuse a spreadsheet that unpacks to too much, or has cells far out: room would be made for all between."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_DOCUMENT:
                words = gettext("The spreadsheet has more than %(size)s MB, unpacked; split it.")
                raise UnreadableError(words % {"size": MAX_DOCUMENT // 1024**2})
            for part in parts:
                if part.filename.endswith(".xml") and ("sheet" in part.filename or part.filename == "content.xml"):
                    _refuse_far_cells(archive.read(part))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise UnreadableError(gettext("The spreadsheet is damaged: %(error)s.") % {"error": error}) from error
    file.seek(0)


def _refuse_far_cells(content: bytes) -> None:
    width = max((_column(letters) for letters, _ in _PLACES.findall(content)), default=1)
    height = max((int(row) for _, row in _PLACES.findall(content)), default=1)
    wide = sum(int(times) for kind, times in _REPEATED.findall(content) if kind == b"columns" and int(times) < 1024)
    tall = sum(int(times) for kind, times in _REPEATED.findall(content) if kind == b"rows" and int(times) < 2**16)
    if max(width, 1) * max(height, 1) > MAX_CELLS or (wide + 1) * (tall + 1) > 50 * MAX_CELLS:
        words = gettext("The spreadsheet says it has more than %(count)s cells; save the filled ones alone.")
        raise UnreadableError(words % {"count": f"{MAX_CELLS:,}"})


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _cell(value: Any) -> str:
    """Return what a person sees in a cell."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
