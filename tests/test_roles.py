"""After a migration the groups are what the table says, and what a site added beside them stays."""

import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection

from claims import roles
from claims.models import triggers
from tests import desk

REPLACED = import_module("claims.migrations.0001_squashed_0009").Migration.replaces
ROOT = Path(__file__).resolve().parent.parent


def held(name, labels=roles.APPS):
    permissions = Group.objects.get(name=name).permissions.filter(content_type__app_label__in=labels)
    return set(permissions.values_list("codename", flat=True))


def migrated():
    call_command("migrate", verbosity=0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", roles.ROLES)
def test_a_role_may_what_the_table_says_whatever_it_was_given_or_lost(role):
    group = Group.objects.get(name=role)
    group.permissions.remove(Permission.objects.get(codename="view_claim"))
    group.permissions.add(*Permission.objects.filter(codename__in=["delete_user", "change_group"]))
    migrated()
    assert held(role) == roles.ROLES[role]


@pytest.mark.django_db(transaction=True)
def test_other_groups_and_other_apps_permissions_are_left_alone():
    interns = Group.objects.create(name="interns")
    interns.permissions.add(Permission.objects.get(codename="approve_claim"))
    Group.objects.get(name="editor").permissions.add(Permission.objects.get(codename="view_session"))
    migrated()
    assert held("interns") == {"approve_claim"}
    assert held("editor", ["sessions"]) == {"view_session"}


@pytest.mark.django_db(transaction=True)
def test_a_role_that_was_deleted_is_made_again():
    Group.objects.filter(name="approver").delete()
    migrated()
    assert held("approver") == roles.APPROVER


def test_every_permission_of_the_table_exists(db):
    known = set(Permission.objects.filter(content_type__app_label__in=roles.APPS).values_list("codename", flat=True))
    assert set().union(*roles.ROLES.values()) <= known


@pytest.mark.django_db(transaction=True)
def test_triggers_that_a_migration_dropped_are_there_again():
    desk.published()
    triggers.remove(connection)
    migrated()
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM claims_publication")


def _manage(database, *arguments):
    environment = {"DATABASE_URL": f"sqlite:///{database}", "DEBUG": "off", "PATH": ""}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_a_database_between_the_first_migrations_is_told_the_way_and_left_alone(tmp_path):
    """The nine first migrations are one now; who stands between them goes on from the last of them."""
    first = [name for _, name in REPLACED]
    for applied, is_refused in ((first[:4], True), (first, False)):
        database = tmp_path / f"{len(applied)}.sqlite3"
        assert _manage(database, "migrate", "-v0").returncode == 0
        with sqlite3.connect(database) as raw:
            raw.execute("DELETE FROM django_migrations WHERE app = 'claims'")
            rows = [("claims", name, "2026-11-24") for name in applied]
            raw.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (?, ?, ?)", rows)
            if not is_refused:
                raw.execute("DROP TABLE claims_upload")
        raw.close()
        done = _manage(database, "migrate")
        assert ("claims.E001" in done.stderr and "0009_matching" in done.stderr) == is_refused
        assert (done.returncode != 0) == is_refused
