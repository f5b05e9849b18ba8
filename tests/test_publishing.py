"""The chain over all publications, and `manage.py verify`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.matching import vectors
from claims.models import Claim, Publication, PublicationVector, triggers
from tests import desk

pytestmark = pytest.mark.django_db


def tamper(*statements):
    with desk.past_the_triggers(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def verify(*arguments):
    out = StringIO()
    call_command("verify", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def three(db):
    return [desk.published() for _ in range(3)]


@pytest.mark.django_db(transaction=True)
def test_the_sentence_model_runs_once_the_publication_stands_and_the_chain_is_free(monkeypatch):
    asked = []
    monkeypatch.setattr(vectors, "models", lambda: asked.append(connection.in_atomic_block) or [])
    desk.published()
    assert asked == [False]


@pytest.mark.django_db(transaction=True)
def test_a_failing_model_fails_no_publication(failing_model, caplog):
    publication = desk.published()
    assert Publication.objects.current().get() == publication
    assert "no memory left" in caplog.text
    assert not PublicationVector.objects.exists()


def test_an_untouched_record_verifies_and_shows_its_anchor(three):
    assert "3 publications and 2 cards verified" in verify()
    assert three[-1].chain_hash in verify("--anchor", three[-1].chain_hash)


def test_an_empty_database_verifies():
    assert "0 publications and 0 cards verified" in verify()


CHANGES = {
    "one byte of a record": (
        "UPDATE claims_publication SET record = replace(CAST(record AS text), 'Port', 'Fort'){json} WHERE sequence = 4",
        "publication 4 .*record was changed",
    ),
    "a column": ("UPDATE claims_publication SET verdict = 'true' WHERE sequence = 4", "publication 4 .*column verdict"),
    "a chain hash": ("UPDATE claims_publication SET chain_hash = 'x' WHERE sequence = 4", "publication 4 .*follow"),
    "a record hash": ("UPDATE claims_publication SET record_hash = 'x' WHERE sequence = 4", "publication 4 .*hash"),
    "which version is current": (
        "UPDATE claims_publication SET is_current = (1=0) WHERE sequence = 4",
        "publication 4 .*current",
    ),
    "a removed record": ("DELETE FROM claims_publication WHERE sequence = 4", "publication 5 .*was removed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_verify_names_the_first_record_that_was_tampered_with(three, change):
    statement, fault = CHANGES[change]
    tamper(statement.format(json="::jsonb" if connection.vendor == "postgresql" else ""))
    with pytest.raises(CommandError, match=fault):
        verify()


def test_verify_finds_records_that_changed_places(three):
    tamper(
        "UPDATE claims_publication SET sequence = 9 WHERE sequence = 3",
        "UPDATE claims_publication SET sequence = 3 WHERE sequence = 4",
        "UPDATE claims_publication SET sequence = 4 WHERE sequence = 9",
    )
    with pytest.raises(CommandError, match=r"publication 3 .*follow"):
        verify()


def test_verify_finds_a_removed_record_whose_place_was_closed_up(three):
    tamper(
        "DELETE FROM claims_publication WHERE sequence = 4",
        "UPDATE claims_publication SET sequence = 4 WHERE sequence = 5",
    )
    with pytest.raises(CommandError, match=r"publication 4 .*follow"):
        verify()


def test_a_cut_end_is_found_by_the_claims_that_lack_it_or_by_the_anchor_noted_elsewhere(three):
    anchor = Publication.objects.get(sequence=5).chain_hash
    tamper("DELETE FROM claims_publication WHERE sequence = 5")
    with pytest.raises(CommandError, match="what was published of it is gone"):
        verify()
    Claim.objects.filter(slug=three[-1].slug).update(status="draft")
    assert "2 publications and 2 cards verified" in verify()
    with pytest.raises(CommandError, match="cut or rewritten"):
        verify("--anchor", anchor)


@pytest.mark.django_db
@pytest.mark.database("postgresql")
@pytest.mark.parametrize(
    "loosened",
    [
        "CREATE OR REPLACE FUNCTION claims_refuse_change() RETURNS trigger AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql",
        "ALTER TABLE claims_publication ENABLE REPLICA TRIGGER claims_publication_update",
    ],
)
def test_triggers_that_refuse_nothing_any_more_do_not_stand(loosened):
    assert triggers.stand(connection)
    with connection.cursor() as cursor:
        cursor.execute(loosened)
    assert not triggers.stand(connection)


def test_triggers_that_stand_are_left_alone_so_that_no_migration_waits_for_readers(db):
    triggers.remove(connection)
    triggers.ensure(connection)
    with CaptureQueriesContext(connection) as asked:
        triggers.ensure(connection)
    assert not [query for query in asked if query["sql"].startswith(("DROP", "CREATE TRIGGER"))]
