"""Keyset pages: as fast at the millionth row as at the first, and stable while rows are added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from claims import search

PAGE_ROWS = 25
MAX_KEY = 2**63 - 1


@dataclass(frozen=True)
class Page:
    """One page of a list, newest first, with the queries of its neighbours ("" where there is none)."""

    rows: list[Any]
    count: int
    is_count_exceeded: bool
    newer_query: str
    older_query: str


def page_of(rows: QuerySet[Any], query: QueryDict, state: str, *, key: str) -> Page:
    """Return the page before or after the key that the query names; raises Http404 for a bad key.

    `key` is a unique column of whole numbers to order by; `state` is the query string of the filters.
    """
    before, after = (_key(query.get(name)) for name in ("before", "after"))
    if after is not None:
        found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: PAGE_ROWS + 1])
        has_newer, has_older = len(found) > PAGE_ROWS, True
        found = found[:PAGE_ROWS][::-1]
    else:
        older = rows.filter(**{f"{key}__lt": before}) if before is not None else rows
        found = list(older.order_by(f"-{key}")[: PAGE_ROWS + 1])
        has_newer, has_older = before is not None, len(found) > PAGE_ROWS
        found = found[:PAGE_ROWS]
    prefix = f"{state}&" if state else ""
    count, is_exceeded = search.bounded_count(rows)
    return Page(
        rows=found,
        count=count,
        is_count_exceeded=is_exceeded,
        newer_query=f"{prefix}after={getattr(found[0], key)}" if found and has_newer else "",
        older_query=f"{prefix}before={getattr(found[-1], key)}" if found and has_older else "",
    )


def _key(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > MAX_KEY:
        raise Http404
    return int(text)
