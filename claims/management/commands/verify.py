from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from claims.management.progress import LongCommand
from claims.models import Card, Publication
from claims.record import CHAIN_START
from claims.record.chain import end_of_chain
from claims.record.verification import chain_faults


class Command(LongCommand):
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
        kept = (model.objects.filter(chain_hash=anchor.lower()) for model in (Publication, Card)) if anchor else ()
        if anchor and not any(rows.exists() for rows in kept):
            faults.append(
                f"nothing in the record has the chain hash {anchor}: the end of the chain was cut or rewritten"
            )
        if faults:
            raise CommandError("The public record is damaged.\n" + "\n".join(faults), returncode=1)
        _, chain_hash = end_of_chain()
        newest = f" Newest chain hash: {chain_hash}" if chain_hash != CHAIN_START else ""
        counted = f"{Publication.objects.count()} publications and {Card.objects.count()} cards verified, none changed."
        redacted = Publication.objects.redacted().count()
        if redacted:
            counted += f" {redacted} of them redacted."
        self.stdout.write(self.style.SUCCESS(counted) + newest)
