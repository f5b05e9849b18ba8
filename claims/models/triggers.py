"""Database triggers that keep publications and cards append-only, on SQLite and PostgreSQL.

An UPDATE may only end a publication's or card's being current; DELETE is refused; the link tables written
with a publication accept neither. Every migration looks whether they stand: one that lets Django remake
a table on SQLite drops them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.base.base import BaseDatabaseWrapper

#: The tables of the chain, with the columns of each that may change in one way: an entry ends being the current one.
CHAIN_TABLES = {
    "claims_publication": ("is_current",),
    "claims_card": ("source_id", "topic_id", "article_id", "page_id"),
}
LINK_TABLES = ("claims_publication_topics", "claims_publication_articles")
REFUSAL = "publications and cards are append-only"


def ensure(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers for the columns as they are now; where they stand already, no table is locked."""
    if connection.vendor == "postgresql":
        run(connection, [_POSTGRES_FUNCTION])
    if not stand(connection):
        remove(connection)
        run(connection, _wanted(connection))


def _wanted(connection: BaseDatabaseWrapper) -> list[str]:
    return _sqlite_install(connection) if connection.vendor == "sqlite" else _postgres_install()


def stand(connection: BaseDatabaseWrapper) -> bool:
    """Whether every trigger is there, as it should be."""
    wanted = _wanted(connection)
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
            for table in (*CHAIN_TABLES, *LINK_TABLES)
            for event in ("update", "current", "delete")
        ],
    )


def run(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
    """Execute statements one after another."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite_install(connection: BaseDatabaseWrapper) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    statements = []
    for table, ending in CHAIN_TABLES.items():
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, table)
        quoted = ", ".join(f'"{column.name}"' for column in columns if column.name not in ending)
        begins = " OR ".join(f"(NEW.{name} AND OLD.{name} IS NOT NEW.{name})" for name in ending)
        statements += [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE OF {quoted} ON {table} {refuse}",
            f"CREATE TRIGGER {table}_current BEFORE UPDATE OF {', '.join(ending)} ON {table} WHEN {begins} {refuse}",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
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
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'claims_card' THEN
        IF to_jsonb(NEW) - ARRAY[LINKS] = to_jsonb(OLD) - ARRAY[LINKS]
           AND to_jsonb(OLD) @> jsonb_strip_nulls(to_jsonb(NEW)) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '%' USING ERRCODE = 'integrity_constraint_violation';
END $$
""".replace("'%'", f"'{REFUSAL}'").replace("LINKS", ", ".join(f"'{name}'" for name in CHAIN_TABLES["claims_card"]))


def _postgres_install() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION claims_refuse_change()"
        for table in (*CHAIN_TABLES, *LINK_TABLES)
        for event in ("update", "delete")
    ]
