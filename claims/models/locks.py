"""One at a time: what only one transaction may do at once, on either database."""

from __future__ import annotations

from django.db import connections

CHAIN = 0x66616374  # a publication takes its place in the chain
REPEATS = 0x66616375  # a relation "repeats" is checked for circles


def wait_for(lock: int, using: str = "default") -> None:
    """Wait until no other transaction holds the lock; it is held to the end of this one.

    PostgreSQL: an advisory lock, nothing to hold outside a transaction. On SQLite every
    transaction of ours is IMMEDIATE, so it already writes alone.
    """
    if connections[using].vendor == "postgresql" and connections[using].in_atomic_block:
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
