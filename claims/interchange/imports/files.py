"""Files of any origin, opened: compressed or not, in whichever encoding, within limits stated here."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

import orjson
from django.utils.translation import gettext as _

MAX_BYTES = 16 * 1024**3  # of a file, unpacked: some five million records
MAX_DOCUMENT = 512 * 1024**2  # bytes of a file that is one JSON document
MAX_LINE = 8 * 1024**2  # bytes of a line of JSON Lines
MAX_CELL = 1024**2  # characters of a cell
MARK = b"\xef\xbb\xbf"  # of the order of bytes, in UTF-8
SAMPLE = 256 * 1024  # bytes looked at to tell the format


class UnreadableError(Exception):
    """A file that cannot be read, with the place and the remedy."""


def opened(path: Path) -> IO[bytes]:
    """Open a file, unpacking gzip; raises UnreadableError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableError(
            _("Cannot read %(path)s: %(error)s.") % {"path": path, "error": error.strerror}
        ) from error
    is_packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast("IO[bytes]", BufferedReader(_Limited(gzip.GzipFile(fileobj=file) if is_packed else file)))


class _Limited(RawIOBase):
    """A file's bytes, unpacked, up to MAX_BYTES; what is damaged or longer is an UnreadableError."""

    def __init__(self, file: Any) -> None:
        self.file, self.done = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, place: int, whence: int = 0) -> int:
        self.done = place
        return int(self.file.seek(place, whence))

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self.file.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            words = _("The file is damaged after %(count)s bytes: %(error)s.")
            raise UnreadableError(words % {"count": f"{self.done:,}", "error": error}) from error
        self.done += len(chunk)
        if self.done > MAX_BYTES:
            words = _("The file has more than %(size)s GB, unpacked; split it.")
            raise UnreadableError(words % {"size": MAX_BYTES // 1024**3})
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self.file.close()
        super().close()


def beginning(file: IO[bytes], size: int = SAMPLE) -> bytes:
    """Return how a file begins, without byte order mark and blanks, and go back to its start."""
    head = file.read(size).removeprefix(MARK).lstrip()
    file.seek(0)
    return head


def json_document(file: IO[bytes]) -> Any:
    """Return a file that is one JSON value; raises UnreadableError."""
    content = file.read(MAX_DOCUMENT + 1)
    if len(content) > MAX_DOCUMENT:
        words = _("The file has more than %(size)s MB; split it, or use JSON Lines.")
        raise UnreadableError(words % {"size": MAX_DOCUMENT // 1024**2})
    try:
        return orjson.loads(content.removeprefix(MARK))
    except orjson.JSONDecodeError as error:
        words = _("line %(line)s, column %(column)s: no valid JSON: %(error)s.")
        values = {"line": error.lineno, "column": error.colno, "error": error.msg}
        raise UnreadableError(words % values) from error


def json_lines(file: IO[bytes]) -> Iterator[tuple[str, Any]]:
    """Yield (place, value) of each line; a line that is no JSON comes as an UnreadableError in its place."""
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        place = f"line {number}"
        if len(line) > MAX_LINE:
            words = _("%(place)s has more than %(size)s MB; nothing after it was read.")
            raise UnreadableError(words % {"place": place, "size": MAX_LINE // 1024**2})
        if line.strip():
            try:
                yield place, orjson.loads(line.removeprefix(MARK))
            except orjson.JSONDecodeError as error:
                yield place, UnreadableError(_("no valid JSON: %(error)s") % {"error": error.msg})
