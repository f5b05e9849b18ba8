"""Public records as JSON Lines: one canonical record (RFC 8785) a line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from claims import record


def write(documents: Iterable[dict[str, Any]], site: str = "") -> Iterator[bytes]:
    """Yield one line for each record's JSON values."""
    for document in documents:
        yield record.canonical(document) + b"\n"
