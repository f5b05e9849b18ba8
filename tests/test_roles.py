"""After a migration the groups are what the table says, and what a site added beside them stays."""

from importlib import import_module

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import connection

from claims import roles
from claims.models import triggers
from tests import desk

REPLACED = import_module("claims.migrations.0001_squashed_0009").Migration.replaces


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


@pytest.mark.parametrize("count", [0, 4, 9])
def test_a_database_between_the_first_migrations_is_told_the_way(monkeypatch, count):
    """The nine first migrations are one now; who stands between them goes on from the last of them."""
    applied = {("claims", name): None for _, name in REPLACED[:count]}
    monkeypatch.setattr("claims.checks.MigrationRecorder.applied_migrations", lambda recorder: applied)
    found = run_checks(databases=["default"], tags=["database"])
    told = [message for message in found if message.id == "claims.E001"]
    assert bool(told) == (0 < count < len(REPLACED))
    assert all("0004" in message.msg and "0009_matching" in message.hint for message in told)
