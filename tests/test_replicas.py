"""A PostgreSQL primary and a replica that streams from it: readers read there, and never notice when it dies."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from tests import postgres_server

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [pytest.mark.postgres, pytest.mark.slow]
PATIENCE = 40  # seconds until a thing that should come about has not


@pytest.fixture(scope="module")
def site(static_files):
    """Yield (address, primary's URL, replica's URL) of a site whose replica lives as long as its tests."""
    with _site() as (address, primary, replica, _kill):
        yield address, primary, replica


@pytest.fixture
def doomed_site(static_files):
    """Yield (address, replica's URL, what kills the replica) of a site that no other test asks."""
    with _site(is_filled=False) as (address, _primary, replica, kill):
        yield address, replica, kill


@contextmanager
def _site(*, is_filled=True):
    """Yield (address, primary's URL, replica's URL, what kills the replica) of a site with the demo's data."""
    try:
        with postgres_server.pair() as (primary, replica, kill):
            environment = {
                **os.environ,
                "DATABASE_URL": primary,
                "DATABASE_REPLICA_URLS": replica,
                "DEBUG": "off",
                "HTTPS": "off",
                "API_RATE": "100000/min",
            }
            quickly = {**environment, "DJANGO_SETTINGS_MODULE": "tests.unmigrated"}
            _manage(quickly, "migrate", "--run-syncdb", "-v0")
            _manage(environment, "migrate", "--fake", "-v0")
            if is_filled:
                _manage(environment, "import", "--no-vectors", str(next((ROOT / "fixtures").glob("*.json"))))
            with _served(environment) as address:
                yield address, primary, replica, kill
    except postgres_server.NoPostgresError as error:
        pytest.skip(str(error))


def _manage(environment, *arguments):
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )


@contextmanager
def _served(environment):
    port = postgres_server.free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "factcheck.wsgi",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "2",
        "--log-level",
        "error",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        address = f"http://127.0.0.1:{port}"
        until(lambda: status(f"{address}/readyz") == 200)
        yield address
    finally:
        process.terminate()
        process.wait()


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status if answer.read() else 0
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def until(holds):
    end = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < end


def commits(url):
    """Return how many transactions a database has answered, but for this one's kind."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_stat_clear_snapshot()")
        asked = "SELECT tup_fetched FROM pg_stat_database WHERE datname = current_database()"
        return connection.execute(asked).fetchone()[0]


def test_what_anyone_reads_is_read_from_the_replica_and_what_is_new_is_there(site):
    address, _primary, replica = site
    before = commits(replica)
    until(lambda: status(f"{address}/claims/") == 200 and commits(replica) > before + 500)


def test_a_replica_that_lags_is_not_asked(site):
    address, primary, replica = site
    with psycopg.connect(replica, autocommit=True) as behind, psycopg.connect(primary, autocommit=True) as ahead:
        behind.execute("SELECT pg_wal_replay_pause()")
        try:
            ahead.execute(
                "INSERT INTO claims_publication SELECT (json_populate_record(p, json_build_object('id', id + 1000,"
                " 'sequence', (SELECT max(sequence) + 1 FROM claims_publication), 'claim_id', gen_random_uuid(),"
                " 'is_current', true, 'slug', 'a-new-one', 'chain_hash', md5('x') || md5('x')))).*"
                " FROM claims_publication p ORDER BY sequence LIMIT 1"
            )
            until(lambda: status(f"{address}/claims/a-new-one/") == 200)
        finally:
            behind.execute("SELECT pg_wal_replay_resume()")


@pytest.mark.endurance
def test_a_replica_killed_under_load_costs_no_reader_an_answer(doomed_site):
    address, replica, kill = doomed_site
    pages = [
        "/claims/",
        "/",
        "/claims/?q=treaty",
        "/api/v1/claims",
        "/topics/",
        "/claims/feed.atom",
        "/claims/?verdict=false",
    ]
    seen, done = [], threading.Event()

    def read(number):
        while not done.is_set():
            seen.append(status(address + pages[(number + len(seen)) % len(pages)]))

    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    until(lambda: len(seen) > 60)
    kill()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(replica)
    at_death = len(seen)
    until(lambda: len(seen) > at_death + 120)
    done.set()
    for reader in readers:
        reader.join()
    assert set(seen) == {200}, [code for code in seen if code != 200]
