"""Signing in with a second factor, a link by mail, and sessions that end: nothing typed is lost on the way."""

import re
from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from claims import workflow
from claims.models import AccountChange, Publication
from tests import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

SIGN_IN, CODE = "/admin/login/?next=/admin/claims/claim/", "/admin/account/second-factor/authenticate/"
SETUP = "/admin/account/second-factor/totp/activate/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def no_limits_from_other_tests():
    cache.clear()


def code(secret=SECRET):
    (now,) = list(totp.yield_hotp_counters_from_time())[1:2]
    return totp.format_hotp_value(totp.hotp_value(secret, now))


def give_second_factor(user):
    totp.TOTP.activate(user, SECRET)


def password_of(user):
    return f"{user.username}-password"


def sign_in(browser, user, **data):
    return browser.post(SIGN_IN, {"username": user.username, "password": password_of(user), **data})


def is_signed_in(browser):
    return browser.get("/admin/").status_code == 200


def test_whoever_has_a_second_factor_is_in_only_after_its_code(client):
    user = desk.person("approver")
    give_second_factor(user)
    assert sign_in(client, user)["Location"] == CODE
    assert not is_signed_in(client)
    assert "Incorrect code" in client.post(CODE, {"code": "000000"}).content.decode()
    assert not is_signed_in(client)
    assert client.post(CODE, {"code": code()})["Location"] == "/admin/claims/claim/"
    assert is_signed_in(client)


def test_a_code_serves_only_whoever_gave_the_password(client):
    give_second_factor(desk.person("approver"))
    assert client.post(CODE, {"code": code()}).status_code == 302
    assert not is_signed_in(client)


def test_codes_cannot_be_guessed_one_after_the_other(client):
    user = desk.person("approver")
    give_second_factor(user)
    sign_in(client, user)
    answers = [client.post(CODE, {"code": f"{number:06}"}).content.decode() for number in range(7)]
    assert "Too many" in answers[-1]
    assert "Too many" in client.post(CODE, {"code": code()}).content.decode()
    assert not is_signed_in(client)


def test_text_typed_when_the_session_ended_is_kept_through_password_and_code(client):
    user, made = desk.person("editor"), desk.claim()
    give_second_factor(user)
    address = made.get_absolute_url()
    page = client.post(address, {"statement": "Twelve ships came in June, it says.", "x": "y"})
    kept = page.context["kept"]
    sign_in(client, user, kept=kept)
    offered = client.post(CODE, {"code": code()}).content.decode()
    assert "Twelve ships came in June, it says." in offered
    assert "Twelve ships" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(("role", "asked"), [("approver", True), ("administrator", True), ("editor", False)])
def test_approvers_and_administrators_set_up_a_second_factor_where_the_desk_asks(client, settings, role, asked):
    settings.REQUIRE_SECOND_FACTOR = True
    user = desk.person(role)
    sign_in(client, user)
    answer = client.get("/admin/claims/claim/")
    assert (answer.status_code == 302 and answer["Location"] == SETUP) == asked
    give_second_factor(user)
    if asked:  # the session is as old as the password alone
        asks = client.get("/admin/claims/claim/")["Location"]
        assert asks.startswith("/admin/account/second-factor/reauthenticate/")
        client.post(asks, {"code": code()})
    assert client.get("/admin/claims/claim/").status_code == 200


def test_an_approval_sent_without_the_second_factor_the_desk_asks_for_is_not_taken_and_kept(client, settings):
    user, made = desk.person("approver"), desk.awaiting()
    client.force_login(user)
    settings.REQUIRE_SECOND_FACTOR = True
    address = reverse("admin:claims_claim_change", args=[made.pk])
    answer = client.post(address, {"_step": "approve", "message": "so " * 30})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "so so so" in page
    assert 'id="user-tools"' in page
    assert 'class="tasks"' not in client.get(reverse("mfa_index")).content.decode()
    assert not Publication.objects.exists()


