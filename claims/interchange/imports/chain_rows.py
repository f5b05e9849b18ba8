"""A row of the chain as a fixture has it, held against the record or card in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import ValidationError as RecordError

from claims import record
from claims.interchange.formats import fixture
from claims.interchange.formats.fixture import Row
from claims.interchange.imports.existing_state import Redacted, RefusedError
from claims.models import Card, Publication
from claims.models.cards import LINKS
from claims.models.publications import PUBLISHED_LINKS
from claims.record import cards
from claims.record.canonical import canonical
from claims.record.columns import columns_of, redacted_columns
from claims.vocabulary import CardKind, PublicationKind

SIGNERS = ("submitted_by", "approved_by")
SEALS = ("signers", "submitter_salt", "approver_salt", "opinions_sha256")
type Document = record.Record | Redacted | cards.AnyCard


def document_of(row: Row) -> Document:
    """Return the record of a row that says what its record says; raises RefusedError naming what does not."""
    if row.model is not Card and row.fields["record"] == {}:
        return _redacted(row)
    try:
        document = cards.parse(row.fields["record"]) if row.model is Card else record.parse(row.fields["record"])
    except RecordError as error:
        first = error.errors()[0]
        where = "".join(f".{part}" for part in first["loc"])
        raise RefusedError(f"fields.record{where}: {first['msg']}.") from error
    try:
        given = record.record_hash(row.fields["record"])
    except TypeError as error:
        words = _("fields.record cannot be stored as given: %(error)s.")
        raise RefusedError(words % {"error": error}) from error
    if given != row.fields["record_hash"]:
        raise RefusedError(
            _("fields.record_hash is not the record's hash: the record was changed since it was published.")
        )
    if differing := sorted({*_misshapen(row, document), *_differing(row, document)}):
        names = ", ".join(f"fields.{name}" for name in differing)
        words = _("%(fields)s cannot be stored as given, or does not say what the record says.")
        raise RefusedError(words % {"fields": names})
    if row.fields["submitted_by"] is not None and row.fields["submitted_by"] == row.fields["approved_by"]:
        raise RefusedError(_("Nobody approves what they submitted."))
    return document


def _redacted(row: Row) -> Redacted:
    """Return what stands of a version whose content was taken out; raises RefusedError where more does."""
    fields = row.fields
    try:
        stands = Publication(
            claim_id=UUID(fields["claim"]),
            number=fields["number"],
            kind=PublicationKind(fields["kind"]).value,
            record_hash=fields["record_hash"],
            published_at=datetime.fromisoformat(fields["published_at"]),
        )
    except (ValueError, TypeError, AttributeError) as error:
        words = _("it is redacted, and what stands of it cannot be read: %(error)s.")
        raise RefusedError(words % {"error": error}) from error
    nothing: dict[str, Any] = {name: [] for name in PUBLISHED_LINKS}
    columns: dict[str, Any] = {
        **redacted_columns(stands),
        **{name: getattr(stands, name) for name in ("claim_id", "number", "kind", "published_at")},
        "reviewer": fields["reviewer"][0] if isinstance(fields["reviewer"], list) and fields["reviewer"] else "",
        **nothing,
    }
    shape = {**redacted_columns(stands), **nothing}
    if differing := sorted({*_misshapen(row), *(name for name in shape if fields[name] != shape[name])}):
        words = _("it is redacted, and %(fields)s holds something.")
        raise RefusedError(words % {"fields": ", ".join(f"fields.{name}" for name in differing)})
    return Redacted(columns["claim_id"], columns["number"], columns["slug"], columns)


def _misshapen(row: Row, document: record.Record | cards.AnyCard | None = None) -> Iterator[str]:
    """Yield the fields that every entry of the chain has and that hold what no entry does."""
    if document and canonical(document.as_json()) != canonical(row.fields["record"]):
        yield "record"
    kinds = {"sequence": int, "chain_hash": str, **dict.fromkeys(SEALS, str)}
    for name, kind in (kinds if row.model is Card else {**kinds, "is_current": bool}).items():
        if type(row.fields[name]) is not kind:
            yield name
    for name in SIGNERS:
        match row.fields[name]:
            case None | [str()]:
                pass
            case _:
                yield name


def _differing(row: Row, document: record.Record | cards.AnyCard) -> Iterator[str]:
    if not isinstance(document, record.Record):
        yield from _differing_of_a_card(row, document)
        return
    for name, expected in columns_of(document).items():
        given = row.fields[name.removesuffix("_id")]
        if name in {"claimant", "reviewer"}:
            value: Any = [expected] if expected else None
        elif name in PUBLISHED_LINKS:
            value, given = [[slug] for slug in expected], sorted(given, key=repr) if isinstance(given, list) else given
        else:
            value = fixture.plain({"value": expected})["value"]
        if given != value:
            yield name.removesuffix("_id")


def _differing_of_a_card(row: Row, card: cards.AnyCard) -> Iterator[str]:
    for name, expected in cards.columns_of(card).items():
        if row.fields[name] != fixture.plain({"value": expected})["value"]:
            yield name
    text = row.fields["text"]
    if not isinstance(text, str) or (text and cards.hash_of(text) != cards.text_sha256_of(card)):
        yield "text"
    for link in LINKS:
        subject = card.subject.split(".", 1) if card.kind == CardKind.PAGE else [card.subject]
        if row.fields[link] not in ([None, subject] if link == card.kind else [None]):
            yield link
