"""Kill, fill, lock and stop a whole site, and count what was lost: prints a table, and exits 1 where anything was."""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.endurance import strangers
from tests.endurance.site import FIXTURE, STATE, Person, Postgres, Site, again, site, tried

ADD = "/admin/claims/claim/add/"
AWAITING = "/admin/claims/claim/?queue=to_approve"


class Tally:
    """What was tried, what came of it, and what is wrong."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.acknowledged: list[str] = []
        self.wrong: list[str] = []

    def require(self, holds: bool, words: str) -> None:
        if not holds:
            self.wrong.append(words)

    def say(self, what: str) -> bool:
        rows = "".join(f"| {name} | {count:,} |\n" for name, count in self.counts.items())
        sys.stdout.write(f"\n| {what} | |\n|---|---|\n{rows}")
        sys.stdout.write("".join(f"WRONG: {words}\n" for words in self.wrong) or "Nothing lost, nothing half.\n")
        return not self.wrong


def main() -> None:
    trials = {trial.__name__: trial for trial in (kills, contended, disk, stops, servers, backups, fuzz, ceiling)}
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=trials)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument(
        "--times", type=int, default=100, help="kills, posts of each writer, or requests (default %(default)s)"
    )
    options = parser.parse_args()
    tally = Tally()
    with _folder() as folder:
        trials[options.what](options.database, folder, options.times, tally)
    sys.exit(0 if tally.say(f"{options.what}, {options.database}") else 1)


def kills(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Kill gunicorn's workers, all of it, the import and the database, while the desk writes and publishes."""
    with site(database, folder, waiting=times) as (where, postgres):
        where.serve()
        records = folder / "records.jsonl"
        _generate(records, 3_000)
        bringing_in = where.begin("import", "--no-vectors", records)
        with _at_work(where, tally, writers=3, approvers=1):
            for number in range(times):
                time.sleep(random.uniform(1, 3))
                bringing_in = _kill_one(where, postgres, number, tally, bringing_in, records)
                where.wait()
            time.sleep(2)
        bringing_in.wait()
        _ = where.manage("import", "--no-vectors", records, ok=False)
        _check(where, tally, folder)


def _kill_one(
    where: Site, postgres: Postgres | None, number: int, tally: Tally, bringing_in: Any, records: Path
) -> Any:
    if number % 5 == 4:
        if bringing_in.poll() is None:
            bringing_in.kill()
            tally.counts["imports killed"] += 1
        bringing_in.wait()
        return where.begin("import", "--no-vectors", records)
    if postgres and number % 2:
        postgres.kill()
        time.sleep(0.3)
        again(postgres.start)
        tally.counts["databases killed"] += 1
    elif number % 4:
        where.kill_worker()
        tally.counts["workers killed"] += 1
    else:
        where.kill_all()
        where.serve()
        tally.counts["servers killed"] += 1
    return bringing_in


def contended(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Sixteen people write at once."""
    with site(database, folder, people=16) as (where, _):
        where.serve()
        began = time.monotonic()
        with _at_work(where, tally, writers=16, posts=times):
            pass
        tally.counts["posts a second"] = round(tally.counts["posts"] / (time.monotonic() - began))
        tally.require(tally.counts["posts"] == 16 * times, "not every post was sent")
        _check(where, tally, folder)


def disk(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Let the disk run full under a SQLite site; then give it room again."""
    place = folder / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], check=True)
    try:
        with site("sqlite", place) as (where, _):
            where.serve()
            editor = Person(where, "editor0")
            editor.page(ADD)
            filler = place / "filler"
            filler.write_bytes(b"x" * max(0, shutil.disk_usage(place).free - 40_000))
            answers = Counter(editor.post(ADD, statement=f"Full {n}. {'x' * 20_000}") for n in range(5))
            tally.require(answers[503] > 0, f"posts to a full disk were answered {dict(answers)}")
            tally.counts["posts refused with 503"] = answers[503]
            for path in ("/", "/claims/", "/readyz", "/admin/"):
                status = editor.browser.get(f"{where.address}{path}", timeout=30).status_code
                tally.require(status == 200, f"{path} was answered {status}")
            _commands_on_a_full_disk(where, place, tally)
            filler.unlink()
            tally.require(editor.post(ADD, statement="Room again.") == 302, "no post was taken when there was room")
            tally.acknowledged.append("Room again.")
            _check(where, tally, folder)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def _commands_on_a_full_disk(where: Site, place: Path, tally: Tally) -> None:
    records = place.parent / "records.jsonl"
    _generate(records, 2_000)
    for command in (
        ["import", "--no-vectors", records],
        ["backup", place / "x.backup"],
        ["export", "--scope", "all", place / "x.json"],
    ):
        done = where.manage(*command, ok=False)
        told = re.search("full|No space left", done.stderr) and not re.search("Traceback|refused", done.stderr)
        tally.require(done.returncode == 1 and bool(told), f"{command[0]} on a full disk: {done.stderr[-300:]}")
        tally.counts["commands that say the disk is full"] += bool(told)
    tally.require(not list(place.glob("x.*")), "a command left a part of a file")


