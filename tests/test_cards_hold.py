"""Signed cards hold: against the database, those who tamper, imports, migrations, and two who act at once."""

from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from claims import workflow
from claims.models import Article, Card, Page, Proposal, Publication, Source
from claims.record import chain
from claims.record.verification import chain_faults
from tests import desk
from tests.test_cards import PUBLIC, all_shown, body, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


@pytest.fixture
def shown(db):
    return all_shown()


@pytest.mark.parametrize("column", ["name", "record", "text", "signed_at", "chain_hash", "approved_by_id", "subject"])
@pytest.mark.database("sqlite", "postgresql")
def test_the_database_refuses_to_change_a_card(shown, column):
    value = {"record": "'{}'", "signed_at": "'2020-01-01'", "approved_by_id": "NULL"}.get(column, "'x'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE claims_card SET {column} = {value}")


@pytest.mark.database("sqlite", "postgresql")
def test_the_database_refuses_to_delete_a_card_or_to_point_it_elsewhere(shown):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_card")
    other = desk.source("other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Card.objects.filter(source__slug="ministry").update(source=other)


TAMPERING = {
    "its record": {"record": {"a": 1}},
    "its name": {"name": "Forged"},
    "its text": {"text": "Forged."},
    "no text": {"text": ""},
    "its publisher": {"publisher": "forged"},
    "its date": {"published_on": "2001-01-01"},
    "its moment": {"signed_at": "2001-01-01T00:00:00Z"},
    "its hash": {"record_hash": "0" * 64},
    "its chain hash": {"chain_hash": "0" * 64},
    "its number": {"number": 7},
    "its subject": {"subject": "forged"},
    "no row": {"article": None},
}


@pytest.mark.parametrize("kind", TAMPERING)
@pytest.mark.database("sqlite", "postgresql")
def test_verify_names_a_card_that_was_tampered_with(shown, kind):
    with desk.past_the_triggers():
        Card.objects.filter(kind="article").update(**TAMPERING[kind])
    faults = list(chain_faults())
    assert faults
    assert faults[0].startswith("card ")


def test_verify_finds_a_card_that_was_removed(shown):
    with desk.past_the_triggers():
        Card.objects.filter(kind="article")._raw_delete("default")
    assert "was removed" in next(chain_faults())


def test_verify_finds_a_card_that_points_to_the_row_of_another(shown):
    with desk.past_the_triggers():
        Card.objects.filter(source__slug="gazette").update(source=None)
        Card.objects.filter(source__slug="ministry").update(source=Source.objects.get(slug="gazette"))
    assert any("stands for" in fault for fault in chain_faults())


def test_an_import_that_names_a_private_draft_shows_what_its_record_says_and_no_more(client, db, tmp_path):
    desk.source("afp", name="Secret name", description="A secret.")
    (tmp_path / "theirs.csv").write_text("claim,rating,reviewer\nTen ships came to the port.,False,AFP\n")
    call_command("import", str(tmp_path / "theirs.csv"), accept_guess=True, no_vectors=True, stdout=StringIO())
    desk.approve_batch()
    page = body(client, "/sources/afp/")
    assert b"AFP" in page
    assert b"ecret" not in page


@pytest.mark.parametrize("where", ["note", "message"])
@pytest.mark.database("sqlite", "postgresql")
def test_no_character_that_no_database_stores_gets_in(shown, where):
    Source.objects.filter(slug="ministry").update(name="Office")
    with pytest.raises(workflow.NotReadyError, match="NUL"):
        workflow.cards.propose(Source.objects.get(slug="ministry"), by=desk.person("editor"), **{where: "a\0b"})
    assert not Proposal.objects.filter(state="waiting").exists()


def above_the_foot(client, path):
    return body(client, path).partition(b'<footer class="foot">')[0]


@pytest.mark.database("sqlite", "postgresql")
def test_a_database_from_before_there_were_cards_shows_what_it_showed(client, shown):
    paths = [path for path in PUBLIC if "export" not in path and "methodology" not in path]
    before = {path: above_the_foot(client, path) for path in paths}
    with desk.past_the_triggers():
        Card.objects.all()._raw_delete("default")
    with transaction.atomic():
        count = chain.take_over(timezone.now().replace(microsecond=0))
    assert count == Card.objects.count() == 7
    assert not Card.objects.exclude(submitted_by=None, approved_by=None).exists()
    assert [path for path in paths if above_the_foot(client, path) != before[path]] == []
    assert "So is every name and article since" in body(client, "/").decode()
    with transaction.atomic():
        assert chain.take_over(timezone.now()) == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite", "postgresql")
def test_a_migration_shows_readers_nothing_that_was_not_approved(client, shown):
    Page.objects.create(name="contact", text="Words of one person.")
    refused = workflow.cards.propose(Page.objects.create(name="contact", language="ko", text="No."),
                                     by=desk.person("editor"))  # fmt: skip
    workflow.cards.refuse(refused, by=desk.person("approver"), answer="Never.")
    Article.objects.update(publisher=desk.source("herald"))
    before = Card.objects.count()
    call_command("migrate", verbosity=0)
    assert Card.objects.count() == before
    assert b"Words of one person." not in body(client, "/contact/")


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite", "postgresql")
def test_of_two_approvals_of_one_card_at_the_same_instant_one_counts():
    desk.published()
    proposal = proposed()
    act = partial(workflow.cards.approve, proposal, seal=proposal.seal)
    approvals = [partial(act, by=desk.person("approver")) for _ in range(2)]
    assert sorted(desk.at_once(*approvals)) == ["WrongStateError", "done"]
    assert Card.objects.filter(subject="ministry").count() == 2
    assert not list(chain_faults())


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite", "postgresql")
def test_two_claims_with_one_new_source_approved_at_the_same_instant_are_both_published():
    waiting = [desk.awaiting(), desk.awaiting()]
    approvals = [partial(desk.approve, made, by=desk.person("approver")) for made in waiting]
    assert desk.at_once(*approvals) == ["done", "done"]
    assert Publication.objects.count() == 2
    assert Card.objects.filter(subject="ministry").count() == 1
    assert not list(chain_faults())
