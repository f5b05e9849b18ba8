"""The quick way in for a fixture's rows: many at a time, where every one of them is new and beyond doubt.

Whatever is not (here already, damaged, in conflict) raises DoubtError before anything is kept, and
store.py takes the same rows the careful way, one by one, which says what is wrong with which.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from pydantic import ValidationError as RecordError

from claims import anchoring, record, search
from claims.interchange import bulk
from claims.interchange.fixture import Row
from claims.models import Appearance, Article, Claim, Evidence, Publication, Source, Suggestion, Topic

MODELS = frozenset({Source, Topic, Article, Claim, Appearance, Evidence, Suggestion, Publication})
BATCH = 500  # rows


class DoubtError(Exception):
    """These rows need a closer look."""


def add(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Add rows of one model; raises DoubtError with nothing changed."""
    try:
        with transaction.atomic():
            if model is Publication:
                _add_publications(rows)
            else:
                _add(model, rows)
    except (ValidationError, RecordError, DatabaseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise DoubtError from error


def _add(model: Any, rows: Sequence[Row]) -> None:
    key = _key(model)
    _refuse_known(model.objects.filter(**{f"{key}__in": [row.fields[key] for row in rows]}))
    keys = bulk.reserved_keys(model, len(rows))
    own = {str(row.fields[key]): pk for pk, row in zip(keys, rows, strict=True)}
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    links = {
        field.name: _links(field, rows, own if field.related_model is model else {})
        for field in fields
        if field.is_relation
    }
    table = []
    for pk, row in zip(keys, rows, strict=True):
        obj = model(id=pk, **{field.attname: _value(field, row, links) for field in fields})
        obj.clean_fields(exclude=list(links))
        _refuse_loss(obj, fields, row)
        table.append({field.attname: getattr(obj, field.attname) for field in model._meta.local_concrete_fields})
    bulk.insert(model, table)
    _add_history(model, table)
    for relation in model._meta.local_many_to_many:
        _add_links(relation, rows, keys)


def _key(model: Any) -> str:
    (name,) = ("username",) if not hasattr(model, "NATURAL_KEY") else model.NATURAL_KEY
    return str(name)


def _refuse_known(found: models.QuerySet[Any]) -> None:
    if found.exists():
        raise ValueError("some of them are here")


def _links(field: Any, rows: Sequence[Row], own: dict[str, int]) -> dict[str, Any]:
    """Return the primary keys of what the rows name in a field, by natural key."""
    named = {str(value[0]) for row in rows if (value := row.fields[field.name]) is not None}
    key = _key(field.related_model)
    found = field.related_model.objects.filter(**{f"{key}__in": named - set(own)}).values_list(key, "pk")
    return own | {str(name): pk for name, pk in found}


def _value(field: Any, row: Row, links: dict[str, dict[str, Any]]) -> Any:
    value = row.fields[field.name]
    if not field.is_relation:
        return field.to_python(value)
    if value is None:
        return None
    (name,) = value
    return links[field.name][str(name)]


def _refuse_loss(obj: Any, fields: Sequence[Any], row: Row) -> None:
    """Refuse what would leave other than it came."""
    for field in fields:
        if not field.is_relation and _plain(getattr(obj, field.attname)) != row.fields[field.name]:
            raise ValueError(field.name)
    if isinstance(obj, Article) and (
        anchoring.normalise(obj.text) != obj.text or anchoring.sha256(obj.text) != obj.text_sha256
    ):
        raise ValueError("text")


def _plain(value: Any) -> Any:
    """Return a value as a fixture writes it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    return value


def _add_history(model: Any, table: list[bulk.Row]) -> None:
    act = {
        "history_date": timezone.now(),
        "history_type": "+",
        "history_user_id": None,
        "history_change_reason": "Imported",
    }
    bulk.insert(model.history.model, [{**row, **act} for row in table], has_keys=False)


def _add_links(relation: Any, rows: Sequence[Row], keys: range) -> None:
    named = {str(name) for row in rows for (name,) in row.fields[relation.name]}
    key = _key(relation.related_model)
    pks = dict(relation.related_model.objects.filter(**{f"{key}__in": named}).values_list(key, "pk"))
    through = relation.remote_field.through
    source, target = f"{relation.m2m_column_name()}", f"{relation.m2m_reverse_name()}"
    links = [
        {source: pk, target: pks[str(name)]}
        for pk, row in zip(keys, rows, strict=True)
        for (name,) in row.fields[relation.name]
    ]
    bulk.insert(through, links, has_keys=False)


def _add_publications(rows: Sequence[Row]) -> None:
    """Add versions at the end of the chain; each must be its claim's next, with the hash its record has."""
    documents = [record.parse(row.fields["record"]) for row in rows]
    uids, slugs = {item.uid for item in documents}, {item.slug for item in documents}
    _refuse_known(Publication.objects.filter(slug__in=slugs).exclude(claim_id__in=uids))
    last = dict(Publication.objects.filter(claim_id__in=uids).order_by("number").values_list("claim_id", "number"))
    continued = list(last)
    owners: dict[str, UUID] = {}
    fields = {field.name: field for field in Publication._meta.local_concrete_fields if field.is_relation}
    links = {name: _links(fields[name], rows, {}) for name in ("claimant", "reviewer", "submitted_by", "approved_by")}
    end = Publication.objects.in_chain_order().values_list("sequence", "chain_hash").last()
    sequence, chain = end or (0, record.CHAIN_START)
    keys = bulk.reserved_keys(Publication, len(rows))
    table: list[bulk.Row] = []
    newest = {item.uid: index for index, item in enumerate(documents)}
    for index, (pk, row, document) in enumerate(zip(keys, rows, documents, strict=True)):
        if (
            document.number != last.get(document.uid, 0) + 1
            or owners.setdefault(document.slug, document.uid) != document.uid
        ):
            raise ValueError("number or slug")
        last[document.uid] = document.number
        canonical = record.canonical(row.fields["record"])
        digest = record.record_hash(row.fields["record"])
        columns = Publication.columns_of(document)
        _refuse_other_columns(row, document, columns, digest)
        del columns["claimant__slug"], columns["reviewer__slug"]
        sequence, chain = sequence + 1, record.chain_hash(chain, digest, document.number)
        table.append(
            {
                "id": pk,
                **columns,
                **{f"{name}_id": _value(fields[name], row, links) for name in links},
                "sequence": sequence,
                "record": canonical.decode(),
                "record_hash": digest,
                "chain_hash": chain,
                "is_current": newest[document.uid] == index,
            }
        )
        if chain != row.fields["chain_hash"] or sequence != row.fields["sequence"]:
            raise ValueError("another place in the chain")  # the careful way says so in its report
    if continued:
        Publication.objects.current().filter(claim_id__in=continued).update(is_current=False)
    bulk.insert(Publication, table)
    for relation in Publication._meta.local_many_to_many:
        _add_links(relation, rows, keys)
    places = range(sequence - len(rows) + 1, sequence + 1)
    search.add(map(search.Document.of, places, (row.fields["record"] for row in rows)), connection)
    search.seal()


def _refuse_other_columns(row: Row, document: record.Record, columns: dict[str, Any], digest: str) -> None:
    """Refuse a row that does not say what its record says."""
    expected: dict[str, Any] = {name: _plain(value) for name, value in columns.items()}
    expected["claim"] = expected.pop("claim_id")
    for name in ("claimant", "reviewer"):
        slug = expected.pop(f"{name}__slug")
        expected[name] = [slug] if slug else None
    expected["topics"] = sorted({(topic.slug,) for topic in document.topics})
    expected["articles"] = sorted({(item.article.slug,) for item in document.appearances})
    given = {**row.fields, **{name: sorted(map(tuple, row.fields[name])) for name in ("topics", "articles")}}
    if any(given[name] != value for name, value in expected.items()):
        raise ValueError("columns")
    if digest != row.fields["record_hash"] or document.as_json() != row.fields["record"]:
        raise ValueError("record")
