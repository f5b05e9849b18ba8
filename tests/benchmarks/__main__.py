"""python -m tests.benchmarks: how fast records come in and go out, how long pages take, how well texts are matched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from argparse import SUPPRESS, ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")
django.setup()

from claims.interchange.formats import jsonl  # noqa: E402 — after setup
from tests.benchmarks import generated, matching, pages, pages_report, peer  # noqa: E402

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
#: What the exports are compared with: the same records by a bare cursor and orjson.
BARE_EXPORT = """
import sqlite3, sys, orjson
rows = sqlite3.connect(sys.argv[1]).execute("SELECT record FROM claims_publication WHERE is_current ORDER BY sequence")
with open(sys.argv[2], "wb") as file:
    for (text,) in rows:
        file.write(orjson.dumps(orjson.loads(text)) + b"\\n")
"""


@dataclass(frozen=True)
class Run:
    """One command's run: seconds of wall time, and the most memory it held, in MB."""

    seconds: float
    megabytes: float


def say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


def parser() -> ArgumentParser:
    made = ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    made.add_argument("what", choices=["interchange", "matching", "pages", "generate"])
    made.add_argument(
        "--claims",
        default="20000",
        help="how many; for pages several sizes: 10000,100000,1000000; for matching the file of claims",
    )
    made.add_argument("--file", type=Path, help="generate: where to write made-up records as JSON Lines")
    made.add_argument(
        "--loaddata-claims", type=int, default=2_000, help="interchange: records of which loaddata takes a fixture"
    )
    made.add_argument("--queries", type=Path, help="matching: the texts, TSV")
    made.add_argument("--qrels", type=Path, help="matching: which claims answer which texts, as TREC has it")
    made.add_argument("--here", action="store_true", help=SUPPRESS)  # matching: this database has the claims
    made.add_argument("--folder", type=Path, help="pages: where the data is kept, to be used again")
    made.add_argument("--postgres", default="", metavar="URL", help="pages: a server to make databases on, too")
    made.add_argument("--datasette", default="", metavar="COMMAND", help="pages: how to run Datasette here")
    made.add_argument("--rounds", type=int, default=25, help="pages: requests of each kind")
    made.add_argument("--json", metavar="FILE", help="write the numbers as JSON, too")
    made.add_argument("--markdown", metavar="FILE", help="pages: write the tables and the plot")
    return made


def main(arguments: list[str] | None = None) -> None:
    options = parser().parse_args(arguments)
    if options.what == "matching":
        _matching(options)
        return
    try:
        sizes = sorted(int(size) for size in options.claims.split(","))
    except ValueError:
        sys.exit("Give --claims as whole numbers, such as 10000,100000.")
    if min(*sizes, options.loaddata_claims, options.rounds - 1) < 1:
        sys.exit("Give at least one claim and two rounds.")
    if options.what == "generate":
        if not options.file:
            sys.exit("Give --file FILE: where to write.")
        generated.write(options.file, sizes[-1])
        return
    with tempfile.TemporaryDirectory() as folder:
        place = options.folder or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        found = _pages(place, sizes, options) if options.what == "pages" else _interchange(place, sizes, options)
    if options.json:
        Path(options.json).write_text(json.dumps(found, indent=1), encoding="utf-8")


def _matching(options: Namespace) -> None:
    if not options.queries or not options.qrels:
        sys.exit("Give --claims FILE, --queries FILE and --qrels FILE.")
    try:
        task = matching.read(Path(options.claims), options.queries, options.qrels)
    except matching.UnreadableError as error:
        sys.exit(str(error))
    if options.here:
        rows = matching.measure(task, say)
        sys.stdout.write(matching.markdown(rows))
        if options.json:
            Path(options.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory() as folder:
        place = options.folder or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        records, database = place / "claims.jsonl", place / "claims.sqlite3"
        environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database.resolve()}", "DEBUG": "off"}
        if not database.exists():
            records.write_bytes(b"".join(jsonl.write(matching.records(task))))
            for command in (["migrate", "--verbosity", "0"], ["import", "--no-vectors", str(records)]):
                subprocess.run([sys.executable, str(MANAGE), *command], env=environment, check=True)
        again = [sys.executable, "-m", "tests.benchmarks", "matching", "--here", "--claims", options.claims]
        again += ["--queries", str(options.queries), "--qrels", str(options.qrels)]
        again += ["--json", options.json] if options.json else []
        if subprocess.run(again, env=environment, cwd=MANAGE.parent, check=False).returncode:
            sys.exit("The benchmark failed; the reason is above.")


