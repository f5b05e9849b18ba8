from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from claims.management.progress import LongCommand
from claims.models import Card, Proposal, Publication
from claims.record import CHAIN_START, Record, parse
from claims.record.chain import end_of_chain
from claims.record.content_rules import cautions
from claims.record.verification import chain_faults
from claims.vocabulary import ProposalKind, ProposalState
from claims.workflow import proposals


class Command(LongCommand):
    help = "Recompute every record's hash and the chain over all publications; name the first fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor", metavar="HASH", help="a chain hash noted earlier elsewhere; it must still be in the chain"
        )
        parser.add_argument(
            "--content",
            action="store_true",
            help="name instead what our reviews, standing or waiting, should be read again for (warnings only)",
        )
        parser.add_argument("--all", action="store_true", help="list every fault, not only the first")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["content"]:
            self._content()
            return
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

    def _content(self) -> None:
        read, told = 0, 0
        for name, document in _reviews():
            read += 1
            for caution in cautions(document):
                told += 1
                self.stdout.write(f"{name}: {caution.rule}: {caution.words}")
        self.stderr.write(f"{read:,} reviews read, {told:,} warnings.")


def _reviews() -> Iterator[tuple[str, Record]]:
    """Yield our reviews that stand, and those that wait for approval, with their names."""
    ours = Publication.shown.current().filter(reviewer__slug=settings.REVIEWER_SLUG)
    for publication in ours.in_chain_order().iterator(chunk_size=1000):
        yield publication.slug, parse(publication.record)
    waiting = Proposal.objects.filter(state=ProposalState.WAITING, claim__isnull=False).exclude(kind=ProposalKind.LIFT)
    for proposal in waiting.order_by("id").iterator(chunk_size=1000):
        document = proposals.document_of(proposal)
        yield f"{document.slug} (awaiting approval)", document