def test_a_second_factor_is_set_up_with_the_password_and_a_code_and_gives_recovery_codes(client):
    user = desk.person("approver")
    sign_in(client, user)
    confirm = client.get(SETUP)["Location"]
    client.post(confirm, {"password": password_of(user), "next": SETUP})
    page = client.get(SETUP).content.decode()
    assert "data:image/svg+xml;base64," in page
    secret = client.session["mfa.totp.secret"]
    codes = client.post(SETUP, {"code": code(secret)}, follow=True)
    assert len(re.findall(r"^.*\b\d{8}\b", codes.content.decode(), re.MULTILINE)) == 10
    assert Authenticator.objects.filter(user=user).count() == 2


def test_a_lost_second_factor_is_removed_by_an_administrator_and_its_owner_waits(client):
    user, made = desk.person("approver"), desk.awaiting()
    give_second_factor(user)
    address = reverse("admin:claims_factor", args=[user.pk])
    client.force_login(desk.person("editor"))
    assert client.post(address).status_code == 403
    client.force_login(desk.person("administrator"))
    assert client.get(address).status_code == 405
    assert "Remove the second factor" in client.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
    client.post(address)
    assert not Authenticator.objects.exists()
    assert AccountChange.objects.get().kind == "factor"
    with pytest.raises(workflow.NotPermittedError, match="second factor removed"):
        desk.approve(made, by=user)


def test_who_takes_off_their_own_second_factor_waits_too(client):
    user, made = desk.person("approver"), desk.awaiting()
    give_second_factor(user)
    sign_in(client, user)
    client.post(CODE, {"code": code()})
    away = "/admin/account/second-factor/totp/deactivate/"
    confirm = client.get(away)["Location"]
    client.post(confirm, {"password": password_of(user), "next": away})
    client.post(away)
    assert not Authenticator.objects.exists()
    with pytest.raises(workflow.NotPermittedError, match="second factor removed"):
        desk.approve(made, by=user)


def test_secrets_and_sessions_of_others_are_on_no_page_of_the_desk(client):
    client.force_login(User.objects.create_superuser("chief"))
    for model in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress"):
        assert client.get(f"/admin/{model}/").status_code == 404


def test_one_sees_where_one_is_signed_in_and_signs_out_everywhere_else(client):
    user, other = desk.person("editor"), Client(HTTP_USER_AGENT="A forgotten tablet")
    sign_in(other, user)
    sign_in(client, user)
    stranger = Client()
    sign_in(stranger, desk.person("editor"))
    assert "A forgotten tablet" in client.get("/admin/account/sessions/").content.decode()
    assert "A forgotten tablet" not in stranger.get("/admin/account/sessions/").content.decode()
    client.post("/admin/account/sessions/")
    assert [is_signed_in(browser) for browser in (client, other, stranger)] == [True, False, True]


def test_a_session_ends_when_the_desk_was_not_used_for_its_hours(client, settings):
    user = desk.person("editor")
    sign_in(client, user)
    client.get("/admin/")
    store = import_module(settings.SESSION_ENGINE).SessionStore
    session = store(client.session.session_key)
    session["seen"] -= 3600
    session.save()
    before = store.get_model_class().objects.get(session_key=session.session_key).expire_date
    assert is_signed_in(client)
    assert store.get_model_class().objects.get(session_key=session.session_key).expire_date > before
    assert session.get_expiry_age() == settings.SESSION_COOKIE_AGE == 12 * 3600


def without_nonce(page):
    return re.sub('(nonce|value)="[^"]+"', "", page)


