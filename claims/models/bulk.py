"""Rows straight into tables, many at a time, past models and their signals, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from django.utils import timezone

type Row = dict[str, Any]


def reserved_keys(model: type[Model], count: int) -> range:
    """Return primary keys for new rows, which nobody else will take. Call it inside the transaction that uses them."""
    if not count:
        return range(0)
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT setval(s, nextval(s) + %s - 1)"
                f" FROM (SELECT pg_get_serial_sequence('{table}', '{column}') s) named",
                [count],
            )
            last = int(cursor.fetchone()[0])
            return range(last - count + 1, last + 1)
        cursor.execute(
            "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0),"
            f" coalesce(max({column}), 0)) FROM {table}",
            [table],
        )
        last = int(cursor.fetchone()[0])
        return range(last + 1, last + count + 1)


def insert(model: type[Model], rows: Sequence[Row], *, has_keys: bool = True) -> None:
    """Add rows given by column (attname), all columns of the model in each; without keys the database gives them.

    No default is filled in, nothing is validated: the caller has. Constraints and triggers hold.
    """
    if not rows:
        return
    fields = [field for field in model._meta.local_concrete_fields if has_keys or not field.primary_key]
    names = [field.attname for field in fields]
    if set(rows[0]) != set(names):
        raise ValueError(f"{model._meta.label}: rows need exactly {', '.join(sorted(names))}")
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = map(itemgetter(*names), rows)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            _copy(cursor, f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN', values)
        else:
            marks = ", ".join(["?"] * len(fields))
            statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'
            raw = connection.connection.cursor()  # Django's own rewrites the statement's marks
            raw.executemany(statement, (tuple(map(_for_sqlite, row)) for row in values))


def begin_history(model: Any, rows: Sequence[Row]) -> None:
    """Add the first entries of the histories of rows that were inserted, in the name of whoever asks for it."""
    history = model.history.model
    act = {
        "history_date": timezone.now(),
        "history_type": "+",
        "history_user_id": getattr(history.get_default_history_user(model()), "pk", None),
        "history_change_reason": "Imported",
    }
    insert(history, [{**row, **act} for row in rows], has_keys=False)


def _copy(cursor: Any, statement: str, values: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(statement) as copy:
        for row in values:
            copy.write_row(row)


def _for_sqlite(value: Any) -> Any:
    """Return a value as Django stores it in SQLite."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def refresh_statistics() -> None:
    """Let PostgreSQL look at what its tables hold now, so that it chooses the right index.

    SQLite knows no frequencies of single values: with statistics it would take every status for as
    common as "published", and read whole tables. Without them it uses the indexes.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
