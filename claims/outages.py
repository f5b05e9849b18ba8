"""What keeps the database or the disk from its work, told from what is wrong with the data it is given."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _


class Outage(Enum):
    """What is the matter, in words for who waits for an answer."""

    FULL = _("The disk of this site is full, so nothing can be saved. Tell the person who runs it.")
    LOCKED = _("This site is busy with other work. Try again in a few seconds.")
    READ_ONLY = _("The database cannot be written to at the moment. Tell the person who runs this site.")
    TOO_SLOW = _("This took too long and was stopped. Try again in a few seconds.")
    DAMAGED = _("The database cannot be read. Tell the person who runs this site.")
    GONE = _("The database does not answer. Try again in a few seconds.")


_SQLITE = {
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_BUSY: Outage.LOCKED,
    sqlite3.SQLITE_LOCKED: Outage.LOCKED,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_INTERRUPT: Outage.TOO_SLOW,
    sqlite3.SQLITE_CANTOPEN: Outage.GONE,
    sqlite3.SQLITE_IOERR: Outage.DAMAGED,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
}
#: By the beginning of the error's code (postgresql.org/docs, appendix A), the longest first.
_POSTGRES = {
    "57014": Outage.TOO_SLOW,
    "53100": Outage.FULL,
    "25006": Outage.READ_ONLY,
    "55P03": Outage.LOCKED,
    "40": Outage.LOCKED,
    "08": Outage.GONE,
    "53": Outage.GONE,
    "57": Outage.GONE,
    "58": Outage.DAMAGED,
    "XX": Outage.DAMAGED,
}


class NotTakenError(Exception):
    """What the database refuses to take, in its own first words."""


@contextmanager
def all_or_nothing(*faults: type[Exception]) -> Iterator[None]:
    """Run a block in a transaction; raises NotTakenError, with nothing changed, for what the database refuses.

    `faults` are further errors that say so. An outage is no refusal, and is raised as it is.
    """
    refusals: tuple[type[Exception], ...] = (DatabaseError, OverflowError, *faults)  # a number may be too large
    try:
        with transaction.atomic():
            yield
    except refusals as error:
        if outage_in(error):
            raise
        raise NotTakenError(first_words(error)) from error


def first_words(error: Exception) -> str:
    """Return the first line of what an error says, or else what it is called."""
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__


def outage_in(error: BaseException) -> Outage | None:
    """Return what keeps the database from its work, or None where it refuses what it was given."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Outage.FULL
    cause = error.__cause__ if isinstance(error, DatabaseError | InterfaceError) and error.__cause__ else error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if state := getattr(cause, "sqlstate", None):
        return next((outage for code, outage in _POSTGRES.items() if state.startswith(code)), None)
    return Outage.GONE if isinstance(error, OperationalError | InterfaceError) else None
