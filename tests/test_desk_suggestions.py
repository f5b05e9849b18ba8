"""The inbox of readers' suggestions."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Suggestion
from claims.workflow import suggestions
from tests import desk
from tests.desk_forms import form_of_object, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_a_suggestion_becomes_a_claim_or_is_declined_with_an_answer_and_is_never_lost(client):
    sign_in(client, "editor")
    wanted = Suggestion.objects.create(text="Please check: ten ships came.")
    address = reverse("admin:claims_suggestion_change", args=[wanted.pk])
    data = form_of_object(client, address)
    client.post(address, {**data, "_decide": "accept", "new_statement": "Ten ships came."})
    wanted.refresh_from_db()
    assert (wanted.state, wanted.claim.statement, wanted.claim.status) == ("accepted", "Ten ships came.", "draft")

    spam = Suggestion.objects.create(text="Buy this.")
    address = reverse("admin:claims_suggestion_change", args=[spam.pk])
    data = form_of_object(client, address)
    page = client.post(address, {**data, "_decide": "decline"}, follow=True).content.decode()
    assert "Write an answer" in page
    client.post(address, {**form_of_object(client, address), "answer": "Not a claim.", "_decide": "decline"})
    spam.refresh_from_db()
    assert (spam.state, spam.answer) == ("declined", "Not a claim.")
    client.post(address, {**form_of_object(client, address), "_decide": "reopen"})
    spam.refresh_from_db()
    assert spam.state == "new"
    assert client.post(reverse("admin:claims_suggestion_delete", args=[spam.pk]), {"post": "yes"}).status_code == 403
    assert spam.history.count() == 6


def test_a_suggestion_goes_into_the_claim_it_is_about_and_is_decided_once():
    editor, made = desk.person("editor"), desk.claim()
    asked = Suggestion.objects.create(text="Wrong.", claim=made)
    assert suggestions.accept(asked, by=editor).claim == made
    with pytest.raises(workflow.WrongStateError, match="accepted already"):
        suggestions.decline(asked, by=editor, answer="No.")
    with pytest.raises(workflow.NotPermittedError):
        suggestions.reopen(asked, by=desk.person("contributor"))


def test_what_says_something_of_a_person_is_erased_here_and_in_the_history(client):
    approver = sign_in(client, "approver")
    asked = suggestions.suggest(
        text="My neighbour Ann did it.", url="https://example.org/ann", contact="bob@example.org"
    )
    suggestions.decline(asked, by=approver, answer="Dear Bob, no.")
    address = reverse("admin:claims_suggestion_change", args=[asked.pk])
    page = client.post(address, {**form_of_object(client, address), "_decide": "erase"}, follow=True)
    assert "Tick the box first" in page.content.decode()
    client.post(address, {**form_of_object(client, address), "_decide": "erase", "erase_for_good": "1"})
    asked.refresh_from_db()
    left = [*asked.history.values_list("text", "url", "contact", "answer"), (asked.text, asked.url, asked.contact)]
    assert not any(word in repr(left) for word in ("Ann", "ann", "Bob", "bob"))
    assert asked.state == "declined" and "Ann" not in client.get(f"/suggest/{asked.uid}/").content.decode()


def test_only_an_approver_erases(client):
    asked = Suggestion.objects.create(text="As written.")
    with pytest.raises(workflow.NotPermittedError):
        suggestions.erase(asked, by=sign_in(client, "editor"))
    page = client.get(reverse("admin:claims_suggestion_change", args=[asked.pk])).content.decode()
    assert "Erase for good" not in page


def test_what_a_reader_wrote_is_not_rewritten(client):
    sign_in(client, "editor")
    asked = Suggestion.objects.create(text="As written.", contact="me@example.org")
    address = reverse("admin:claims_suggestion_change", args=[asked.pk])
    client.post(address, {**form_of_object(client, address), "text": "Changed.", "state": "accepted", "answer": "a"})
    asked.refresh_from_db()
    assert (asked.text, asked.state, asked.answer) == ("As written.", "new", "a")


def test_a_character_no_database_stores_is_dropped(client):
    sign_in(client, "editor")
    asked = Suggestion.objects.create(text="Look.")
    address = reverse("admin:claims_suggestion_change", args=[asked.pk])
    data = {**form_of_object(client, address), "_decide": "accept", "new_statement": "a\0b"}
    client.post(address, data, follow=True)
    assert Claim.objects.get().statement == "ab"
