"""Database triggers that keep publications and cards append-only, on SQLite and PostgreSQL.

An UPDATE may only end a publication's or card's being current, or empty a publication that two people
redacted; DELETE is refused; the link tables written
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
#: What of a publication may be emptied, and only be emptied, once its redaction stands in the chain.
CONTENT = (
    "note", "slug", "statement", "claimant_id", "made_on", "made_on_precision", "made_until", "event_on",
    "event_until", "event_precision", "language", "verdict", "confidence",
    "confidence_scale", "record",
)  # fmt: skip
LINK_TABLES = ("claims_publication_topics", "claims_publication_articles", "claims_publication_reported")
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
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'claims_refuse_change'")
            if cursor.fetchall() != [(_POSTGRES_FUNCTION.split("$$")[1],)]:
                return False
            cursor.execute(
                "SELECT format('CREATE TRIGGER %s BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION %s()', tgname,"
                " CASE WHEN tgtype & 8 > 0 THEN 'DELETE' ELSE 'UPDATE' END, tgrelid::regclass, tgfoid::regproc)"
                " FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
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
            for event in ("update", "current", "redact", "delete")
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
            cursor.execute(f"PRAGMA table_info({table})")
            columns = [name for _, name, *_ in cursor.fetchall()]
        content = CONTENT if table == "claims_publication" else ()
        quoted = ", ".join(f'"{name}"' for name in columns if name not in (*ending, *content))
        begins = " OR ".join(f"(NEW.{name} AND OLD.{name} IS NOT NEW.{name})" for name in ending)
        statements += [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE OF {quoted} ON {table} {refuse}",
            f"CREATE TRIGGER {table}_current BEFORE UPDATE OF {', '.join(ending)} ON {table} WHEN {begins} {refuse}",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        ]
    redaction = "EXISTS (SELECT 1 FROM claims_card c WHERE c.kind = 'redaction' AND c.subject ="
    of_the_version = f"{redaction} OLD.claim_id || '.' || OLD.number)"
    statements.append(
        f"CREATE TRIGGER claims_publication_redact BEFORE UPDATE OF {', '.join(CONTENT)} ON claims_publication"
        f" WHEN NEW.record != '{{}}' OR NEW.statement != '' OR NOT {of_the_version} {refuse}"
    )
    of_the_link = f"{redaction} p.claim_id || '.' || p.number)"
    named = f"SELECT 1 FROM claims_publication p WHERE p.id = OLD.publication_id AND {of_the_link}"
    for table in LINK_TABLES:
        statements += [
            f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {refuse}",
            f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} WHEN NOT EXISTS ({named}) {refuse}",
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
        IF NEW.record = '{}'::jsonb AND NEW.statement = ''
           AND to_jsonb(NEW) - ARRAY[CONTENT] = to_jsonb(OLD) - ARRAY[CONTENT]
           AND EXISTS (SELECT 1 FROM claims_card WHERE kind = 'redaction'
                       AND subject = replace(OLD.claim_id::text, '-', '') || '.' || OLD.number) THEN
            RETURN NEW;
        END IF;
    END IF;
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME IN (LINK_TABLES) THEN
        IF EXISTS (SELECT 1 FROM claims_card c, claims_publication p WHERE p.id = OLD.publication_id
                   AND c.kind = 'redaction'
                   AND c.subject = replace(p.claim_id::text, '-', '') || '.' || p.number) THEN
            RETURN OLD;
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
""".replace("'%'", f"'{REFUSAL}'")
for _word, _names in {"LINK_TABLES": LINK_TABLES, "LINKS": CHAIN_TABLES["claims_card"], "CONTENT": CONTENT}.items():
    _POSTGRES_FUNCTION = _POSTGRES_FUNCTION.replace(_word, ", ".join(f"'{name}'" for name in _names))


def _postgres_install() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{event} BEFORE {event.upper()} ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION claims_refuse_change()"
        for table in (*CHAIN_TABLES, *LINK_TABLES)
        for event in ("update", "delete")
    ]