def _interchange(folder: Path, sizes: list[int], options: Namespace) -> Any:
    rows = _Interchange(folder).measure(sizes[-1], options.loaddata_claims)
    sys.stdout.write("| what | seconds | a second | MB | ratio | goal |\n|---|---|---|---|---|---|\n")
    for row in rows:
        sys.stdout.write("| " + " | ".join(str(value) for value in row.values()) + " |\n")
    return rows


def _pages(folder: Path, sizes: list[int], options: Namespace) -> Any:
    datasette = options.datasette.split() or peer.datasette_command()
    if not datasette:
        say("Datasette is not here (uv run --with datasette …): nothing to compare with.")
    bench = pages.Pages(folder, say, postgres=options.postgres, datasette=datasette, rounds=options.rounds)
    rows = bench.measure(sizes)
    reached = list(pages_report.goals(rows))
    text = pages_report.markdown(rows, reached)
    sys.stdout.write(text)
    if options.markdown:
        Path(options.markdown).write_text(text, encoding="utf-8")
    return {"pages": rows, "goals": reached}


class _Interchange:
    """Imports and exports on SQLite files of their own, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def measure(self, count: int, few: int) -> list[dict[str, Any]]:
        many, sample, fixture = (self.folder / name for name in ("many.jsonl", "few.jsonl", "few.json"))
        generated.write(many, count)
        generated.write(sample, few)
        database = self._database("many")
        jsonl_in = self._manage("import", "--no-vectors", str(many), database=database)
        source = self._database("few")
        self._manage("import", "--no-vectors", str(sample), database=source)
        self._manage("export", "--scope", "all", str(fixture), database=source)
        loaddata = self._manage("loaddata", str(fixture), database=self._database("loaded"))
        fixture_in = self._manage("import", "--no-vectors", str(fixture), database=self._database("imported"))
        bare = self._run(sys.executable, "-c", BARE_EXPORT, database, str(self.folder / "bare.jsonl"))
        nothing = str(self.folder / "nothing.jsonl")
        start = self._manage("export", "--format", "jsonl", nothing, database=self._database("empty"))
        exports = {
            name: self._manage("export", "--format", name, str(self.folder / f"out.{name}"), database=database)
            for name in ("jsonl", "claimreview", "csv", "stix")
        }
        slow = (loaddata.seconds - start.seconds) / few
        rows = [
            _row(
                "import jsonl", jsonl_in, count, slow / ((jsonl_in.seconds - start.seconds) / count), "≥ 10 × loaddata"
            ),
            _row("loaddata of the same objects", loaddata, few, 1, ""),
            _row(
                "import fixture", fixture_in, few, slow / ((fixture_in.seconds - start.seconds) / few), "≥ 5 × loaddata"
            ),
            _row("bare SELECT and orjson", bare, count, 1, ""),
        ]
        for name, run in exports.items():
            ratio = bare.seconds / max(run.seconds - start.seconds, 0.001)
            rows.append(
                _row(f"export {name}", run, count, ratio, "≥ 0.6 × bare" if name in {"jsonl", "claimreview"} else "")
            )
        return rows

    def _database(self, name: str) -> str:
        path = str(self.folder / f"{name}.sqlite3")
        self._manage("migrate", "--verbosity", "0", database=path)
        return path

    def _manage(self, *arguments: str, database: str = "") -> Run:
        return self._run(sys.executable, str(MANAGE), *arguments, database=database)

    def _run(self, *command: str, database: str = "") -> Run:
        say(" ".join(Path(part).name if "/" in part else part for part in command[1:4])[:80])
        environment = {**os.environ, "DEBUG": "off"}
        if database:
            environment["DATABASE_URL"] = f"sqlite:///{database}"
        began = monotonic()
        with Path(os.devnull).open("wb") as nowhere:
            process = os.posix_spawn(
                command[0], command, environment,
                file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1), (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2)],
            )  # fmt: skip
            _, status, usage = os.wait4(process, 0)
        if status:
            sys.exit(f"{' '.join(command[1:])[:200]} failed ({os.waitstatus_to_exitcode(status)}).")
        return Run(monotonic() - began, usage.ru_maxrss / 1024)


def _row(what: str, run: Run, count: int, ratio: float, goal: str) -> dict[str, Any]:
    return {
        "what": what,
        "seconds": round(run.seconds, 2),
        "a second": f"{count / run.seconds:,.0f}",
        "MB": round(run.megabytes),
        "ratio": f"{ratio:.2f}",
        "goal": goal,
    }


if __name__ == "__main__":
    main()
