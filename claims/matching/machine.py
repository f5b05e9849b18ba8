"""What all processes of a site share on one machine: files of its own, in the folder for temporary ones."""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


class SharedFile:
    """A file that grows, which the processes at one database find by its name and no other account can open.

    Where the name is taken by another account, the file has none and is this process's alone.
    """

    def __init__(self, name: str) -> None:
        database = [str(connection.settings_dict[part]) for part in ("NAME", "HOST", "PORT")]
        if connection.vendor == "sqlite":
            database[0] = str(Path(database[0]).resolve())
        site = hashlib.sha256("|".join([str(os.geteuid()), *database]).encode()).hexdigest()[:16]
        self.path = Path(tempfile.gettempdir(), f"factcheck-{site}.{name}")
        try:
            self._descriptor = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            self._is_named = os.fstat(self._descriptor).st_uid == os.geteuid()
        except OSError:
            self._is_named = False
        if not self._is_named:
            self._descriptor = os.dup(tempfile.TemporaryFile().fileno())  # noqa: SIM115 - as long as the process
        weakref.finalize(self, os.close, self._descriptor)

    @property
    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    @property
    def is_in_use(self) -> bool:
        """Whether others find this file under its name, not a newer one."""
        if not self._is_named:
            return True
        try:
            return self.path.stat().st_ino == os.fstat(self._descriptor).st_ino
        except FileNotFoundError:
            return False

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Give whether this process is the only one in such a block; does not wait."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        try:
            yield True
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def append(self, data: bytes, at: int) -> None:
        """Write at a place, and forget what stands after it: all, or nothing that counts; raises OSError."""
        os.ftruncate(self._descriptor, at)
        view = memoryview(data)
        while view:
            written = os.pwrite(self._descriptor, view, at)
            view, at = view[written:], at + written

    def mapped(self, size: int) -> memoryview:
        """Return the first bytes, to be read."""
        return memoryview(mmap.mmap(self._descriptor, size, prot=mmap.PROT_READ)) if size else memoryview(b"")

    def give_up(self) -> None:
        """Leave the name to a new file. Processes that have this one open keep it until they look."""
        if self._is_named and self.is_in_use:
            self.path.unlink(missing_ok=True)
