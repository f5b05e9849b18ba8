"""A backup is the database of one moment, taken while it is written to, and what is restored is proved to be it."""

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from tests import postgres_server

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = next((ROOT / "fixtures").glob("*.json"))


def manage(url, *arguments, path="", **more):
    environment = {**os.environ, **more, "DATABASE_URL": url, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def filled(url):
    quickly = {"DJANGO_SETTINGS_MODULE": "tests.unmigrated"}
    for arguments, more in (
        (["migrate", "--run-syncdb", "-v0"], quickly),
        (["migrate", "--fake", "-v0"], {}),
        (["import", "--no-vectors", FIXTURE], {}),
    ):
        done = manage(url, *arguments, **more)
        assert done.returncode == 0, done.stderr
    return url


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A folder of all that run tests here, with a filled site and a backup of it that no test changes."""
    folder = tmp_path_factory.getbasetemp().parent / "backed-up-site"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "site.backup.json").exists():
            done = manage(filled(f"sqlite:///{folder / 'site.sqlite3'}"), "backup", folder / "site.backup")
            assert (done.returncode, "proved equal" in done.stdout) == (0, True), done.stderr
    return folder


@pytest.fixture
def site(shared):
    return f"sqlite:///{shared / 'site.sqlite3'}"


@pytest.fixture
def first_backup(shared):
    return shared / "site.backup"


@pytest.fixture
def backup(first_backup, tmp_path):
    """A backup that a test may harm."""
    for name in ("site.backup", "site.backup.json"):
        shutil.copy(first_backup.with_name(name), tmp_path / name)
    return tmp_path / "site.backup"


def exported(url, path):
    assert manage(url, "export", "--scope", "all", path).returncode == 0
    return path.read_bytes()


@pytest.mark.endurance
def test_a_restored_site_is_the_site_that_was_backed_up(site, backup, tmp_path):
    restored = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    done = manage(restored, "restore", backup)
    assert (done.returncode, "equal to what was backed up" in done.stdout) == (0, True), done.stderr
    assert exported(restored, tmp_path / "a.json") == exported(site, tmp_path / "b.json") == FIXTURE.read_bytes()
    assert "none changed" in manage(restored, "verify").stdout


@pytest.mark.slow
def test_a_site_is_never_overwritten(site, backup):
    done = manage(site, "restore", backup)
    assert done.returncode == 1 and "holds tables already" in done.stderr
    done = manage(site, "backup", backup)
    assert done.returncode == 1 and "is there already" in done.stderr


@pytest.mark.parametrize("harm", ["flip", "cut"])
def test_a_damaged_file_is_refused_and_leaves_nothing(backup, tmp_path, harm):
    content = bytearray(backup.read_bytes())
    content[len(content) // 2] ^= 1
    backup.write_bytes(content if harm == "flip" else content[:-4096])
    done = manage(f"sqlite:///{tmp_path / 'r.sqlite3'}", "restore", backup)
    assert done.returncode == 1 and "changed or cut" in done.stderr
    assert not (tmp_path / "r.sqlite3").exists() or not (tmp_path / "r.sqlite3").stat().st_size


def test_rows_that_are_not_those_of_the_manifest_are_told(backup, tmp_path):
    manifest = json.loads((backup.parent / "site.backup.json").read_text())
    manifest["tables"]["claims_source"][1] = "0" * 64
    (backup.parent / "site.backup.json").write_text(json.dumps(manifest))
    done = manage(f"sqlite:///{tmp_path / 'r.sqlite3'}", "restore", backup)
    assert done.returncode == 1 and "not what was backed up: claims_source" in done.stderr


def test_a_backup_of_a_later_version_is_refused(backup, tmp_path):
    place = backup.with_name("site.backup.json")
    place.write_text(json.dumps({**json.loads(place.read_text()), "format": 99}))
    done = manage(f"sqlite:///{tmp_path / 'r.sqlite3'}", "restore", backup)
    assert done.returncode == 1 and "with the version that wrote it" in done.stderr.replace("\n", " ")


def test_only_their_owner_reads_the_database_and_its_backups(site, first_backup):
    files = [Path(site.removeprefix("sqlite:///")), first_backup, first_backup.with_name("site.backup.json")]
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600] * 3


def test_a_backup_is_taken_while_another_process_writes(site, tmp_path):
    with sqlite3.connect(site.removeprefix("sqlite:///"), isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        done = manage(site, "backup", tmp_path / "b")
        other.execute("ROLLBACK")
    assert done.returncode == 0, done.stderr


def test_a_file_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"x")
    done = manage(f"sqlite:///{tmp_path / 'r.sqlite3'}", "restore", tmp_path / "x")
    assert done.returncode == 1 and "not a backup of ours" in done.stderr


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.endurance
def test_postgresql_under_write_load(tmp_path):
    try:
        with postgres_server.running() as url:
            programs = postgres_server.client_programs()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE backed_up")
                connection.execute("CREATE DATABASE restored")
            site, restored = (url.rpartition("/")[0] + f"/{name}" for name in ("backed_up", "restored"))
            with psycopg.connect(site, autocommit=True) as connection:
                connection.execute("CREATE TABLE pairs (id serial PRIMARY KEY, word text)")
            done = threading.Event()

            def write():
                with psycopg.connect(site) as connection:
                    while not done.is_set():
                        with connection.transaction():
                            connection.execute("INSERT INTO pairs (word) VALUES ('left'), ('right')")

            writer = threading.Thread(target=write)
            writer.start()
            backed_up = manage(site, "backup", tmp_path / "b", path=programs)
            done.set()
            writer.join()
            assert backed_up.returncode == 0, backed_up.stderr
            back = manage(restored, "restore", tmp_path / "b", path=programs)
            assert (back.returncode, "equal to what was backed up" in back.stdout) == (0, True), back.stderr
            with psycopg.connect(restored) as connection:
                assert connection.execute("SELECT count(*) % 2 FROM pairs").fetchone()[0] == 0
            assert manage(restored, "restore", tmp_path / "b", path=programs).returncode == 1
    except postgres_server.NoPostgresError as error:
        pytest.skip(str(error))
