"""Nothing typed is lost: sessions that end, two people on one form, a double click."""

import json
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Publication, Suggestion
from tests import desk
from tests.desk_forms import form_of, form_of_object, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


class Fields(HTMLParser):
    """The fields of the form that sends kept text again."""

    def __init__(self, page):
        super().__init__()
        self.address, self.values, self.name = "", [], None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form" and attrs.get("id") != "logout-form":
            self.address = attrs.get("action", "")
        if tag == "textarea":
            self.name = attrs["name"]
            self.values.append((self.name, ""))

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.name = None

    def handle_data(self, data):
        if self.name:
            name, value = self.values[-1]
            self.values[-1] = (name, value + data)

    @property
    def data(self):
        return {name: value.removeprefix("\n") for name, value in self.values}


def test_text_typed_over_the_end_of_a_session_survives_signing_in_again(client):
    editor = desk.person("editor", "typist")
    client.force_login(editor)
    made = desk.claim()
    data = {**form_of(client, made), "summary": 'Typed for an hour.\n"Quoted" <b>&amp; 한국 😀'}
    client.logout()
    page = client.post(made.get_absolute_url(), data)
    assert page.status_code == 403
    assert "Nothing is lost" in page.content.decode()
    kept = page.context["kept"]
    wrong = client.post(
        f"/admin/login/?next={made.get_absolute_url()}", {"username": "typist", "password": "x", "kept": kept}
    )
    assert wrong.context["kept"] == kept
    again = client.post(
        f"/admin/login/?next={made.get_absolute_url()}",
        {"username": "typist", "password": "typist-password", "kept": kept},
    )
    fields = Fields(again.content.decode())
    assert fields.address == made.get_absolute_url()
    client.post(fields.address, fields.data)
    made.refresh_from_db()
    assert made.summary == 'Typed for an hour.\n"Quoted" <b>&amp; 한국 😀'


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/x"])
def test_kept_text_goes_nowhere_else(client, address):
    desk.person("editor", "typist")
    again = client.post(
        f"/admin/login/?next={address}",
        {"username": "typist", "password": "typist-password", "kept": json.dumps([["summary", "x"]])},
    )
    assert "elsewhere" not in Fields(again.content.decode()).address


def test_a_form_whose_token_is_out_of_date_can_be_sent_again_but_not_from_elsewhere():
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(desk.person("editor"))
    made = desk.claim()
    data = {"summary": "Typed for an hour, before signing in again elsewhere.", "csrfmiddlewaretoken": "x" * 64}
    ours = client.post(made.get_absolute_url(), data, headers={"Sec-Fetch-Site": "same-origin"})
    assert ours.status_code == 403
    assert "Typed for an hour" in Fields(ours.content.decode()).data["summary"]
    assert 'id="user-tools"' in ours.content.decode()
    theirs = client.post(made.get_absolute_url(), data, headers={"Sec-Fetch-Site": "cross-site"})
    assert theirs.status_code == 403
    assert b"Typed for an hour" not in theirs.content


def test_a_double_click_on_publish_publishes_once_and_says_so(client):
    claim = desk.awaiting()
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(claim, by=approver)
    address = reverse("admin:claims_step", args=[claim.pk, "approve"])
    shown = client.get(address).context
    twice = {"version": shown["claim"].version, "proposal": shown["proposal"].seal}
    client.post(address, twice)
    page = client.post(address, twice, follow=True).content.decode()
    assert "done already" in page
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("model", ["article", "source", "topic", "suggestion"])
def test_two_people_on_one_form_see_both_versions(client, model):
    made = {
        "article": desk.article, "source": desk.source, "topic": desk.topic,
        "suggestion": lambda: Suggestion.objects.create(text="Look."),
    }[model]()  # fmt: skip
    field = {"article": "authors", "source": "description", "topic": "name", "suggestion": "answer"}[model]
    sign_in(client, "editor")
    address = reverse(f"admin:claims_{model}_change", args=[made.pk])
    opened = form_of_object(client, address)
    client.post(address, {**form_of_object(client, address), field: "The first text."})
    sign_in(client, "editor")
    page = client.post(address, {**opened, field: "The second text."}).content.decode()
    assert "The first text." in page
    assert "The second text." in page
    assert getattr(type(made).objects.get(pk=made.pk), field) == "The first text."


@pytest.mark.parametrize("kept", ["[" * 100_000, '[["a","\\ud800"]]', "x", "[1]", '{"a": 1}'])
def test_what_was_kept_may_be_anything(client, kept):
    desk.person("editor", "typist")
    data = {"username": "typist", "password": "typist-password", "kept": kept}
    assert client.post("/admin/login/?next=/admin/", data).status_code in {200, 400}


def test_passwords_are_not_kept(client):
    given = {"old_password": "x", "new_password1": "s3cret-word", "new_password2": "s3cret-word"}
    page = client.post(reverse("admin:password_change"), given)
    assert b"s3cret-word" not in page.content


def test_text_is_kept_when_the_role_was_taken_away_and_when_signing_in_is_blocked(client):
    user = sign_in(client, "editor")
    made = desk.claim()
    data = {**form_of(client, made), "summary": "Typed for an hour."}
    user.is_staff = False
    user.save()
    kept = client.post(made.get_absolute_url(), data).context["kept"]
    assert "Typed for an hour." in kept
    client.logout()
    for _ in range(11):
        answer = client.post("/admin/login/", {"username": user.username, "password": "wrong", "kept": kept})
    assert answer.status_code == 429
    assert "Typed for an hour." in answer.content.decode()
