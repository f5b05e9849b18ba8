"""Clean text, at every door by which it comes in: forms of the desk and of readers, and imports. Pure.

What XML or a database cannot hold is dropped, letters are composed (NFC), and what only parts lines inside a
paragraph becomes a blank. Records that are signed already are never cleaned: their hash decides.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any

#: What no XML 1.0 document may hold, and halves of surrogate pairs.
UNREADABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_PARTS_LINES = re.compile("[\x0b\x0c\x85\u2028\u2029]")
_BLOCKS = (
    "address article aside blockquote br center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr li main nav ol option p pre section table tbody td tfoot th thead tr ul"
)
_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i img ins kbd label mark nobr q s samp small span strike"
    " strong sub sup svg time tt u var wbr html body head title meta link iframe input button noscript object embed"
)
_ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+)|\s+(?:hidden|disabled|checked|async|defer)"""
_NOT_SHOWN = [  # where it begins and ends
    (re.compile("<!--"), re.compile("-->")),
    *(
        (re.compile(rf"<{name}\b", re.IGNORECASE), re.compile(rf"</{name}\s*>", re.IGNORECASE))
        for name in ("script", "style")
    ),
]


def _tags(names: str) -> re.Pattern[str]:
    return re.compile(rf"</?(?:{'|'.join(names.split())})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)


_BLOCK_TAG, _INLINE_TAG = _tags(_BLOCKS), _tags(_INLINE)


def holds_unstorable(value: Any) -> bool:
    """Whether a JSON value holds a character that no database stores: NUL, or half of a surrogate pair."""
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, str) and _UNSTORABLE.search(item):
            return True
        if isinstance(item, dict):
            left += [*item, *item.values()]
        elif isinstance(item, list | tuple):
            left += item
    return False


def clean(text: str) -> str:
    """Return a text that can be kept and shown anywhere; its line ends stay."""
    return unicodedata.normalize("NFC", UNREADABLE.sub("", _PARTS_LINES.sub(" ", text)))


def without_markup(text: str) -> str:
    """Return what a browser shows of HTML: paragraphs are parted by a blank, and what is no tag stays as it is."""
    if "<" in text:
        for opening, closing in _NOT_SHOWN:
            text = _cut(text, opening, closing)
        text = _INLINE_TAG.sub("", _BLOCK_TAG.sub(" ", text))
    return html.unescape(text) if "&" in text else text


def _cut(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> str:
    parts, place = [], 0
    while (start := opening.search(text, place)) and (end := closing.search(text, start.end())):
        parts.append(text[place : start.start()])
        place = end.end()
    return " ".join([*parts, text[place:]])


def in_one_line(text: str) -> str:
    """Return a clean text without line ends and doubled blanks."""
    return re.sub(r"\s+", " ", clean(text)).strip()
