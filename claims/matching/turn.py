"""One text at a time: a stranger's text is matched on a machine only while no other is, and not for long."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.db import connection

from claims.matching import embeddings

SECONDS = 3.0  # after which no further passage of a text is looked up


class BusyError(Exception):
    """Another text is being matched on this machine: come back in a few seconds."""


@contextmanager
def taken() -> Iterator[float]:
    """Take the turn for a block and give the moment (monotonic) at which it is over; raises BusyError at once.

    What a process loads once is loaded before, and takes nobody's time away.
    """
    embeddings.models()
    site = hashlib.sha256(f"{settings.SECRET_KEY}|{connection.settings_dict['NAME']}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir(), f"factcheck-{site}.turn")
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError from error
        yield monotonic() + SECONDS
    finally:
        os.close(descriptor)
