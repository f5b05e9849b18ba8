"""Datasette, and the same rows in a database of its own, to compare with."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path


def write_flat(source: Path, place: Path) -> None:
    """Write the same reviews as Datasette would hold them: one table, indexes on what is filtered, full-text search."""
    unfinished = place.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = sqlite3.connect(unfinished)
    connection.executescript(f"""
        ATTACH '{source}' AS site;
        CREATE TABLE reviews (sequence INTEGER PRIMARY KEY, slug TEXT, statement TEXT, claimant TEXT, made_on TEXT,
            language TEXT, verdict TEXT, confidence INTEGER, topic TEXT, published_at TEXT, summary TEXT,
            rationale TEXT);
        INSERT INTO reviews SELECT p.sequence, p.slug, p.statement, s.name, p.made_on, p.language, p.verdict,
            p.confidence,
            json_extract(p.record, '$.topics[0].slug'), p.published_at, json_extract(p.record, '$.summary'),
            json_extract(p.record, '$.rationale')
            FROM site.claims_publication p LEFT JOIN site.claims_source s ON s.id = p.claimant_id WHERE p.is_current;
        CREATE INDEX reviews_verdict ON reviews (verdict);
        CREATE INDEX reviews_language ON reviews (language);
        CREATE INDEX reviews_topic ON reviews (topic);
        CREATE VIRTUAL TABLE reviews_fts USING fts5(statement, claimant, summary, rationale, content='reviews',
            content_rowid='sequence', tokenize='porter');
        INSERT INTO reviews_fts(reviews_fts) VALUES ('rebuild');
        ANALYZE main;
        """)
    connection.close()
    unfinished.rename(place)


def rows_of(place: Path, slugs: list[str]) -> list[int]:
    """Return in which rows the reviews of some claims stand."""
    with sqlite3.connect(place) as connection:
        found = dict(connection.execute("SELECT slug, sequence FROM reviews"))
    return [found[slug] for slug in slugs]


def datasette_command() -> list[str]:
    """Return how to run Datasette here, or nothing where it is not installed."""
    found = shutil.which("datasette")
    return [found] if found else []
