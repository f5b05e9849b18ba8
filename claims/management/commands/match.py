"""manage.py match: texts in as JSON Lines, the claims that answer them out; or how the desk's decisions rate them."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from claims import matching
from claims.management.progress import LongCommand, Progress
from claims.matching import quality


class Command(LongCommand):
    help = (
        "Match texts to the published claims. Each line of FILE is a JSON object with a text (and, if you like, "
        "id and language) or a JSON string; each line written has the same id and its matches, best first."
    )

    when_stopped = "What was written stays."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", help="JSON Lines in UTF-8; “-” for standard input")
        parser.add_argument("--limit", type=int, default=5, help=f"matches of a text, up to {matching.MAX_RESULTS}")
        parser.add_argument("--method", choices=matching.METHODS, default="fused", help="what decides (fused)")
        parser.add_argument("--report", action="store_true", help="the desk's decisions instead: precision by tier")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"]:
            self._report()
            return
        if not options["file"]:
            raise CommandError("Name a file of JSON Lines, or “-” for standard input.")
        if not 1 <= options["limit"] <= matching.MAX_RESULTS:
            raise CommandError(f"Give a --limit from 1 to {matching.MAX_RESULTS}.")
        with nullcontext(sys.stdin.buffer) if options["file"] == "-" else Path(options["file"]).open("rb") as lines:
            bad = self._match(lines, options["limit"], options["method"])
        if bad:
            raise CommandError(f"{bad} lines could not be read; the others were matched.")

    def _match(self, lines: Iterable[bytes], limit: int, method: str) -> int:
        progress, bad, said = Progress(self.stderr, "texts"), 0, set()
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                given = _given(line)
            except ValueError as error:
                self.stderr.write(f"Line {number}: {error}")
                bad += 1
                continue
            matched = matching.match(given["text"], language=given.get("language", ""), limit=limit, method=method)
            if matched.note and matched.note not in said:
                said.add(matched.note)
                self.stderr.write(str(matching.NOTES[matched.note]))
            answer = {"id": given.get("id", number), **matching.as_json(matched)}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            progress.at(number)
        return bad

    def _report(self) -> None:
        for tier in quality.by_tier():
            share = f"{tier.percent} % confirmed" if tier.percent is not None else "none decided yet"
            self.stdout.write(f"{tier.tier}: {tier.decided:,} decided, {share}")
        for item in quality.better_thresholds():
            better = (
                f"{item.better} would do"
                if item.better is not None
                else "no threshold known to do (too few decisions?)"
            )
            self.stdout.write(f"{item.setting} is {item.now}; for {item.aim:.0%} confirmed {better}.")


def _given(line: bytes) -> dict[str, Any]:
    """Return a line's object; raises ValueError with the remedy."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8: save the file as UTF-8.") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f'not JSON ({error}); write {{"text": "…"}}.') from error
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise ValueError(  # noqa: TRY004
            'no text; write {"text": "…"}.'
        )
    if not isinstance(value.get("language", ""), str):
        raise ValueError(  # noqa: TRY004
            'the language is no language code; write "en", or leave it out.'
        )
    return value
