"""Backups of the whole database, taken while it is written to, and proved equal to what they were taken from.

SQLite: its own backup of one read transaction, so of one moment. PostgreSQL: pg_dump of an exported
snapshot. Beside the file stands FILE.json: which database it is of, the SHA-256 of the file, and for
each table the number of rows and a digest of them, worked out in that same moment.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

FORMAT = 1
_PAGES = 20_000  # of SQLite copied between two words of progress
_ROWS = 2_000


class BackupError(Exception):
    """A backup or restore that was not done; the message says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    format: int
    vendor: str
    file_sha256: str
    tables: dict[str, tuple[int, str]]

    def differences(self, tables: dict[str, tuple[int, str]]) -> list[str]:
        """Return the names of tables that are not as they were."""
        return sorted(name for name in {*self.tables, *tables} if self.tables.get(name) != tables.get(name))


def back_up(path: Path, progress: Callable[[str], None]) -> Manifest:
    """Write a backup and its manifest; a file that is there already is refused. Interrupted, it leaves no file."""
    if path.exists() or _manifest_of(path).exists():
        raise BackupError(f"{path} is there already. Name a new file.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    _make_private(unfinished)
    try:
        tables = (_back_up_sqlite if connection.vendor == "sqlite" else _back_up_postgres)(unfinished, progress)
        progress("Reading the file again …")
        manifest = Manifest(FORMAT, connection.vendor, _sha256(unfinished), tables)
        _make_private(_manifest_of(path))
        _manifest_of(path).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
        unfinished.rename(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        _manifest_of(path).unlink(missing_ok=True)
        raise
    return manifest


def restore(path: Path, progress: Callable[[str], None]) -> Manifest:
    """Put a backup into this site's database, which must hold nothing; raises BackupError."""
    manifest = read_manifest(path)
    if manifest.vendor != connection.vendor:
        raise BackupError(
            f"This is a backup of {manifest.vendor}; the database here is {connection.vendor}. To move between them,"
            " export and import a fixture."
        )
    if _sha256(path) != manifest.file_sha256:
        raise BackupError(
            f"{path} was changed or cut since it was written: its SHA-256 is another. Take another backup."
        )
    if not _is_empty():
        raise BackupError(
            "The database here holds tables already. Restore into a new one, and then point the site at it."
        )
    (_restore_sqlite if connection.vendor == "sqlite" else _restore_postgres)(path, manifest, progress)
    return manifest


def read_manifest(path: Path) -> Manifest:
    try:
        values = json.loads(_manifest_of(path).read_text(encoding="utf-8"))
        values["tables"] = {name: tuple(digest) for name, digest in values["tables"].items()}
        manifest = Manifest(**values)
    except FileNotFoundError as error:
        raise BackupError(
            f"{path} is not a backup of ours: there is no {_manifest_of(path).name} beside it."
        ) from error
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{_manifest_of(path)} cannot be read: {error}.") from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"{path} was written in format {manifest.format}, and this version reads {FORMAT}: restore it with the"
            " version that wrote it."
        )
    return manifest


def _make_private(path: Path) -> None:
    """Make an empty file that only its owner can read, in place of what a killed process left."""
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _manifest_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _back_up_sqlite(path: Path, progress: Callable[[str], None]) -> dict[str, tuple[int, str]]:
    name = connection.settings_dict["NAME"]

    def said(_status: int, remaining: int, total: int) -> None:
        progress(f"{100 * (total - remaining) // max(total, 1)} % of {total:,} pages …")

    with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True, isolation_level=None)) as source:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees one moment
        with closing(sqlite3.connect(path)) as copy:
            source.backup(copy, pages=_PAGES, progress=said)
        progress("Working out what is in it …")
        tables = _tables_of(source.cursor())
        source.execute("COMMIT")
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
        if _tables_of(copy.cursor()) != tables:
            raise BackupError("The copy is not what the database was. Is the disk sound?")
    return tables


def _restore_sqlite(path: Path, manifest: Manifest, progress: Callable[[str], None]) -> None:
    place = Path(connection.settings_dict["NAME"])
    unfinished = place.with_name(f"{place.name}.unfinished")
    _make_private(unfinished)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
            progress("Comparing with the backup …")
            _refuse_other(manifest, _tables_of(target.cursor()))
        connection.close()
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _refuse_other(manifest: Manifest, tables: dict[str, tuple[int, str]]) -> None:
    if different := manifest.differences(tables):
        raise BackupError(f"What was restored is not what was backed up: {', '.join(different)}. Do not use it.")


def _back_up_postgres(path: Path, progress: Callable[[str], None]) -> dict[str, tuple[int, str]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        progress("pg_dump …")
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={path}", "--no-owner", "--no-privileges")
        progress("Working out what is in it …")
        return _tables_of_postgres(cursor)


def _restore_postgres(path: Path, manifest: Manifest, progress: Callable[[str], None]) -> None:
    _run(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        "--dbname",
        _database(),
        str(path),
    )
    progress("Comparing with the backup …")
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_other(manifest, _tables_of_postgres(cursor))


def _run(program: str, *arguments: str) -> None:
    if shutil.which(program) is None:
        raise BackupError(f"{program} is missing: install PostgreSQL's client programs and have them on the PATH.")
    given = connection.settings_dict
    environment = {
        **os.environ,
        "PGHOST": str(given["HOST"]),
        "PGPORT": str(given["PORT"]),
        "PGUSER": str(given["USER"]),
        "PGPASSWORD": str(given["PASSWORD"]),
        "PGDATABASE": _database(),
    }
    environment = {name: value for name, value in environment.items() if value}
    done = subprocess.run(  # noqa: S603 — our own arguments
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program} failed: {done.stderr.strip()[:2000]}")


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _is_empty() -> bool:
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def _tables_of(cursor: Any) -> dict[str, tuple[int, str]]:
    """Return (rows, digest) of each table of a SQLite database, row by row in the order of its key."""
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    return {name: _digest(_rows(cursor, name)) for (name,) in cursor.fetchall() if _is_stored(cursor, name)}


def _is_stored(cursor: Any, name: str) -> bool:
    """Whether a table is one of its own: what a virtual one shows stands in others."""
    cursor.execute(f"PRAGMA table_list('{name}')")
    return bool(cursor.fetchone()[2] != "virtual")


def _rows(cursor: Any, name: str) -> Iterator[Any]:
    cursor.execute(f'SELECT * FROM "{name}"')  # a table is read in the order of its key
    while rows := cursor.fetchmany(_ROWS):
        yield from rows


def _digest(rows: Iterator[Any]) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
        count += 1
    return count, digest.hexdigest()


def _tables_of_postgres(cursor: Any) -> dict[str, tuple[int, str]]:
    """Return (rows, digest) of each table, worked out by the database: the sum of the rows' own digests."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    tables = {}
    for (name,) in cursor.fetchall():
        cursor.execute(
            f"SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM \"{name}\" t"
        )
        count, digest = cursor.fetchone()
        tables[name] = (count, str(digest))
    return tables


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
