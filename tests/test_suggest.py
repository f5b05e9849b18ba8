"""Readers' suggestions: sent without cookie or script, never lost, never more public than they should be."""

import pytest
from django.test import Client

from claims import workflow
from claims.models import Suggestion
from claims.public import suggest
from tests import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def send(client, **fields):
    return client.post("/suggest/", {"text": "Ten ships came in May.", **fields})


def test_a_suggestion_gets_a_number_and_a_page_to_follow_it_without_any_cookie():
    reader = Client(enforce_csrf_checks=True)
    assert not reader.get("/suggest/").cookies
    answer = send(reader, url="https://example.org/a", contact="me@example.org")
    made = Suggestion.objects.get()
    assert (answer.status_code, answer.url, made.state) == (303, f"/suggest/{made.uid}/", "new")
    page = reader.get(answer.url)
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]
    assert str(made.uid) in page.content.decode()
    assert "me@example.org" not in page.content.decode()
    assert made.history.get().history_user is None


def test_the_answer_is_shown_once_decided_and_a_draft_made_of_it_is_not(client):
    send(client)
    made = Suggestion.objects.get()
    workflow.suggestions.accept(made, by=desk.person("editor"), statement="A secret draft.", answer="We look into it.")
    page = client.get(f"/suggest/{made.uid}/").content.decode()
    assert "We look into it." in page
    assert "secret draft" not in page
    assert client.get("/suggest/01900000-0000-7000-8000-000000000000/").status_code == 404


def test_a_correction_is_asked_for_from_the_claims_page(client):
    publication = desk.published()
    assert f"/suggest/?claim={publication.slug}" in client.get(publication.get_absolute_url()).content.decode()
    send(client, claim=publication.slug)
    made = Suggestion.objects.get()
    assert made.claim == publication.claim
    assert publication.statement in client.get(f"/suggest/{made.uid}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "This field is required"),
        ({"text": "x" * 1_000_000}, "at most 5000 characters"),
        ({"text": "a\0b"}, "Null characters"),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"claim": "no-such-claim"}, "not published here"),
        ({"website": "http://spam.example"}, "there to catch robots"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_kept(client, fields, words):
    answer = send(client, contact="kept@example.org", **fields)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert words in page
    assert "kept@example.org" in page
    assert not Suggestion.objects.exists()


def test_what_a_refused_correction_is_about_stays(client):
    publication = desk.published()
    page = client.post("/suggest/", {"claim": publication.slug, "text": ""})
    assert page.status_code == 400
    shown = page.content.decode()
    assert "Ask for a correction" in shown and publication.statement in shown
    assert 'aria-describedby="id_text_error"' in shown and 'id="id_text_error"' in shown


def test_a_draft_is_no_claim_to_correct(client):
    draft = desk.claim()
    assert b"not published here" in send(client, claim=draft.slug).content
    assert draft.statement not in client.get("/suggest/", {"claim": draft.slug}).content.decode()


def test_markup_is_text(client):
    send(client, text="<script>alert(1)</script>")
    page = client.get(f"/suggest/{Suggestion.objects.get().uid}/").content.decode()
    assert "<script>alert" not in page


def test_too_many_are_asked_to_wait_with_their_text_kept(client, monkeypatch):
    monkeypatch.setattr(suggest, "PER_ADDRESS", 2)
    for _ in range(2):
        assert send(client).status_code == 303
    answer = send(client, contact="kept@example.org")
    assert answer.status_code == 429
    assert "kept@example.org" in answer.content.decode()
    monkeypatch.setattr(suggest, "PER_HOUR", 2)
    assert client.post("/suggest/", {"text": "x"}, REMOTE_ADDR="192.0.2.7").status_code == 429
    assert Suggestion.objects.count() == 2
