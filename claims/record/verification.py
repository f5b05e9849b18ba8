"""Whether the chain is what it was: recomputed in order, opened, and held against what goes along with it."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import batched
from itertools import chain as chained
from operator import attrgetter
from typing import Any

from django.db import connection
from pydantic import ValidationError

from claims import search
from claims.models import Card, Claim, Publication, triggers
from claims.models.cards import redaction_of
from claims.models.publications import PUBLISHED_LINKS
from claims.record import cards, signatures
from claims.record.canonical import CHAIN_START, chain_hash, record_hash
from claims.record.chain import named_without_card
from claims.record.columns import columns_that_differ, redacted_columns
from claims.vocabulary import SETTLED, CardKind

CHECKED = 500  # entries at a time


def chain_faults() -> Iterator[str]:
    """Recompute the whole chain in order and yield what is wrong, the first fault first.

    Each fault names the publication or card. Constant memory; a sound chain yields nothing.
    """
    try:
        yield from _faults_in_order()
        yield from _faults_beside()
    except ValueError as error:
        yield f"a row of the record cannot be read any more: {error}"


def _faults_in_order() -> Iterator[str]:
    previous, place = CHAIN_START, 0
    for batch in batched(_entries_in_order(), CHECKED, strict=False):
        unsigned = dict(signatures.faults(batch))
        for entry in batch:
            place += 1
            if entry.sequence != place:
                missing = f"{place}" if entry.sequence == place + 1 else f"{place} to {entry.sequence - 1}"
                yield f"{_name(entry)}: the record before it was removed (place {missing} of the chain is empty)"
                place = entry.sequence
            elif fault := _fault(entry, previous) or unsigned.get(entry, ""):
                yield f"{_name(entry)}: {fault}"
            previous = entry.chain_hash


def _faults_beside() -> Iterator[str]:
    """Yield what is wrong with what goes along with the chain, or would be there if its end had not been cut."""
    for publication in Publication.objects.with_wrong_current_flag():
        yield f"{_name(publication)}: whether it is the current version was changed"
    for card in Card.objects.with_wrong_link():
        yield f"{_name(card)}: what it stands for was changed"
    for claim in Claim.objects.filter(status__in=SETTLED).exclude(publications__is_current=True)[:CHECKED]:
        yield f"claim “{claim.slug}”: it is {claim.get_status_display().lower()}, and what was published of it is gone"
    for row in chained.from_iterable(found[:CHECKED] for found in named_without_card()):
        yield f"{row._meta.verbose_name} “{row.slug}”: publications name it, and its card is gone"
    if not triggers.stand(connection):
        yield "the triggers of the database that keep the record append-only are missing: run “manage.py migrate”"
    for last in search.wrong_chunks():
        yield f"the columns up to place {last}, which lists are made of, were changed: run “manage.py reindex”"


def _name(entry: Publication | Card) -> str:
    if isinstance(entry, Card):
        return f"card {entry.sequence} ({entry.kind} {entry.subject}, version {entry.number})"
    return f"publication {entry.sequence} ({entry.slug}, version {entry.number})"


def _fault(entry: Publication | Card, previous: str) -> str:
    """Return what is wrong with one entry that should follow `previous`, or ""."""
    if isinstance(entry, Publication) and entry.record == {}:
        fault = _fault_of_redacted(entry)
    else:
        fault = _fault_of_content(entry)
    if fault:
        return fault
    if chain_hash(previous, entry.record_hash, entry.number, entry.signers) != entry.chain_hash:
        return "it does not follow the record before it (changed, removed or reordered)"
    if isinstance(entry, Card) and entry.kind == CardKind.REDACTION:
        told = cards.row_of(entry.kind, entry.subject)
        if isinstance(told, Publication) and not told.is_redacted:
            return "it says that a version is redacted, and its content is still here"
    return ""


def _fault_of_content(entry: Publication | Card) -> str:
    try:
        expected = record_hash(entry.record)
        differing = list(cards.columns_that_differ(entry) if isinstance(entry, Card) else columns_that_differ(entry))
    except (ValidationError, ValueError, TypeError):
        return "its record was changed and is no valid record"
    if expected != entry.record_hash:
        return "its record was changed (the record's hash differs)"
    if differing == ["text"] and isinstance(entry, Card) and not entry.text and not entry.is_text_shown:
        differing = []  # taken out of a public copy, as readers may not see it any more
    if differing:
        return f"its column {', '.join(differing)} was changed and no longer says what the record says"
    return ""


def _fault_of_redacted(publication: Publication) -> str:
    """Return what is wrong with a version whose content is not here, or ""."""
    subject = redaction_of(publication.claim_id, publication.number)
    if not Card.objects.of(CardKind.REDACTION, subject).exists():
        return "its record was taken out, and no redaction says so"
    holds = any(getattr(publication, name) != value for name, value in redacted_columns(publication).items())
    if holds or any(getattr(publication, name).exists() for name in PUBLISHED_LINKS):
        return "it is redacted, and holds something again"
    return ""


def _entries_in_order() -> Iterator[Publication | Card]:
    """Yield publications and cards as they follow each other, in constant memory."""
    publications = Publication.objects.in_chain_order().prefetch_related("claimant", "reviewer", *PUBLISHED_LINKS)
    tables: tuple[Any, ...] = (publications, Card.objects.in_chain_order())
    yield from merge(*(rows.iterator(chunk_size=2000) for rows in tables), key=attrgetter("sequence"))
