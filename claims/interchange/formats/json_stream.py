"""JSON documents too long to hold: an opening, items one by one, an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson


def document(opening: dict[str, Any], name: str, items: Iterable[Any]) -> Iterator[bytes]:
    """Yield the JSON of an object whose last member, `name`, is the list of the items."""
    yield orjson.dumps(opening)[:-1] + (b"," if opening else b"") + orjson.dumps(name) + b":["
    separator = b"\n"
    for item in items:
        yield separator + orjson.dumps(item)
        separator = b",\n"
    yield b"\n]}\n"
