"""The front page of the desk: what needs doing; claims assigned and tagged, one by one and in bulk."""

from datetime import date

import pytest
from django.urls import reverse

from claims.models import Claim, Suggestion
from tests import desk
from tests.desk_forms import sign_in

CLAIMS = "admin:claims_claim_changelist"
pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def sections(client):
    return {section.name: section for section in client.get(reverse("admin:index")).context["sections"]}


def test_the_front_page_says_what_needs_doing_and_each_count_is_a_link_to_its_list(client):
    approver = sign_in(client, "approver")
    desk.claim(statement="Mine.", assigned_to=approver)
    desk.claim(statement="Nobody's.")
    desk.awaiting(desk.with_evidence(desk.claim(statement="Theirs to approve.", assigned_to=desk.person("editor"))))
    desk.awaiting(
        desk.with_evidence(desk.claim(statement="My own review.", assigned_to=desk.person("editor"))), editor=approver
    )
    late = desk.published(statement="Late.").claim
    Claim.objects.filter(pk=late.pk).update(due_on=date(2020, 1, 1))
    desk.republished(desk.published(statement="Corrected."), verdict="true")
    Suggestion.objects.create(text="Look at this.")
    shown = {name: [str(row) for row in section.rows] for name, section in sections(client).items()}
    assert shown["mine"] == ["Mine."]
    assert shown["to_approve"] == ["Theirs to approve."]
    assert shown["awaiting_others"] == ["My own review."]
    assert shown["unassigned"] == ["Nobody's."]
    assert shown["overdue"] == ["Late."]
    assert shown["suggestions"] == ["Look at this."]
    assert [words.split(" (")[0] for words in shown["corrected"]] == ["Corrected."]
    for section in sections(client).values():
        listed = client.get(section.address)
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == section.count, section.name


def test_who_does_not_approve_has_no_approval_queue_and_who_has_no_role_is_told(client):
    sign_in(client, "editor")
    assert "to_approve" not in sections(client)
    user = sign_in(client, "editor")
    user.groups.clear()
    assert b"Your account has no role yet" in client.get(reverse("admin:index")).content


def test_a_claim_is_assigned_in_one_step(client):
    editor = sign_in(client, "editor")
    made = desk.claim()
    answer = client.post(reverse("admin:claims_assign"), {"claim": made.pk, "to": editor.pk}, follow=True)
    assert "is assigned to" in answer.content.decode()
    made.refresh_from_db()
    assert (made.assigned_to, made.version) == (editor, 2)
    assert "Assigned to" in made.history.first().history_change_reason
    assert client.get(reverse("admin:claims_assign")).status_code == 405
    assert client.post(reverse("admin:claims_assign"), {"claim": "x", "to": "9" * 40}).status_code == 404


def run(client, action, claims, **fields):
    data = {"action": action, "_selected_action": [made.pk for made in claims], "to": "", "topic": "", **fields}
    return client.post(reverse(CLAIMS), data, follow=True).content.decode()


def test_claims_are_assigned_in_bulk_whatever_their_state(client):
    editor = sign_in(client, "editor")
    made = [desk.claim(), desk.published().claim]
    page = run(client, "assign_to", made)
    assert "2 claims assigned" in page
    assert {claim.assigned_to for claim in Claim.objects.all()} == {editor}
    other = desk.person("editor")
    run(client, "assign_to", made, to=other.pk)
    assert {claim.assigned_to for claim in Claim.objects.all()} == {other}


def test_claims_are_tagged_in_bulk_but_not_those_that_are_locked(client):
    sign_in(client, "editor")
    topic = desk.topic("coal")
    draft, locked = desk.claim(), desk.awaiting()
    page = run(client, "file_under", [draft, locked], topic=topic.pk)
    assert "1 claim filed under Coal" in page
    assert "To edit it, send it back to review" in page
    assert list(topic.claims.all()) == [draft]
    assert Claim.objects.get(pk=draft.pk).version == 2
    assert "Choose a topic" in run(client, "file_under", [draft])


def test_who_may_only_look_gets_no_bulk_act(client):
    from django.contrib.auth.models import Permission

    user = desk.person("contributor")
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="view_claim"))
    client.force_login(user)
    made = desk.claim()
    run(client, "assign_to", [made])
    made.refresh_from_db()
    assert made.assigned_to is None
