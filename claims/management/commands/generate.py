from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from claims.interchange.formats import jsonl
from claims.management import generated


class Command(BaseCommand):
    help = "Write made-up records as JSON Lines, for load and benchmarks; bring them in with “import”."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write; “-” for standard output")
        parser.add_argument("--claims", type=int, default=10_000, help="how many (default %(default)s)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same bytes")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = jsonl.write(generated.records(options["claims"], options["seed"]))
        if options["file"] == "-":
            sys.stdout.buffer.writelines(lines)
        else:
            with Path(options["file"]).open("wb") as file:
                file.writelines(lines)
