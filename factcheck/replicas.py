"""Replica routing and the time limit of queries.

What anyone may read is read from a replica, where there are any that keep up, and else from the
primary by a connection of its own; with a session's cookie always there, and a form reads and writes on
the primary, so nobody misses what they just wrote. A replica that fails is left alone for a while and
the request is answered again from the primary. A query that takes too long is ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

from claims.outages import Outage
from factcheck.health import FALLBACKS, TOO_BUSY
from factcheck.unavailable import outage_of, unavailable

READER = "reader"  # the primary, with a limit on how long a query takes
REST = 10  # seconds that a replica which failed or lags is left alone
LOOK = 2  # seconds between looks at how far replicas are
_STEPS = 10_000  # of SQLite's machine between looks at the clock

_OF_ITS_OWN = re.compile(r"(/[\w-]+)?/suggest/")  # who asks may have written a moment ago

_alias: ContextVar[str | None] = ContextVar("alias", default=None)


class Router:
    """Reads on the database chosen for the request; writes on the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return _alias.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, alias: str, app_label: str, **hints: Any) -> bool:
        return alias == DEFAULT_DB_ALIAS


@dataclass
class Replicas:
    """What this process knows of the replicas."""

    resting_until: dict[str, float] = field(default_factory=dict)
    looked: float = 0.0
    wanted: int | None = None  # the place in the chain that the primary had at the last look
    turn: int = 0
    lock: Lock = field(default_factory=Lock)

    def next(self) -> str | None:
        """Return the replica whose turn it is, or None."""
        names = [name for name in connections.settings if name.startswith("replica")]
        if not names:
            return None
        self._look(names)
        now = monotonic()
        fit = [name for name in names if self.resting_until.get(name, 0) <= now]
        self.turn += 1
        return fit[self.turn % len(fit)] if fit else None

    def rest(self, name: str) -> None:
        self.resting_until[name] = monotonic() + REST
        connections[name].close()

    def _look(self, names: list[str]) -> None:
        """Every few seconds, let those rest that have not what the primary had at the look before."""
        now = monotonic()
        if now - self.looked < LOOK or not self.lock.acquire(blocking=False):
            return
        try:
            self.looked = now
            ahead = _end_of_chain(DEFAULT_DB_ALIAS)
            wanted, self.wanted = ahead if self.wanted is None else self.wanted, ahead
            for name in names:
                if self.resting_until.get(name, 0) <= now and _end_of_chain(name) < wanted:
                    self.rest(name)
        finally:
            self.lock.release()


replicas = Replicas()


def _end_of_chain(alias: str) -> int:
    """Return the last place in the chain that a database has; -1 where it does not answer."""
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT max(sequence) FROM (SELECT max(sequence) AS sequence FROM claims_publication"
                " UNION ALL SELECT max(sequence) FROM claims_card) ends"
            )
            return cursor.fetchone()[0] or 0
    except DatabaseError:
        return -1


class ReadMiddleware:
    """Chooses the database of a request, ends queries that take too long, and answers what then fails."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/"):
            return self.get_response(request)
        if not _is_read(request):
            return self._limited_on_the_primary(request)
        replica = None if settings.SESSION_COOKIE_NAME in request.COOKIES else replicas.next()
        if replica:
            response = self._answer(request, replica)
            if not getattr(response, "database_failed", False):
                return response
            replicas.rest(replica)
            FALLBACKS.inc()
        response = self._answer(request, READER if READER in connections.settings else None)
        if response.status_code == 503:
            TOO_BUSY.inc()
        return response

    def _limited_on_the_primary(self, request: HttpRequest) -> HttpResponse:
        """Answer a form that a reader sent: it writes, and its queries have the same limit."""
        with _limited(DEFAULT_DB_ALIAS):
            return self.get_response(request)

    def _answer(self, request: HttpRequest, alias: str | None) -> HttpResponse:
        token = _alias.set(alias)
        try:
            with _limited(alias or DEFAULT_DB_ALIAS):
                return self.get_response(request)
        finally:
            _alias.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        outage = outage_of(exception)
        if outage is None:
            return None
        response = unavailable(request, outage, exception)
        is_the_databases = isinstance(exception, OperationalError | InterfaceError) and outage != Outage.TOO_SLOW
        response.database_failed = is_the_databases  # type: ignore[attr-defined]
        return response


def _is_read(request: HttpRequest) -> bool:
    """Whether a request only reads what everyone may, and nothing that a form just wrote."""
    return request.method in {"GET", "HEAD"} and not _OF_ITS_OWN.match(request.path_info)


@contextmanager
def _limited(alias: str) -> Iterator[None]:
    """End the queries of a block once they took QUERY_SECONDS; what is done between them is not counted.

    PostgreSQL ends each query itself, by the reader's settings.
    """
    wrapped = connections[alias]
    if wrapped.vendor != "sqlite":
        yield
        return
    left = float(settings.QUERY_SECONDS)

    def watched(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal left
        began = monotonic()
        deadline = began + left
        context["connection"].connection.set_progress_handler(lambda: monotonic() > deadline, _STEPS)
        try:
            return execute(sql, params, many, context)
        finally:
            left -= monotonic() - began

    try:
        with wrapped.execute_wrapper(watched):
            yield
    finally:
        if wrapped.connection:
            wrapped.connection.set_progress_handler(None, 0)
