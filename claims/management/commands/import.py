# ruff: noqa: N999 — the command is called import
from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO

import orjson
from django.core.management.base import CommandError

from claims import matching
from claims.interchange.formats import fixture
from claims.interchange.imports import columns, files, fixtures, run
from claims.interchange.imports.batches import Importer
from claims.interchange.imports.records import Problem
from claims.management.progress import LongCommand, Progress
from claims.models import bulk
from claims.vocabulary import ImportKind, SourceKind

SHOWN = 20  # problems told in words; the report has all


class Command(LongCommand):
    help = (
        "Bring in a fixture (one transaction), our records, our own list as drafts, or reviews by others, which wait"
        " for two people (in blocks: killed, it goes on where it was when run again). Nothing here is overwritten."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a file, also one packed with gzip; “-” for standard input")
        parser.add_argument(
            "--as",
            dest="kind",
            choices=ImportKind.values,
            help="what it holds: our own work (rows become drafts), reviews by others (they wait for two people), or an"
            " export of this product. Left out, an export is told by its chain, and all else waits",
        )
        parser.add_argument("--format", choices=["fixture", *run.FORMATS], help="told by the file if left out")
        parser.add_argument("--dry-run", action="store_true", help="do all of it, say what happened, and undo it")
        parser.add_argument("--report", metavar="FILE", help="write every problem as a JSON line: place, reason, value")
        parser.add_argument("--mapping", metavar="FILE", help='which column means what, as JSON: {"claim": "Text", …}')
        parser.add_argument("--accept-guess", action="store_true", help="take columns by their names without asking")
        parser.add_argument("--no-header", action="store_true", help="the table has no header; columns are 1, 2, 3 …")
        parser.add_argument("--encoding", default="", help="of a table; told by its letters if left out")
        order = parser.add_mutually_exclusive_group()
        order.add_argument("--day-first", dest="day_first", action="store_true", default=None, help="03/04 is 3 April")
        order.add_argument("--month-first", dest="day_first", action="store_false", help="03/04 is March 4")
        parser.add_argument("--reviewer", default="", help="who reviewed, where the file does not say")
        parser.add_argument(
            "--claimants",
            choices=SourceKind.values,
            default=SourceKind.ORGANISATION.value,
            help="what those who made the claims are, where the file does not say (default %(default)s)",
        )
        parser.add_argument("--no-vectors", action="store_true", help="leave them to “reindex --vectors”")
        parser.add_argument("--language", default="en", help="of reviews that do not say theirs (default %(default)s)")

    without_vectors = False

    def handle(self, *args: Any, **options: Any) -> None:
        self.without_vectors = options["no_vectors"]
        if options["file"] == "-":
            with NamedTemporaryFile(suffix=".json") as copy:
                while chunk := sys.stdin.buffer.read(1 << 20):
                    copy.write(chunk)
                copy.flush()
                self._bring_in(Path(copy.name), options)
        else:
            self._bring_in(Path(options["file"]), options)

    def _bring_in(self, path: Path, options: dict[str, Any]) -> None:
        self.when_stopped = "Nothing was imported."
        try:
            if options["format"] == "fixture" or (not options["format"] and run.is_fixture(path)):
                if options["kind"] not in {None, ImportKind.OURS}:
                    raise CommandError("A fixture is an export of this product: leave --as out, or say --as ours.")
                if unused := [name for name in ("mapping", "report", "encoding", "reviewer") if options[name]]:
                    raise CommandError(f"A fixture says all of it itself: leave --{', --'.join(unused)} out.")
                self._fixture(path, is_trial=options["dry_run"])
            else:
                self._others(path, options)
        except (files.UnreadableError, columns.MappingError) as error:
            raise CommandError(str(error)) from error

    def _fixture(self, path: Path, *, is_trial: bool) -> None:
        try:
            rows = fixtures.rows_of(path)
            progress = Progress(self.stderr, "objects", len(rows)).at
            report = fixtures.bring_in(rows, Importer.of(path), progress=progress, is_trial=is_trial)
        except fixture.FixtureError as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        for line in report.kept:
            self.stderr.write(line)
        added = ", ".join(f"{count} × {name}" for name, count in report.added.items() if count) or "nothing"
        self._conclude(f"Added {added}; {report.same} already here.", is_trial=is_trial)
        if report.is_rechained:
            self.stderr.write("Publications took new places in this database's chain; their records are unchanged.")

    def _others(self, path: Path, options: dict[str, Any]) -> None:
        how = run.plan(
            path,
            format_name=options["format"] or "",
            has_header=not options["no_header"],
            own_mapping=self._mapping(options["mapping"]),
            kind=ImportKind(options["kind"]) if options["kind"] else None,
            encoding=options["encoding"],
        )
        how.is_day_first, how.language, how.reviewer = options["day_first"], options["language"], options["reviewer"]
        how.claimant_kind = SourceKind(options["claimants"])
        self.stderr.write(f"{path.name} is read as {how.told}.")
        for note in how.notes:
            self.stderr.write(note)
        if how.mapping and not options["mapping"]:
            self._confirm(how, is_accepted=options["accept_guess"] or options["dry_run"])
        with Path(options["report"]).open("w", encoding="utf-8") if options["report"] else nullcontext() as report:
            self._take(path, how, report, is_trial=options["dry_run"])

    def _mapping(self, name: str | None) -> Any:
        if not name:
            return None
        try:
            return json.loads(Path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CommandError(f"Cannot read the mapping {name}: {error}.") from error

    def _confirm(self, how: run.Plan, *, is_accepted: bool) -> None:
        """Show which column is taken as what; go on only when a person agrees."""
        self.stderr.write("\n".join(f"  {field:<14} ← {column}" for field, column in how.mapping.items()))
        self.stderr.write(f"  not taken: {', '.join(how.unused) or 'nothing'}")
        if is_accepted:
            return
        if not sys.stdin.isatty():
            raise CommandError("Say yes with --accept-guess, or say which column is what with --mapping FILE.")
        if input("Is this right? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was imported. Say which column is what with --mapping FILE.")

    def _take(self, path: Path, how: run.Plan, report: TextIO | None, *, is_trial: bool) -> None:
        reasons: Counter[str] = Counter()

        def on_problem(problem: Problem) -> None:
            reasons[problem.reason] += 1
            if report:
                report.write(orjson.dumps(problem).decode() + "\n")
            if reasons.total() <= SHOWN and not is_trial:
                self.stderr.write(f"{problem.place}: {problem.reason}{f' ({problem.value})' if problem.value else ''}")

        if not is_trial:
            self.when_stopped = "What was brought in stays; run it again and it goes on from there."
        progress = Progress(self.stderr, "items")
        importer = Importer.of(path, kind=how.kind)
        intake = run.bring_in(
            path,
            how,
            importer,
            on_problem=on_problem,
            progress=lambda _, done: progress.at(done),
            is_trial=is_trial,
        )
        for reason, count in reasons.most_common(SHOWN):
            self.stderr.write(f"{count:>8,} × {reason}")
        self._conclude(intake.summary, is_trial=is_trial)
        if importer.batch and importer.batch.waiting().exists():
            self.stderr.write(
                "Nothing of what waits is public: on the desk, under Batches, one submits it, another approves."
            )

    def _conclude(self, words: str, *, is_trial: bool) -> None:
        if not is_trial:
            self.when_stopped = "It is all here; “manage.py reindex --vectors” makes the vectors that are missing."
            bulk.refresh_statistics()
        self.stderr.write(self.style.SUCCESS(words))
        if not is_trial and not self.without_vectors:
            progress = Progress(self.stderr, "vectors")
            if matching.vectors.make_newest(progress.at):
                self.stderr.write("“manage.py reindex --vectors” makes the vectors of the others.")
        if is_trial:
            self.stderr.write("This was a trial: nothing was changed.")
