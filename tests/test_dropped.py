"""A claim not worth checking is dropped with its reason: out of every queue, kept, and taken up again at will."""

from datetime import date

import pytest
from django.urls import reverse

from claims import workflow
from claims.desk.queues import queues_of
from claims.models import Claim
from tests import desk
from tests.desk_forms import sign_in, take_step

pytestmark = pytest.mark.django_db


def in_queues(user, made):
    return [queue.name for queue in queues_of(user) if made in queue.claims(user)]


def test_a_dropped_claim_is_in_no_queue_keeps_its_history_and_comes_back(client):
    editor = sign_in(client, "editor")
    made = desk.claim(assigned_to=editor, due_on=date(2020, 1, 1))
    assert in_queues(editor, made) == ["mine", "overdue"]
    take_step(client, made, "drop", reason="A forecast: nothing to check.")
    page = client.get(made.get_absolute_url()).content.decode()
    made.refresh_from_db()
    assert made.status == "dropped" and in_queues(editor, made) == []
    assert "take it up again to edit it" in page and "Take up again" in page
    assert made.history.first().history_change_reason == "Drop: A forecast: nothing to check."
    take_step(client, made, "take_up")
    made.refresh_from_db()
    assert (made.status, made.summary) == ("draft", "Port records show no ship.")


def test_it_needs_a_reason():
    with pytest.raises(workflow.NotReadyError, match="why it is dropped"):
        workflow.take("drop", desk.claim(), by=desk.person("editor"))


def test_who_captured_a_draft_drops_it_and_nobody_elses():
    contributor = desk.person("contributor")
    own, other = desk.claim(assigned_to=contributor), desk.claim()
    workflow.take("drop", own, by=contributor, reason="Captured by mistake.")
    workflow.take("take_up", own, by=contributor)
    with pytest.raises(workflow.NotPermittedError, match="assigned to you"):
        workflow.take("drop", other, by=contributor, reason="Not mine.")
    workflow.take("start_review", own, by=desk.person("editor"))
    with pytest.raises(workflow.NotPermittedError):
        workflow.take("drop", own, by=contributor, reason="Too late.")


def test_what_was_published_is_retracted_and_never_dropped():
    made = desk.published().claim
    workflow.take("recheck", made, by=desk.person("editor"), reason="New documents.")
    with pytest.raises(workflow.WrongStateError, match="retracted, never dropped"):
        workflow.take("drop", made, by=desk.person("editor"), reason="Enough.")


def test_it_is_found_by_its_state_in_the_list(client):
    sign_in(client, "editor")
    made = workflow.take("drop", desk.claim(), by=desk.person("editor"), reason="A joke.")
    page = client.get(reverse("admin:claims_claim_changelist"), {"status__exact": "dropped"})
    assert list(page.context["cl"].result_list) == [made] and Claim.objects.count() == 1
