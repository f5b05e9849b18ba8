"""What long work says while it goes on, and how it ends when it is stopped."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from claims.outages import outage_in

REPORT_INTERVAL_SECONDS = 3


class Progress:
    """Says every few seconds how many things are done, of how many if that is known, and how fast."""

    def __init__(self, out: Any, things: str, total: int = 0) -> None:
        self.out, self.things, self.total = out, things, total
        self.started = self.said = monotonic()
        self.done = 0

    def at(self, done: int) -> None:
        """Note how many are done; raises KeyboardInterrupt where a stop was asked for and did not get through."""
        if _stop.is_asked:
            raise KeyboardInterrupt
        self.done, now = done, monotonic()
        if now - self.said >= REPORT_INTERVAL_SECONDS:
            of_all = f" of {self.total:,}" if self.total else ""
            self.out.write(f"{done:,}{of_all} {self.things}, {done / (now - self.started):,.0f} a second …")
            self.said = now


class LongCommand(BaseCommand):
    """A command that Ctrl+C, SIGTERM, a full disk or a lost database ends in a sentence, not in a traceback."""

    requires_system_checks: list[str] = []  # they take seconds, and have nothing to say of what these do
    #: What is true of the work when it was stopped, and what to do.
    when_stopped = "Nothing was changed."

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            with _stoppable():
                return super().execute(*args, **options)
        except KeyboardInterrupt as error:
            raise CommandError(f"Stopped. {self.when_stopped}", returncode=130) from error
        except (DatabaseError, sqlite3.Error, OSError) as error:
            if isinstance(error, BrokenPipeError) or not (words := _words(error)):
                raise
            raise CommandError(f"{words} {self.when_stopped}") from error


def _words(error: Exception) -> str:
    if outage := outage_in(error):
        return str(outage.value)
    if isinstance(error, DatabaseError) and "claims_publication" not in connection.introspection.table_names():
        return "This database has no tables yet: run “manage.py migrate” first."
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}."
    return ""


class _Stop:
    is_asked = False


_stop = _Stop()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Take SIGTERM as Ctrl+C, and remember both: Python drops what is raised while an object is being deleted."""
    if current_thread() is not main_thread():
        yield
        return

    def stop(*_: object) -> None:
        _stop.is_asked = True
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        _stop.is_asked = False
        for number, handler in before.items():
            signal.signal(number, handler)
