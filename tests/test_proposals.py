"""What readers will see is frozen when it is submitted, and signed as it is or sent back."""

import json
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Evidence, Proposal, Publication, Source, Topic
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import sign_in, take_step

pytestmark = pytest.mark.django_db

AWAITING, SENT_BACK, APPROVED = "waiting", "sent_back", "approved"


def fresh(made):
    return Claim.objects.get(pk=made.pk)


def proposal_of(made):
    return workflow.proposals.waiting(made)


def test_what_is_published_is_what_was_submitted_and_the_moment():
    made = desk.awaiting()
    proposal = proposal_of(made)
    desk.approve(made)
    published = dict(Publication.objects.get().record)
    assert published.pop("published_at")
    assert published == proposal.record


def test_nothing_renamed_or_edited_after_submission_gets_in():
    editor = desk.person("editor")
    draft = desk.with_evidence(desk.claim(), publisher=desk.source("gazette"))
    draft.topics.add(desk.topic())
    made = desk.awaiting(draft, editor=editor)
    submitted = proposal_of(made).record
    Source.objects.update(name="Renamed")
    Topic.objects.update(name="Renamed")
    Evidence.objects.update(title="Another log")
    Claim.objects.filter(pk=made.pk).update(summary="Rewritten.", statement="Rewritten.")
    desk.approve(fresh(made))
    assert {**submitted, "published_at": ""} == {**Publication.objects.get().record, "published_at": ""}


def test_the_approver_is_told_what_changed_since(client):
    made = desk.awaiting()
    Source.objects.filter(slug="ministry").update(name="Office", url="https://office.example/")
    approver = sign_in(client, "approver")
    proposal = proposal_of(fresh(made))
    told = {item.field: (item.old, item.new) for item in workflow.proposals.changed_since(proposal)}
    assert told == {
        "Claimant": ("Ministry (ministry, Government)", "Office (ministry, Government) https://office.example/")
    }
    workflow.second_opinions.read_review(made, by=approver)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "<ins>Office (ministry, Government) https://office.example/</ins>" in page


def test_the_preview_of_what_awaits_approval_is_the_proposal(client):
    made = desk.awaiting()
    Claim.objects.filter(pk=made.pk).update(summary="Rewritten since.")
    sign_in(client, "editor")
    page = client.get(f"{made.get_absolute_url().replace('/change/', '/preview/')}").content.decode()
    assert "Port records show no ship." in page
    assert "Rewritten since." not in page


@pytest.mark.parametrize("sent", ["", "0" * 64])
def test_nobody_approves_what_they_were_not_shown(sent):
    made = desk.awaiting()
    with pytest.raises(workflow.StaleClaimError, match="not what you were shown"):
        workflow.take("approve", made, by=desk.person("approver"), proposal=sent)
    assert not Publication.objects.exists()
    assert fresh(made).status == "awaiting_approval"


def test_a_form_opened_on_an_earlier_proposal_approves_no_later_one(client):
    made = desk.awaiting()
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    address = reverse("admin:claims_step", args=[made.pk, "approve"])
    shown = client.get(address).context["proposal"].seal
    back = workflow.take("send_back", made, by=desk.person("editor"), reason="One more word.")
    Claim.objects.filter(pk=made.pk).update(summary="Something else.")
    workflow.take("submit", fresh(back), by=desk.person("editor"))
    workflow.second_opinions.read_review(fresh(made), by=approver)
    client.post(address, {"version": fresh(made).version, "proposal": shown})
    assert not Publication.objects.exists()


def test_a_proposal_edited_in_the_database_is_not_signed():
    made = desk.awaiting()
    proposal = proposal_of(made)
    Proposal.objects.update(record={**proposal.record, "summary": "Forged."})
    with pytest.raises(workflow.StaleClaimError):
        workflow.take("approve", made, by=desk.person("approver"), proposal=proposal.seal)
    assert not Publication.objects.exists()


def test_a_proposal_is_not_signed_over_a_version_it_did_not_know():
    publication = desk.published()
    made = workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New facts.")
    made = workflow.take("submit", made, by=desk.person("editor"))
    Proposal.objects.filter(state=AWAITING).update(base="0" * 64)
    with pytest.raises(workflow.StaleClaimError, match="Another version was published"):
        desk.approve(made)
    assert Publication.objects.count() == 1


@pytest.mark.parametrize(
    ("model", "words"), [(Source, "source “ministry”"), (Topic, "topic “treaty”")], ids=["source", "topic"]
)
def test_what_was_moved_or_removed_since_is_named_before_anything_is_published(model, words):
    draft = desk.with_evidence(desk.claim())
    draft.topics.add(desk.topic())
    made = desk.awaiting(draft)
    model.objects.filter(slug__in=["ministry", "treaty"]).update(slug="moved")
    with pytest.raises(workflow.NotReadyError, match=words):
        desk.approve(made)
    assert not Publication.objects.exists()
    made = workflow.take("send_back", fresh(made), by=desk.person("editor"), reason="It moved.")
    desk.approve(workflow.take("submit", made, by=desk.person("editor")))
    assert Publication.objects.count() == 1


