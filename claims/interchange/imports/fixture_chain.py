"""The publications and cards of a fixture: each held against its record and what is here, then added to the chain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from claims import record
from claims.interchange.formats.fixture import Row
from claims.interchange.imports.batches import NOT_OURS_TO_PUBLISH, Importer
from claims.interchange.imports.chain_rows import SEALS, SIGNERS, Document, document_of
from claims.interchange.imports.existing_state import (
    ExistingState,
    KeptError,
    Redacted,
    RefusedError,
    SameError,
)
from claims.models import Article, Card, Publication, Source, Topic
from claims.models.cards import LINKS
from claims.models.publications import PUBLISHED_LINKS
from claims.outages import NotTakenError, all_or_nothing
from claims.record import cards, chain
from claims.record.canonical import chain_hash
from claims.record.chain import CardVersion, RedactedVersion, Version
from claims.record.signatures import NOBODY, Signatures, opens
from claims.vocabulary import CardKind


@dataclass
class ChainReport:
    """What became of the rows: how many were added, by what they are, how many are here, and whether any moved.

    One that moved has another place in this chain, so another chain hash.
    """

    added: Counter[str]
    same: int = 0
    is_rechained: bool = False


def bring_in(
    rows: Sequence[Row], importer: Importer, refuse: Callable[[Row, str], None], keep: Callable[[Row], None]
) -> ChainReport:
    """Add publications and cards, given in their order, at the end of the chain.

    Where it has entries already, publications that do not continue it are refused, and cards left out. `refuse`
    hears of each that cannot be taken, `keep` of each card in whose place ours is kept. Call it inside a transaction.
    """
    documents: list[tuple[Row, Document]] = []
    for row in rows:
        try:
            documents.append((row, document_of(row)))
        except RefusedError as error:
            refuse(row, str(error))
    gate = _Gate(documents, importer)
    accepted: list[tuple[Row, chain.Entry]] = []
    outcome = ChainReport(Counter())
    for row, document in documents:
        try:
            accepted.append((row, gate.entry(row, document)))
        except SameError:
            outcome.same += 1
        except KeptError:
            keep(row)
        except RefusedError as error:
            refuse(row, str(error))
    for row, placed in _appended(accepted, refuse):
        outcome.added[str(row.model._meta.verbose_name_raw)] += 1
        outcome.is_rechained |= row.fields["chain_hash"] != placed
        if row.model is Card and row.fields["kind"] == CardKind.REDACTION:
            gone = cards.row_of(CardKind.REDACTION, row.fields["subject"])
            if isinstance(gone, Publication) and not gone.is_redacted:
                chain.redact(gone)
    return outcome


class _Gate:
    """What may come in, and with whose names."""

    def __init__(self, documents: Sequence[tuple[Row, Document]], importer: Importer) -> None:
        self.importer = importer
        self.known = _Known([row for row, _ in documents])
        self.publications = ExistingState(
            [found for _, found in documents if isinstance(found, record.Record | Redacted)]
        )
        self.cards = _CardsHere([found for _, found in documents if not isinstance(found, record.Record | Redacted)])
        self.end = _End(*chain.end_of_chain())

    def entry(self, row: Row, document: Document) -> chain.Entry:
        """Return what a row adds to the chain; raises SameError, KeptError or RefusedError."""
        self.known.refuse_unknown(row)
        may_sign = self.importer.is_into_empty or (
            self.importer.may_continue_the_chain and self.end.is_continued_by(row)
        )
        signatures = self.known.signatures(row) if may_sign else NOBODY
        entry: chain.Entry
        if isinstance(document, record.Record | Redacted):
            if isinstance(document, Redacted):
                entry = RedactedVersion(document.columns, row.fields["record_hash"], signatures)
            else:
                entry = Version.of(document, row.fields["record"], signatures)
            self.publications.accept(document, entry.digest)
            if not may_sign and (isinstance(document, Redacted) or self.publications.is_ours(document)):
                raise RefusedError(f"{NOT_OURS_TO_PUBLISH}.")
            if not may_sign:
                raise RefusedError(
                    _("reviews by others wait for two people: bring them in as JSON Lines or ClaimReview.")
                )
        else:
            entry = CardVersion.of(row.fields["record"], row.fields["text"], signatures)
            self.cards.accept(entry)
            if not may_sign:
                raise KeptError
        self.end.add(row)
        return entry


@dataclass
class _End:
    """The end of the chain, and whether a fixture's entries follow it byte for byte."""

    sequence: int
    chain_hash: str

    def is_continued_by(self, row: Row) -> bool:
        follows = self._next(row)
        return (row.fields["sequence"], row.fields["chain_hash"]) == (self.sequence + 1, follows)

    def add(self, row: Row) -> None:
        self.sequence += 1
        self.chain_hash = self._next(row)

    def _next(self, row: Row) -> str:
        return chain_hash(self.chain_hash, row.fields["record_hash"], row.fields["number"], row.fields["signers"])


