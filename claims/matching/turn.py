"""One text at a time: a stranger's text is matched on a machine only while no other is, and not for long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from claims.matching import embeddings
from claims.matching.machine import SharedFile

SECONDS = 3.0  # after which no further passage of a text is looked up


class BusyError(Exception):
    """Another text is being matched on this machine: come back in a few seconds."""


@contextmanager
def taken() -> Iterator[float]:
    """Take the turn for a block and give the moment (monotonic) at which it is over; raises BusyError at once.

    What a process loads once is loaded in the first turn that it has, and takes nothing of its time.
    """
    with SharedFile("turn").alone() as is_mine:
        if not is_mine:
            raise BusyError
        embeddings.models()
        yield monotonic() + SECONDS