def test_an_address_taken_by_another_claim_since_is_not_published_twice():
    made = desk.awaiting()
    other = desk.published()
    with desk.past_the_triggers():
        Publication.objects.filter(pk=other.pk).update(slug=made.slug)
    with pytest.raises(workflow.NotReadyError, match="another published claim"):
        desk.approve(made)


def test_one_proposal_waits_for_each_claim():
    made = desk.awaiting()
    with pytest.raises(workflow.WrongStateError):
        workflow.take("submit", made, by=desk.person("editor"))
    proposal = proposal_of(made)
    proposal.pk, proposal.uid = None, Claim().uid
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.save(force_insert=True)


def test_the_database_refuses_a_proposal_that_its_author_approved():
    made = desk.awaiting()
    proposal = proposal_of(made)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.update(state=APPROVED, decided_by=proposal.proposed_by, decided_at=proposal.proposed_at)


def test_who_decided_and_what_they_answered_is_kept():
    editor = desk.person("editor")
    made = workflow.take("send_back", desk.awaiting(), by=editor, reason="Grade the log.")
    made = workflow.take("submit", made, by=editor, reason="Graded.", note="First.")
    approver = desk.person("approver")
    desk.approve(made, by=approver)
    second, first = Proposal.objects.filter(claim=made)
    assert (first.state, first.decided_by, first.answer) == (SENT_BACK, editor, "Grade the log.")
    assert (second.state, second.decided_by, second.message, second.note) == (APPROVED, approver, "Graded.", "First.")


def test_a_retraction_says_what_was_published_and_nothing_edited_since():
    publication = desk.published()
    made = workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New facts.")
    Claim.objects.filter(pk=made.pk).update(statement="Libel as a tombstone.", slug="libel")
    Source.objects.update(name="Libel")
    desk.approve(workflow.take("retract", fresh(made), by=desk.person("editor"), note="It was another port."))
    tombstone = Publication.objects.current().get()
    assert (tombstone.kind, tombstone.slug, tombstone.statement) == (
        "retraction", publication.slug, publication.statement,
    )  # fmt: skip
    assert "Libel" not in json.dumps(tombstone.record)
    assert not list(chain_faults())


def test_a_retraction_takes_two_people():
    publication, both = desk.published(), desk.person("approver")
    made = workflow.take("retract", publication.claim, by=both, note="Wrong port.")
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        desk.approve(made, by=both)
    assert Publication.objects.current().get() == publication


def test_an_approver_has_no_field_for_words_that_readers_see(client):
    publication = desk.published()
    made = workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New facts.")
    made = workflow.take("submit", made, by=desk.person("editor"), note="One more log was read.")
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    assert "public_note" not in client.get(reverse("admin:claims_step", args=[made.pk, "approve"])).content.decode()
    take_step(client, made, "approve", public_note="Words of one person.", reason="Good work.")
    assert Publication.objects.current().get().note == "One more log was read."


def test_a_note_typed_with_a_step_that_was_refused_is_shown_again(client):
    made = desk.with_evidence(desk.claim(verdict=""))
    made = workflow.take("start_review", made, by=desk.person("editor"))
    sign_in(client, "editor")
    page = take_step(client, made, "submit", public_note="Typed with care.").content.decode()
    assert "Choose a verdict" in page
    assert "Typed with care." in page


def test_a_claim_submitted_before_there_were_proposals_is_sent_back_first(client):
    made = desk.awaiting()
    Proposal.objects.all().delete()
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    assert "send it back to review and submit it again" in client.get(made.get_absolute_url()).content.decode()
    with pytest.raises(workflow.WrongStateError, match="submit it again"):
        workflow.take("approve", made, by=approver, proposal="")
    made = workflow.take("send_back", fresh(made), by=approver, reason="Submit it again.")
    desk.approve(workflow.take("submit", made, by=desk.person("editor")))
    assert Publication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_an_approval_and_a_sending_back_at_the_same_instant_one_happens():
    made = desk.awaiting()
    seen = proposal_of(made).seal
    outcomes = desk.at_once(
        partial(workflow.take, "approve", made, by=desk.person("approver"), proposal=seen),
        partial(workflow.take, "send_back", made, by=desk.person("approver"), reason="Not yet."),
    )
    assert outcomes.count("done") == 1
    came = fresh(made).status
    assert came == ("published" if outcomes[0] == "done" else "in_review")
    assert Publication.objects.count() == (came == "published")
    assert not Proposal.objects.filter(state=AWAITING).exists()
