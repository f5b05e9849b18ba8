"""The interface: pick the database's own search."""

from __future__ import annotations

from types import ModuleType

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from claims.models.publications import PublicationQuerySet
from claims.search import postgres, sqlite
from claims.search.query import parse


def backend(connection: BaseDatabaseWrapper) -> ModuleType:
    return sqlite if connection.vendor == "sqlite" else postgres


def matching(publications: PublicationQuerySet, text: str) -> PublicationQuerySet:
    """Return those of the publications that match a reader's query."""
    terms = parse(text)
    if not any(not term.is_excluded for term in terms):
        return publications.none() if terms else publications
    condition = backend(connections[publications.db]).condition(terms)
    return publications.filter(condition)


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the index and what keeps it in step."""
    with connection.cursor() as cursor:
        for statement in backend(connection).INSTALL:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in backend(connection).REMOVE:
            cursor.execute(statement)
