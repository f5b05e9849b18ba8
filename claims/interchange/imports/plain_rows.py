"""The quick way in for a fixture's rows: many at a time, where every one of them is new and beyond doubt.

Whatever is not (here already, damaged, in conflict) raises NeedsRowByRowError before anything is kept, and
fixtures.py takes the same rows the careful way, one by one, which says what is wrong with which.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from claims.interchange.formats.fixture import Row
from claims.models import Appearance, Article, Claim, Evidence, Source, Suggestion, Topic, bulk
from claims.outages import NotTakenError, all_or_nothing
from claims.text import anchors

MODELS = frozenset({Source, Topic, Article, Claim, Appearance, Evidence, Suggestion})
BATCH = 500  # rows


class NeedsRowByRowError(Exception):
    """At least one row is not plainly new: import them one by one."""


def add(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Add rows of one model; raises NeedsRowByRowError with nothing changed."""
    try:
        with all_or_nothing(ValidationError, ValueError, TypeError, LookupError, AttributeError):
            _add(model, rows)
    except NotTakenError as error:
        raise NeedsRowByRowError from error


def _add(model: Any, rows: Sequence[Row]) -> None:
    key = _key(model)
    if model.objects.filter(**{f"{key}__in": [row.fields[key] for row in rows]}).exists():
        raise ValueError("some of them are here")
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
    bulk.begin_history(model, table)
    for relation in model._meta.local_many_to_many:
        _add_links(relation, rows, keys)


def _key(model: Any) -> str:
    (name,) = ("username",) if not hasattr(model, "NATURAL_KEY") else model.NATURAL_KEY
    return str(name)


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
        anchors.normalise(obj.text) != obj.text or anchors.sha256(obj.text) != obj.text_sha256
    ):
        raise ValueError("text")


def _plain(value: Any) -> Any:
    """Return a value as a fixture writes it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, (date, UUID)):
        return str(value)
    return value


def _add_links(relation: Any, rows: Sequence[Row], keys: range) -> None:
    named = {str(name) for row in rows for (name,) in row.fields[relation.name]}
    key = _key(relation.related_model)
    pks = dict(relation.related_model.objects.filter(**{f"{key}__in": named}).values_list(key, "pk"))
    through = relation.remote_field.through
    source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
    links = [
        {source: pk, target: pks[str(name)]}
        for pk, row in zip(keys, rows, strict=True)
        for (name,) in row.fields[relation.name]
    ]
    bulk.insert(through, links, has_keys=False)
