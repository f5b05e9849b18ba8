"""Database triggers that keep publications append-only, on SQLite and PostgreSQL.

An UPDATE may only end a publication's being current; DELETE is refused; the link tables written
with a publication accept neither. Every migration looks whether they stand: one that lets Django remake
a table on SQLite drops them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

PUBLICATION_TABLE = "claims_publication"
LINK_TABLES = ("claims_publication_topics", "claims_publication_articles")
REFUSAL = "publications are append-only"


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers for the columns as they are now; where they stand already, no table is locked."""
    is_sqlite = connection.vendor == "sqlite"
    wanted = _sqlite_install(connection) if is_sqlite else _postgres_install()
    if not is_sqlite:
        run(connection, [_POSTGRES_FUNCTION])
    if not _stand(connection, wanted):
        remove(connection)
        run(connection, wanted)


def _stand(connection: BaseDatabaseWrapper, wanted: list[str]) -> bool:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT format('CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION %s()', tgname,"
                " CASE WHEN tgtype & 8 > 0 THEN 'DELETE' ELSE 'UPDATE' END, tgrelid::regclass, tgfoid::regproc)"
                " FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
            )
        return set(wanted) <= {statement for (statement,) in cursor.fetchall()}


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers; the record can then be altered unseen by all but `manage.py verify`."""
    drop = "DROP TRIGGER IF EXISTS {table}_{event}" + ("" if connection.vendor == "sqlite" else " ON {table}")
    run(
        connection,
        [
            drop.format(table=table, event=event)
            for table in (PUBLICATION_TABLE, *LINK_TABLES)
            for event in ("update", "current", "delete")
        ],
    )


def run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    """Execute statements one after another."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_install(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        columns = [
            column.name
            for column in connection.introspection.get_table_description(cursor, PUBLICATION_TABLE)
            if column.name != "is_current"
        ]
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    quoted = ", ".join(f'"{column}"' for column in columns)
    statements = [
        f"CREATE TRIGGER {PUBLICATION_TABLE}_update BEFORE UPDATE OF {quoted} ON {PUBLICATION_TABLE} {refuse}",
        (
            f"CREATE TRIGGER {PUBLICATION_TABLE}_current BEFORE UPDATE OF is_current ON {PUBLICATION_TABLE}"
            f" WHEN NEW.is_current AND NOT OLD.is_current {refuse}"
        ),
        f"CREATE TRIGGER {PUBLICATION_TABLE}_delete BEFORE DELETE ON {PUBLICATION_TABLE} {refuse}",
    ]
    for table in LINK_TABLES:
        statements += [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        ]
    return statements


_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION claims_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'claims_publication' THEN
        IF to_jsonb(NEW) - 'is_current' = to_jsonb(OLD) - 'is_current'
           AND (to_jsonb(OLD)->>'is_current')::boolean >= (to_jsonb(NEW)->>'is_current')::boolean THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '%' USING ERRCODE = 'integrity_constraint_violation';
END $$
""".replace("'%'", f"'{REFUSAL}'")


def _postgres_install() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION claims_refuse_change()"
        for table in (PUBLICATION_TABLE, *LINK_TABLES)
        for event in ("update", "delete")
    ]
