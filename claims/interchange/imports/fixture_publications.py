"""The publications of a fixture: each held against its record and what is here, then added to the chain in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from pydantic import ValidationError as RecordError

from claims import record
from claims.interchange.formats import fixture
from claims.interchange.formats.fixture import Row
from claims.interchange.imports.existing_state import ExistingState, RefusedError, SameError
from claims.models import Article, Source, Topic
from claims.record import chain
from claims.record.canonical import canonical
from claims.record.chain import Version
from claims.record.columns import columns_of

_SIGNERS = ("submitted_by", "approved_by")


def bring_in(rows: Sequence[Row], refuse: Callable[[Row, str], None]) -> tuple[int, int, bool]:
    """Add publications at the end of the chain; return how many were added, how many are here, and whether any moved.

    One that moved has another place in this chain, so another chain hash. `refuse` hears of each that cannot
    be taken. Call it inside a transaction.
    """
    documents: list[tuple[Row, record.Record]] = []
    for row in rows:
        try:
            documents.append((row, _parsed(row)))
        except RefusedError as error:
            refuse(row, str(error))
    here = ExistingState([document for _, document in documents])
    known = _Known([row for row, _ in documents])
    accepted: list[tuple[Row, Version]] = []
    same = 0
    for row, document in documents:
        try:
            known.refuse_unknown(row)
            signers = {name: known.person(row, name) for name in _SIGNERS}
            version = Version.of(document, row.fields["record"], **signers)
            here.accept(version)
            accepted.append((row, version))
        except SameError:
            same += 1
        except RefusedError as error:
            refuse(row, str(error))
    hashes = list(_appended(accepted, refuse))
    return len(hashes), same, any(row.fields["chain_hash"] != chain_hash for row, chain_hash in hashes)


def _parsed(row: Row) -> record.Record:
    """Return the record of a row that says what its record says; raises RefusedError naming what does not."""
    try:
        document = record.parse(row.fields["record"])
    except RecordError as error:
        first = error.errors()[0]
        where = "".join(f".{part}" for part in first["loc"])
        raise RefusedError(f"fields.record{where}: {first['msg']}.") from error
    try:
        given = record.record_hash(row.fields["record"])
    except TypeError as error:
        raise RefusedError(f"fields.record cannot be stored as given: {error}.") from error
    if given != row.fields["record_hash"]:
        raise RefusedError(
            "fields.record_hash is not the record's hash: the record was changed since it was published."
        )
    if differing := sorted(_differing(row, document)):
        names = ", ".join(f"fields.{name}" for name in differing)
        raise RefusedError(f"{names} cannot be stored as given, or does not say what the record says.")
    if row.fields["submitted_by"] is not None and row.fields["submitted_by"] == row.fields["approved_by"]:
        raise RefusedError("Nobody approves what they submitted.")
    return document


def _differing(row: Row, document: record.Record) -> Iterator[str]:
    if canonical(document.as_json()) != canonical(row.fields["record"]):
        yield "record"
    for name, kind in {"sequence": int, "chain_hash": str, "is_current": bool}.items():
        if type(row.fields[name]) is not kind:
            yield name
    for name in _SIGNERS:
        match row.fields[name]:
            case None | [str()]:
                pass
            case _:
                yield name
    for name, expected in columns_of(document).items():
        given = row.fields[name.removesuffix("_id")]
        if name in {"claimant", "reviewer"}:
            value: Any = [expected] if expected else None
        elif name in {"topics", "articles"}:
            value, given = [[slug] for slug in expected], sorted(given, key=repr) if isinstance(given, list) else given
        else:
            value = fixture.plain({"value": expected})["value"]
        if given != value:
            yield name.removesuffix("_id")


class _Known:
    """What rows name, as far as it is here."""

    def __init__(self, rows: Sequence[Row]) -> None:
        names = {name for row in rows for column in _SIGNERS for name in _names(row.fields[column])}
        self.people = dict(User.objects.filter(username__in=names).values_list("username", "pk"))
        self.slugs = {
            model: set(
                model.objects.filter(slug__in={slug for row in rows for slug in _slugs(row, columns)}).values_list(
                    "slug", flat=True
                )
            )
            for model, columns in _NAMED.items()
        }

    def person(self, row: Row, name: str) -> int | None:
        found = _names(row.fields[name])
        return self.people[found[0]] if found else None

    def refuse_unknown(self, row: Row) -> None:
        for model, columns in _NAMED.items():
            if unknown := set(_slugs(row, columns)) - self.slugs[model]:
                raise RefusedError(_unknown(model._meta.verbose_name, min(unknown)))
        for column in _SIGNERS:
            if unknown := set(_names(row.fields[column])) - set(self.people):
                raise RefusedError(_unknown("user", min(unknown)))


_NAMED: dict[Any, tuple[str, ...]] = {Source: ("claimant", "reviewer"), Topic: ("topics",), Article: ("articles",)}


def _slugs(row: Row, columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        value = row.fields[column]
        yield from (name for item in value for name in item) if column.endswith("s") else value or []


def _names(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []


def _unknown(what: Any, name: str) -> str:
    return f"it names something that is neither here nor earlier in the file: {what} “{name}”."


def _appended(accepted: list[tuple[Row, Version]], refuse: Callable[[Row, str], None]) -> Iterator[tuple[Row, str]]:
    """Add versions and yield their rows with their chain hashes: at once, or one by one where the database objects."""
    try:
        with transaction.atomic():
            hashes = chain.append([version for _, version in accepted], with_vectors=False)
    except (DatabaseError, OverflowError) as error:
        if len(accepted) == 1:
            refuse(accepted[0][0], str(error).splitlines()[0][:300])
        else:
            for one in accepted:
                yield from _appended([one], refuse)
        return
    yield from zip((row for row, _ in accepted), hashes, strict=True)
