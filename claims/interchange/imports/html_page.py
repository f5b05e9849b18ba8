"""What a web page tells machines: its JSON-LD, mended where it is lightly broken, its microdata, its language. Pure."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import orjson
from django.utils.translation import gettext

from claims.interchange.imports.files import UnreadableError

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_WRAPPINGS = re.compile(r"^\s*(?://\s*)?(?:<!--|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*;?\s*$")
_STRING_OR_COMMA = re.compile(r'("(?:\\.|[^"\\])*")|,(?=\s*[}\]])', re.DOTALL)
_DECODER = json.JSONDecoder(strict=False)  # line ends and tabs inside a string are let through


@dataclass
class WebPage:
    """The documents of a page, each with its place or as the error it is; items of microdata are among them."""

    documents: list[tuple[str, Any]] = field(default_factory=list)
    language: str = ""


def read(page: str) -> WebPage:
    """Return what a page says to machines."""
    parser = _Parser()
    try:
        parser.feed(page)
        parser.close()
    except AssertionError as error:  # of html.parser, at declarations that are none
        raise UnreadableError(gettext("This page is no HTML: %(error)s.") % {"error": error}) from error
    found = WebPage(language=parser.language)
    for number, text in enumerate(parser.scripts, 1):
        place = f"script {number}"
        try:
            found.documents += [(place, document) for document in documents_of(text)]
        except ValueError as error:
            words = gettext("this JSON-LD cannot be read: %(error)s") % {"error": error}
            found.documents.append((place, UnreadableError(words)))
    found.documents += [("microdata", item) for item in parser.items]
    return found


def documents_of(text: str) -> list[Any]:
    """Return the JSON values in a script, without comments around and commas after the last; raises ValueError."""
    text = text.strip().removeprefix("\ufeff")
    try:
        return [orjson.loads(text)]
    except orjson.JSONDecodeError:
        pass
    text = _WRAPPINGS.sub("", text)
    text = _WRAPPINGS.sub("", text).strip()
    if '"' not in text:
        text = html.unescape(text)
    text = _STRING_OR_COMMA.sub(lambda found: found[1] or "", text)
    documents, place = [], 0
    while place < len(text):
        try:
            document, place = _DECODER.raw_decode(text, place)
        except RecursionError as error:
            raise ValueError(gettext("it is nested too deeply")) from error
        documents.append(document)
        while place < len(text) and text[place] in " \t\r\n;,":
            place += 1
    return documents


class _Parser(HTMLParser):
    """Collects JSON-LD, microdata and the page's language."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.items: list[dict[str, Any]] = []
        self.language = ""
        self._is_script = False
        self._open: list[tuple[str, dict[str, Any] | None, str, list[str]]] = []  # tag, item, property, its text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = given.get("lang", "")
        self._is_script = tag == "script" and given.get("type", "").strip().lower().startswith("application/ld+json")
        if self._is_script:
            self.scripts.append("")
        item: dict[str, Any] | None = None
        name = given.get("itemprop", "")
        if "itemscope" in given:
            item = {"@type": given.get("itemtype", "")}
            if name and (parent := self._current()):
                _add(parent, name, item)
            else:
                self.items.append(item)
            name = ""
        elif name:
            said = next((given[key] for key in ("content", "datetime", "href", "src") if key in given), None)
            if said is not None or tag in _VOID:
                self._give(name, said or "")
                name = ""
        if tag not in _VOID:
            self._open.append((tag, item, name, []))

    def handle_endtag(self, tag: str) -> None:
        self._is_script = False
        if not any(opened == tag for opened, *_ in self._open):
            return
        while self._open:
            opened, _, name, text = self._open.pop()
            if name:
                self._give(name, " ".join("".join(text).split()))
            if opened == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.scripts[-1] += data
            return
        for _, _, name, text in self._open:
            if name:
                text.append(data)

    def _current(self) -> dict[str, Any] | None:
        return next((item for _, item, _, _ in reversed(self._open) if item is not None), None)

    def _give(self, name: str, value: str) -> None:
        if item := self._current():
            _add(item, name, value)


def _add(item: dict[str, Any], names: str, value: Any) -> None:
    for name in names.split():
        if name in item:
            item[name] = [*(item[name] if isinstance(item[name], list) else [item[name]]), value]
        else:
            item[name] = value