def stops(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Ctrl+C in each long command, at any moment; then the same command again."""
    with site(database, folder) as (where, _):
        records = folder / "records.jsonl"
        _generate(records, 2_000)
        where.manage("import", "--no-vectors", records)
        more = folder / "more.jsonl"
        _generate(more, 6_000)
        commands: list[list[Any]] = [
            ["export", "--scope", "all", folder / "a.json"],
            ["export", "--format", "stix", folder / "a.stix"],
            ["reindex"],
            ["import", "--no-vectors", more],
        ]
        if database == "sqlite":
            commands.append(["backup", folder / "a.backup"])
        for number in range(times):
            command = commands[number % len(commands)]
            running = where.begin(*command)
            time.sleep(random.uniform(2.5, 7))
            running.send_signal(random.choice([signal.SIGINT, signal.SIGTERM]))
            try:
                words = running.communicate(timeout=20)[1]
            except subprocess.TimeoutExpired:
                running.kill()
                tally.wrong.append(f"{command[0]} went on for 20 seconds after it was stopped")
                continue
            tally.counts[f"{command[0]}: {'stopped' if running.returncode == 130 else 'done or not begun'}"] += 1
            is_ours = "Stopped. " in words or running.returncode in {0, -signal.SIGINT, -signal.SIGTERM, 1}
            tally.require("Traceback" not in words or "Stopped" in words or _in_start(words), words[-500:])
            tally.require(is_ours, words[-300:])
            for left in folder.glob("a.*"):
                tally.require(".unfinished" not in left.name, f"{left.name} was left")
                left.unlink()
        _check(where, tally, folder)


def _in_start(words: str) -> bool:
    """Whether a stop came before the command itself had begun."""
    return "django.setup()" in words or "import" in words


def servers(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Two servers on one database, both at work."""
    with site(database, folder, people=8) as (where, _):
        where.serve()
        other = Site(folder, where.url)
        other.serve()
        try:
            with _at_work(where, tally, writers=4, posts=times), _at_work(other, tally, writers=4, posts=times, of=4):
                pass
            _check(where, tally, folder)
        finally:
            other.stop()


def backups(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Back up while the desk writes; what is restored verifies."""
    with site(database, folder) as (where, _):
        where.serve()
        with _at_work(where, tally, writers=3):
            for number in range(min(times, 10)):
                where.manage("backup", folder / f"{number}.backup")
                tally.counts["backups"] += 1
        if database == "sqlite":
            for number in range(tally.counts["backups"]):
                restored = Site(folder, f"sqlite:///{folder / f'restored{number}.sqlite3'}")
                restored.manage("restore", folder / f"{number}.backup")
                restored.manage("verify")
                tally.counts["restored"] += 1
        _check(where, tally, folder)


def fuzz(database: str, folder: Path, times: int, tally: Tally) -> None:
    """Odd requests of every kind: none is answered by a fault of ours."""
    with site(database, folder) as (where, _):
        where.serve()
        tally.counts |= strangers.fuzz(where, times)
        faults = [name for name in tally.counts if name.startswith("5") and name[:3] not in {"501", "503"}]
        tally.require(not faults, "; ".join(faults[:5]))


def ceiling(database: str, folder: Path, times: int, tally: Tally) -> None:
    """More API calls than the ceiling, from one place that makes addresses up, to two server processes."""
    with site(database, folder) as (where, _):
        where.environment["WEB_CONCURRENCY"] = "2"
        where.serve()
        tally.counts |= strangers.ceiling(where, times)
        tally.require(540 <= tally.counts["200"] <= 660, "more or fewer than the ceiling of 600 a minute")


@contextmanager
def _at_work(
    where: Site, tally: Tally, *, writers: int, approvers: int = 0, posts: int | None = None, of: int = 0
) -> Iterator[None]:
    """People who write claims, and who publish what waits, until the block ends, or so many posts are sent."""
    done = threading.Event()
    writing = [threading.Thread(target=_write, args=(where, n, tally, done, posts)) for n in range(of, of + writers)]
    approving = [threading.Thread(target=_approve, args=(where, n, tally, done)) for n in range(approvers)]
    for thread in (*writing, *approving):
        thread.start()
    try:
        yield
    finally:
        if posts is None:
            done.set()
        for thread in (*writing, *approving):
            thread.join()


def _write(where: Site, number: int, tally: Tally, done: threading.Event, posts: int | None) -> None:
    editor, sent = Person(where, f"editor{number}"), 0
    while not done.is_set() and (posts is None or sent < posts):
        statement = f"Writer {number} of {where.port} wrote sentence {sent}."
        status = tried(lambda words=statement: editor.post(ADD, statement=words))
        if status == 302:
            tally.acknowledged.append(statement)
        sent += 1
        tally.counts["posts"] += 1
        tally.counts[f"answered {status or 'by nobody'}"] += 1
        if not status:
            time.sleep(0.2)


def _approve(where: Site, number: int, tally: Tally, done: threading.Event) -> None:
    approver = Person(where, f"approver{number}")
    waiting: list[str] = []
    while not done.is_set():
        if not waiting:
            found = tried(lambda: approver.claims(AWAITING))
            waiting = found if isinstance(found, list) else []
        if not waiting:
            time.sleep(0.2)
            continue
        address = waiting.pop()
        status = tried(lambda path=address: approver.approve(path))
        tally.counts[f"approvals answered {status or 'by nobody'}"] += 1


def _generate(path: Path, count: int) -> None:
    command = [sys.executable, "-m", "tests.benchmarks", "generate", "--claims", str(count), "--file", str(path)]
    subprocess.run(command, check=True, capture_output=True)


def _check(where: Site, tally: Tally, folder: Path) -> None:
    """Count what was acknowledged and is not there, and compare an export with that of its own import."""
    said, half, publications = json.loads(where.manage("shell", "-v0", "-c", STATE).stdout)
    lost = set(tally.acknowledged) - set(said)
    twice = [words for words, count in Counter(said).items() if count > 1 and words.startswith("Writer ")]
    tally.counts |= {
        "acknowledged posts": len(tally.acknowledged),
        "of them lost": len(lost),
        "half states": half,
        "publications": publications,
    }
    tally.require(not lost, f"lost: {sorted(lost)[:3]}")
    tally.require(not half, f"{half} claims are half published")
    tally.require(not twice, f"saved twice: {twice[:3]}")
    where.manage("verify")
    if where.url.startswith("sqlite"):
        with sqlite3.connect(where.url.removeprefix("sqlite:///")) as connection:
            tally.require(connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok", "the file is damaged")
    where.manage("export", "--scope", "all", folder / "first.json")
    copy = Site(folder, f"sqlite:///{folder / 'again.sqlite3'}")
    copy.manage("migrate", "-v0")
    copy.manage("import", "--no-vectors", folder / "first.json")
    copy.manage("export", "--scope", "all", folder / "second.json")
    same = (folder / "first.json").read_bytes() == (folder / "second.json").read_bytes()
    tally.require(same, "export, import and export differ")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="factcheck-endurance-", ignore_cleanup_errors=True) as name:
        yield Path(name)


if __name__ == "__main__":
    assert FIXTURE.exists()
    main()