MAIL = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def test_a_forgotten_password_is_chosen_anew_by_a_mailed_link(client, settings):
    settings.MAILERS = MAIL
    user = desk.person("approver")
    User.objects.filter(pk=user.pk).update(email="a@desk.example")
    assert "Forgotten your password?" in client.get("/admin/login/").content.decode()
    told = [
        client.post("/admin/account/forgotten/", {"email": address}, follow=True).content.decode()
        for address in ("a@desk.example", "b@desk.example")
    ]
    assert without_nonce(told[1]) == without_nonce(told[0]).replace("a@desk", "b@desk")
    (message,) = mail.outbox
    assert message.subject == "Factcheck desk: choose a new password"
    link = re.search(r"https?://testserver(/\S+)", message.body)[1]
    page = client.get(link, follow=True)
    new = "a-long-word-nobody-guesses"
    client.post(page.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})
    assert User.objects.get(pk=user.pk).check_password(new)
    with pytest.raises(workflow.NotPermittedError, match="password set by a link"):
        desk.approve(desk.awaiting(), by=user)
    assert AccountChange.objects.get().by == user


def test_links_are_not_mailed_without_end(client, settings):
    settings.MAILERS = MAIL
    User.objects.filter(pk=desk.person("editor").pk).update(email="a@desk.example")
    for _ in range(8):
        answer = client.post("/admin/account/forgotten/", {"email": "A@desk.example"})
    assert "Too many links" in answer.content.decode()
    assert len(mail.outbox) == 5


def test_without_mail_no_link_is_offered(client):
    assert "Forgotten" not in client.get("/admin/login/").content.decode()
    assert client.get("/admin/account/forgotten/").status_code == 404


def test_nobody_makes_an_account_for_themselves(client):
    for address in ("/admin/account/signup/", "/admin/signup/", "/accounts/signup/"):
        assert client.post(address, {"username": "me", "password1": "x"}).status_code in {403, 404}
    assert not User.objects.exists()


def test_beside_the_desk_who_lacks_the_second_factor_is_nobody(client, settings):
    client.force_login(desk.person("approver"))
    desk.claim()
    assert client.get("/in-progress/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR = True
    assert client.get("/in-progress/").status_code == 404
    assert client.get("/metrics").status_code == 404


def test_text_kept_for_somebody_who_gave_no_code_is_offered_to_nobody_else(client):
    first, second = desk.person("editor"), desk.person("editor")
    give_second_factor(first)
    give_second_factor(second)
    sign_in(client, first, kept='[["statement", "A secret."]]')
    sign_in(client, second)
    assert "A secret." not in client.post(CODE, {"code": code()}, follow=True).content.decode()


def test_text_is_kept_when_somebody_signed_in_in_another_tab_first():
    browser = Client(enforce_csrf_checks=True, headers={"sec-fetch-site": "same-origin"})
    browser.force_login(desk.person("editor"))
    kept = {"username": "x", "password": "y", "kept": '[["statement", "Typed for an hour."]]'}
    assert "Typed for an hour." in browser.post(SIGN_IN, kept).content.decode()


def test_who_redirected_the_mail_of_an_account_does_not_confirm_its_new_password(client, settings):
    settings.MAILERS = MAIL
    user, administrator = desk.person("approver"), desk.person("administrator")
    client.force_login(administrator)
    address = f"/admin/auth/user/{user.pk}/change/"
    data = {"username": user.username, "email": "mine@desk.example", "is_active": "on", "is_staff": "on",
            "groups": [group.pk for group in user.groups.all()]}  # fmt: skip
    client.post(address, data)
    assert AccountChange.objects.get().kind == "address"
    other = Client()
    other.post("/admin/account/forgotten/", {"email": "mine@desk.example"})
    link = re.search(r"https?://testserver(/\S+)", mail.outbox[0].body)[1]
    page = other.get(link, follow=True)
    other.post(page.redirect_chain[-1][0], {"new_password1": "a-long-word-x1", "new_password2": "a-long-word-x1"})
    change = AccountChange.objects.filter(kind="password").get()
    assert change.by == administrator
    with pytest.raises(workflow.NotPermittedError, match="Somebody else"):
        workflow.accounts.confirm(change, by=administrator)
