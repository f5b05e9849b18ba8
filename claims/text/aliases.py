"""Short names of states and organisations in full: one wording for texts that are compared. Pure."""

from __future__ import annotations

import re

VERSION = 1  # of the list: vectors made by another are made anew
#: as written, capitals and all → in full
ALIASES = {
    "DPRK": "North Korea", "D.P.R.K.": "North Korea", "ROK": "South Korea", "PRC": "China", "USSR": "Soviet Union",
    "UAE": "United Arab Emirates", "DRC": "Congo", "U.S.": "United States", "USA": "United States",
    "U.K.": "United Kingdom", "UK": "United Kingdom", "U.N.": "United Nations", "UN": "United Nations",
    "UNGA": "UN General Assembly", "UNSC": "UN Security Council", "WHO": "World Health Organization",
    "IAEA": "International Atomic Energy Agency", "IMF": "International Monetary Fund",
    "ICC": "International Criminal Court",
    "DNR": "Donetsk People's Republic", "DPR": "Donetsk People's Republic", "LNR": "Luhansk People's Republic",
    "LPR": "Luhansk People's Republic", "POTUS": "President of the United States", "AOC": "Alexandria Ocasio-Cortez",
    "SCOTUS": "Supreme Court of the United States", "FEMA": "Federal Emergency Management Agency",
    "КНДР": "Северная Корея", "США": "Соединённые Штаты", "ООН": "Организация Объединённых Наций",
    "СССР": "Советский Союз",
    "КНР": "Китай", "РФ": "Россия", "ДНР": "Донецкая народная республика", "ЛНР": "Луганская народная республика",
}  # fmt: skip
_SHORT = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in sorted(ALIASES, key=len, reverse=True))})(?!\w)")


def short_names(text: str) -> dict[str, list[str]]:
    """Return for each word of a full name that a text has, in small letters, the short names of that."""
    plain = f" {' '.join(re.findall(r'[\w’\'-]+', text.casefold()))} "
    found: dict[str, list[str]] = {}
    for short, full in ALIASES.items():
        if short.isalpha() and f" {full.casefold()} " in plain:
            for word in full.casefold().split():
                found.setdefault(word, []).append(short)
    return found


def in_full(text: str) -> str:
    """Return a text with the short names that it has in capitals written in full."""
    return _SHORT.sub(lambda found: ALIASES[found[0]], text)
