"""Nobody signs as somebody else: no password is set for others, and a changed account does not approve at once."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import workflow
from claims.models import AccountChange, Publication
from tests import desk
from tests.desk_forms import form_of_object, sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-word-nobody-guesses"


def link_for(client, user):
    page = client.post(reverse("admin:claims_link", args=[user.pk]))
    assert "no-store" in page["Cache-Control"]
    return re.search(r"<code>(http://testserver/\S+)</code>", page.content.decode())[1]


def choose(link, password=PASSWORD):
    """Follow a link and choose a password by it, as somebody who is not signed in."""
    browser = Client()
    page = browser.get(link, follow=True)
    if b"new_password1" not in page.content:
        return None
    path = page.redirect_chain[-1][0]
    browser.post(path, {"new_password1": password, "new_password2": password})
    return browser


def change_account(client, user, **changes):
    address = reverse("admin:auth_user_change", args=[user.pk])
    data = {name: value for name, value in form_of_object(client, address).items() if value not in (False, "")}
    return client.post(address, {**data, **changes})


def test_an_administrator_sets_no_password_for_anybody(client):
    approver = desk.person("approver")
    sign_in(client, "administrator")
    before = approver.password
    for address in (f"/admin/auth/user/{approver.pk}/password/", f"/admin/auth/user/{approver.pk}/change/"):
        client.post(address, {"password1": PASSWORD, "password2": PASSWORD, "password": PASSWORD})
    assert User.objects.get(pk=approver.pk).password == before
    assert "password1" not in client.get("/admin/auth/user/add/").content.decode()


def test_a_new_account_has_no_password_until_its_owner_chooses_one_by_the_link(client):
    sign_in(client, "administrator")
    client.post("/admin/auth/user/add/", {"username": "newcomer", "is_staff": "on"})
    newcomer = User.objects.get(username="newcomer")
    assert not newcomer.has_usable_password()
    assert choose(link_for(client, newcomer))
    assert User.objects.get(username="newcomer").check_password(PASSWORD)


def test_a_link_works_once_and_for_a_day(client, settings):
    approver = desk.person("approver")
    sign_in(client, "administrator")
    link = link_for(client, approver)
    assert choose(link)
    assert choose(link, "another-long-word-here") is None
    late = link_for(client, approver)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert choose(late) is None
    assert User.objects.get(pk=approver.pk).check_password(PASSWORD)


def test_only_administrators_make_links_and_only_superusers_for_superusers(client):
    chief = User.objects.create_superuser("chief")
    sign_in(client, "editor")
    assert client.post(reverse("admin:claims_link", args=[chief.pk])).status_code == 403
    sign_in(client, "administrator")
    assert client.post(reverse("admin:claims_link", args=[chief.pk])).status_code == 403
    assert client.get(reverse("admin:claims_link", args=[desk.person("editor").pk])).status_code == 405


def test_whoever_set_a_password_by_a_link_approves_nothing_that_day(client):
    approver, made = desk.person("approver"), desk.awaiting()
    administrator = sign_in(client, "administrator")
    choose(link_for(client, approver))
    with pytest.raises(workflow.NotPermittedError, match="Your account was changed"):
        desk.approve(made, by=approver)
    assert not Publication.objects.exists()
    assert list(AccountChange.objects.values_list("kind", "by")) == [
        ("password", administrator.pk), ("link", administrator.pk),
    ]  # fmt: skip
    AccountChange.objects.update(at=timezone.now() - timedelta(days=1, minutes=1))
    desk.approve(made, by=approver)
    assert Publication.objects.exists()


def test_a_link_that_nobody_used_keeps_nobody_from_approving(client):
    approver = desk.person("approver")
    sign_in(client, "administrator")
    link_for(client, approver)
    desk.approve(desk.awaiting(), by=approver)


@pytest.mark.parametrize("change", ["a new role", "activated again"])
def test_whose_role_or_activity_was_changed_approves_nothing_that_day(client, change):
    approver, made = desk.person("approver"), desk.awaiting()
    sign_in(client, "administrator")
    if change == "a new role":
        roles = [Group.objects.get(name=name).pk for name in ("approver", "administrator")]
        change_account(client, approver, groups=roles)
    else:
        User.objects.filter(pk=approver.pk).update(is_active=False)
        change_account(client, approver, is_active="on")
    approver = User.objects.get(pk=approver.pk)
    assert approver.is_active
    with pytest.raises(workflow.NotPermittedError, match="Your account was changed"):
        desk.approve(made, by=approver)


def test_a_name_or_address_changed_keeps_nobody_from_approving(client):
    approver = desk.person("approver")
    sign_in(client, "administrator")
    change_account(client, approver, first_name="Ada")
    assert User.objects.get(pk=approver.pk).first_name == "Ada"
    desk.approve(desk.awaiting(), by=approver)


def test_a_second_administrator_confirms_a_change_and_nobody_else(client):
    approver, made = desk.person("approver"), desk.awaiting()
    first = sign_in(client, "administrator")
    choose(link_for(client, approver))
    change = AccountChange.objects.get(kind="password")
    address = reverse("admin:claims_confirm", args=[change.pk])
    for who in (first, approver, desk.person("editor")):
        client.force_login(who)
        client.post(address)
    with pytest.raises(workflow.NotPermittedError):
        desk.approve(made, by=approver)
    second = sign_in(client, "administrator")
    assert "Confirm" in client.get(reverse("admin:claims_accountchange_change", args=[change.pk])).content.decode()
    client.post(address)
    change.refresh_from_db()
    assert change.confirmed_by == second
    desk.approve(made, by=approver)


def test_an_account_that_was_changed_itself_confirms_nothing(client):
    approver = desk.person("approver")
    first = sign_in(client, "administrator")
    puppet = desk.person("administrator")
    workflow.accounts.note(puppet, "role", by=first)
    workflow.accounts.note(approver, "role", by=first)
    with pytest.raises(workflow.NotPermittedError, match="Your account was changed"):
        workflow.accounts.confirm(AccountChange.objects.get(user=approver), by=puppet)


def test_nobody_changes_what_a_role_may_do_on_the_desk(client):
    client.force_login(User.objects.create_superuser("chief"))
    editors = Group.objects.get(name="editor")
    before = set(editors.permissions.values_list("codename", flat=True))
    client.post(reverse("admin:auth_group_change", args=[editors.pk]), {"name": "editor", "permissions": []})
    assert set(editors.permissions.values_list("codename", flat=True)) == before


def test_the_log_says_who_made_a_link(client):
    approver = desk.person("approver")
    administrator = sign_in(client, "administrator")
    link_for(client, approver)
    page = client.get(reverse("admin:claims_accountchange_changelist")).content.decode()
    assert "Link to choose a password made" in page
    assert administrator.username in page
