"""A full disk, a lost or locked database, a clock set back, a stop half-way: said as it is, and nothing is lost."""

import errno
import json
import logging
import os
import signal
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import workflow
from claims.management.progress import Progress
from claims.models import Claim, Publication, Source
from claims.outages import Outage, outage_in
from tests import desk

pytestmark = pytest.mark.django_db

STATEMENT = "The bridge over the river was closed for eleven days in May 2021, says the ministry."


@contextmanager
def full_disk(table="claims_claim"):
    """Let the database run out of space; PostgreSQL says so by the same code as where it does."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            yield
            cursor.execute("PRAGMA max_page_count = 1073741823")
            return
        cursor.execute(
            "CREATE FUNCTION pg_temp.full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} EXECUTE FUNCTION pg_temp.full_disk()")
        yield
        cursor.execute(f"DROP TRIGGER full_disk ON {table}")


def new_claim(statement):
    rows = ("evidence", "reply_requests", "appearances", "relations_from")
    forms = {f"{name}-{field}": "0" for name in rows for field in ("TOTAL_FORMS", "INITIAL_FORMS")}
    fields = {"statement": statement, "language": "en", "made_on_precision": "day"}
    return {**fields, "confidence_scale": "none_low_med_high", **forms}


class TestThePersonWhoWaits:
    def test_is_told_that_the_disk_is_full_and_sends_the_same_text_again(self, client, caplog):
        client.force_login(desk.person("editor"))
        address = reverse("admin:claims_claim_add")
        text = STATEMENT + "\n" + "x" * 300_000  # more than fits a free page
        with full_disk(), caplog.at_level(logging.ERROR, "factcheck.unavailable"):
            answer = client.post(address, new_claim(text))
        page = answer.content.decode()
        assert answer.status_code == 503 and "The disk of this site is full" in page
        assert STATEMENT in page and f'action="{address}"' in page and "csrfmiddlewaretoken" in page
        (told,) = (record for record in caplog.records if record.name == "factcheck.unavailable")
        assert told.message.startswith("FULL: ") and told.exc_info and not Claim.objects.exists()

    def test_is_told_that_the_database_can_only_be_read(self, client):
        client.force_login(desk.person("editor"))
        with transaction.atomic(), connection.cursor() as cursor:
            sqlite = connection.vendor == "sqlite"
            cursor.execute("PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY")
            answer = client.post(reverse("admin:claims_claim_add"), new_claim(STATEMENT))
            if sqlite:
                cursor.execute("PRAGMA query_only = OFF")
            transaction.set_rollback(True)
        assert answer.status_code == 503 and b"cannot be written to" in answer.content
        assert STATEMENT in answer.content.decode()

    @pytest.mark.parametrize("address", ["/", "/admin/", "/claims/?q=x"])
    def test_is_never_told_of_a_fault_of_ours_where_the_database_is_gone_before_the_page_is_begun(
        self, monkeypatch, address
    ):
        def gone(self):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(SessionStore, "load", gone)
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = "x" * 32
        answer = client.get(address)
        assert answer.status_code == 503 and b"does not answer" in answer.content
        assert answer["Retry-After"] == "5" and answer["Cache-Control"] == "no-store"

    def test_is_told_so_where_only_the_session_could_not_be_saved(self, monkeypatch):
        def gone(self, must_create=False):
            raise UpdateError from OperationalError("server closed the connection unexpectedly")

        client = Client(raise_request_exception=False)
        client.force_login(desk.person("editor"))
        monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", gone)
        monkeypatch.setattr("django.conf.settings.SESSION_SAVE_EVERY_REQUEST", True)
        answer = client.get("/admin/")
        assert answer.status_code == 503 and b"does not answer" in answer.content

    def test_keeps_no_password_in_the_page(self, monkeypatch):
        def full(*args, **kwargs):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("claims.desk.sign_in.SignInView.post", full)
        client = Client(raise_request_exception=False)
        answer = client.post(reverse("admin:login"), {"username": "anna", "password": "very secret"})
        assert answer.status_code == 503 and b"disk of this site is full" in answer.content
        assert b"very secret" not in answer.content

    def test_reads_it_in_the_language_of_the_address(self, monkeypatch):
        def gone(*args, **kwargs):
            raise OperationalError("gone")

        monkeypatch.setattr("claims.search.snapshot.latest_snapshot", gone)
        answer = Client().get("/ru/claims/")
        assert answer.status_code == 503 and "База данных не отвечает" in answer.content.decode()


class TestAnImport:
    def test_that_the_disk_stops_says_so_blames_no_record_and_goes_on_later(self, tmp_path, capsys):
        path = desk.records_file(tmp_path / "records.jsonl", *(f"Town {n} has {n} wells." for n in range(1, 41)))
        command = ["import", str(path), "--as", "ours", "--no-vectors"]
        with full_disk("claims_publication"), pytest.raises(CommandError, match="disk of this site is full") as error:
            call_command(*command)
        assert "run it again and it goes on" in str(error.value)
        assert "refused" not in capsys.readouterr().err
        call_command(*command)
        assert Publication.objects.count() == 40

    def test_of_a_fixture_keeps_nothing_of_it(self, tmp_path):
        desk.published()
        path = tmp_path / "all.json"
        call_command("export", str(path), scope="all")
        rows = json.loads(path.read_text())
        known = next(row["fields"] for row in rows if row["model"] == "claims.source")
        others = ({**known, "slug": f"other-{n}", "name": f"{n} " * 50} for n in range(200))
        rows += [{"model": "claims.source", "fields": fields} for fields in others]
        path.write_text(json.dumps(rows))
        with full_disk("claims_source"), pytest.raises(CommandError, match=r"(?s)full.*Nothing was imported"):
            call_command("import", str(path))
        assert not Source.objects.filter(slug__startswith="other").exists()


class TestACommand:
    def test_that_is_stopped_says_what_is_left(self, tmp_path, monkeypatch):
        desk.published()

        def stopped(*args):
            os.kill(os.getpid(), signal.SIGTERM)
            yield b""

        monkeypatch.setattr("claims.management.commands.export.Command._chunks", stopped)
        with pytest.raises(CommandError, match=r"Stopped. Nothing was written.") as error:
            call_command("export", str(tmp_path / "x.json"))
        assert error.value.returncode == 130
        assert not list(tmp_path.iterdir())

    def test_is_stopped_although_python_drops_what_is_raised_while_an_object_is_deleted(self, tmp_path, monkeypatch):
        class Deleted:
            def __del__(self):
                os.kill(os.getpid(), signal.SIGINT)

        def chunks(*args):
            thing = Deleted()
            del thing
            yield from [b"a"] * 3

        monkeypatch.setattr("claims.management.commands.export.Command._chunks", chunks)
        with pytest.raises(CommandError, match="Stopped"):
            call_command("export", str(tmp_path / "x.json"))
        assert not list(tmp_path.iterdir())
        Progress(None, "things").at(1)  # and the next command begins anew

    @pytest.mark.parametrize(
        ("command", "words"),
        [
            (["export", "{there}"], "Cannot write|Is a directory"),
            (["backup", "{nowhere}/b"], "No such file or directory.*No backup was made"),
            (["restore", "{nowhere}/b"], "not a backup of ours"),
            (["import", "{records}", "--report", "{nowhere}/r"], "No such file or directory.*Nothing was imported"),
            (["import", "{fixture}", "--mapping", "{nowhere}/m"], "leave --mapping out"),
        ],
    )
    def test_answers_a_plain_mistake_in_a_sentence(self, tmp_path, command, words):
        (tmp_path / "fixture.json").write_text("[]")
        places = {
            "there": tmp_path,
            "nowhere": tmp_path / "nowhere",
            "records": desk.records_file(tmp_path / "records.jsonl", "It rained."),
            "fixture": tmp_path / "fixture.json",
        }
        with pytest.raises(CommandError, match=f"(?s){words}"):
            call_command(*(part.format(**places) for part in command))


def test_a_clock_set_back_puts_no_version_before_the_one_it_follows(monkeypatch):
    first = desk.published()
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now - timedelta(days=20))
    workflow.take("recheck", first.claim, by=desk.person("editor"), reason="A new document.")
    workflow.take("submit", first.claim, by=desk.person("editor"))
    desk.approve(first.claim)
    second = Publication.objects.get(claim_id=first.claim_id, number=2)
    assert second.published_at >= first.published_at
    assert not Publication.shown.as_of(first.published_at - timedelta(days=1)).exists()


@pytest.mark.parametrize(
    ("state", "outage"),
    [("53100", Outage.FULL), ("57014", Outage.TOO_SLOW), ("57P01", Outage.GONE), ("40P01", Outage.LOCKED),
     ("25006", Outage.READ_ONLY), ("23505", None), ("22P02", None), ("54000", None)],
)  # fmt: skip
def test_an_outage_is_told_from_a_value_that_the_database_refuses(state, outage):
    cause = type("Error", (Exception,), {"sqlstate": state})()
    error = OperationalError("words")
    error.__cause__ = cause
    assert outage_in(error) == outage


def test_without_its_stylesheets_the_site_is_not_ready(monkeypatch):
    class Storage:
        hashed_files = {}

    monkeypatch.setattr("claims.checks.staticfiles_storage", Storage())
    answer = Client().get("/readyz")
    assert answer.status_code == 503 and b"collectstatic" in answer.content
