from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.models import Publication
from claims.record.chain import chain_faults


class Command(BaseCommand):
    help = "Recompute every record's hash and the chain over all publications; name the first fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor", metavar="HASH", help="a chain hash noted earlier elsewhere; it must still be in the chain"
        )
        parser.add_argument("--all", action="store_true", help="list every fault, not only the first")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = []
        for fault in chain_faults():
            faults.append(fault)
            if not options["all"]:
                break
        anchor = options["anchor"]
        if anchor and not Publication.objects.filter(chain_hash=anchor.lower()).exists():
            faults.append(f"no publication has the chain hash {anchor}: the end of the chain was cut or rewritten")
        if faults:
            raise CommandError("The public record is damaged.\n" + "\n".join(faults), returncode=1)
        last = Publication.objects.in_chain_order().last()
        newest = f" Newest chain hash: {last.chain_hash}" if last else ""
        count = last.sequence if last else 0
        self.stdout.write(self.style.SUCCESS(f"{count} publications verified, none changed.") + newest)