class _CardsHere:
    """What cards there are of the subjects of some cards, and which were accepted as the next of theirs."""

    def __init__(self, documents: Sequence[cards.AnyCard]) -> None:
        self.hashes: dict[tuple[str, str, int], str] = {}
        for kind in LINKS:
            subjects = {document.subject for document in documents if document.kind == kind}
            rows = Card.objects.of(kind, *subjects).values_list("kind", "subject", "number", "record_hash")
            self.hashes |= {(of, subject, number): digest for of, subject, number, digest in rows} if subjects else {}
        self.last: Counter[tuple[str, str]] = Counter()
        for kind, subject, number in self.hashes:
            self.last[kind, subject] = max(self.last[kind, subject], number)
        self.kept: set[tuple[str, str]] = set()

    def accept(self, version: CardVersion) -> None:
        """Take a card as the next of its subject; raises SameError, KeptError or RefusedError."""
        of, number = (version.card.kind.value, version.card.subject), version.card.number
        known = self.hashes.get((*of, number))
        if known == version.digest:
            raise SameError
        if known or of in self.kept:
            self.kept.add(of)
            raise KeptError
        if number != self.last[of] + 1:
            words = _("the next card of this %(kind)s here is %(number)s")
            raise RefusedError(words % {"kind": of[0], "number": self.last[of] + 1}, str(number))
        self.hashes[*of, number], self.last[of] = version.digest, number


class _Known:
    """What rows name, as far as it is here."""

    def __init__(self, rows: Sequence[Row]) -> None:
        names = {name for row in rows for column in SIGNERS for name in _names(row.fields[column])}
        accounts = User.objects.filter(username__in=names).select_related("person")
        self.people = {user.username: user.pk for user in accounts}
        self.uids = {user.pk: user.person.uid for user in accounts if hasattr(user, "person")}
        self.slugs = {
            model: set(
                model.objects.filter(slug__in={slug for row in rows for slug in _slugs(row, columns)}).values_list(
                    "slug", flat=True
                )
            )
            for model, columns in _NAMED.items()
        }
        told = [(row.fields["kind"], row.fields["subject"]) for row in rows if row.model is Card]
        self.subjects = {kind: cards.keys_of(kind, {subject for of, subject in told if of == kind}) for kind in LINKS}

    def person(self, row: Row, name: str) -> int | None:
        found = _names(row.fields[name])
        return self.people[found[0]] if found else None

    def signatures(self, row: Row) -> Signatures:
        """Return who signed, as a row has it; raises RefusedError where the salts do not show that they did."""
        signers, *salts, opinions = (row.fields[name] for name in SEALS)
        people = [self.person(row, name) for name in SIGNERS]
        if any(salts) and not opens(salts, [self.uids.get(key or 0) for key in people], opinions, signers):
            raise RefusedError(_("fields.signers is not what the salts and the people say: who signed was changed."))
        if signers and not any(salts) and any(people):
            raise RefusedError(_("it names who signed it, but has no salts to show that they did."))
        return Signatures(people[0], people[1], salts[0], salts[1], opinions, signers)

    def refuse_unknown(self, row: Row) -> None:
        kind = row.fields["kind"]
        if row.model is Card and kind in LINKS and row.fields["subject"] not in self.subjects[kind]:
            raise RefusedError(_unknown(kind, row.fields["subject"]))
        for model, columns in _NAMED.items():
            if unknown := set(_slugs(row, columns)) - self.slugs[model]:
                raise RefusedError(_unknown(model._meta.verbose_name, min(unknown)))
        for column in SIGNERS:
            if unknown := set(_names(row.fields[column])) - set(self.people):
                raise RefusedError(_unknown(User._meta.verbose_name, min(unknown)))


_NAMED: dict[Any, tuple[str, ...]] = {
    Source: ("claimant", "reviewer", "reported"),
    Topic: ("topics",),
    Article: ("articles",),
}


def _slugs(row: Row, columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns if row.model is not Card else ():
        value = row.fields[column]
        yield from (name for item in value for name in item) if column in PUBLISHED_LINKS else value or []


def _names(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _unknown(what: Any, name: str) -> str:
    words = _("it names something that is neither here nor earlier in the file: %(kind)s “%(name)s”.")
    return words % {"kind": what, "name": name}


def _appended(accepted: list[tuple[Row, chain.Entry]], refuse: Callable[[Row, str], None]) -> Iterator[tuple[Row, str]]:
    """Add versions and yield their rows with their chain hashes: at once, or one by one where the database objects."""
    try:
        with all_or_nothing():
            hashes = chain.append([version for _, version in accepted], with_vectors=False)
    except NotTakenError as error:
        if len(accepted) == 1:
            refuse(accepted[0][0], str(error))
        else:
            for one in accepted:
                yield from _appended([one], refuse)
        return
    yield from zip((row for row, _ in accepted), hashes, strict=True)
