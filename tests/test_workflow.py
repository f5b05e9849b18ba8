from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import workflow
from claims.models import Claim, Publication
from claims.vocabulary import Status
from tests import desk

pytestmark = pytest.mark.django_db

ROLES = ("contributor", "editor", "approver", "administrator")
#: step → (state it starts from, roles that may take it), as the README says.
ALLOWED = {
    "start_review": ({"draft"}, {"editor", "approver", "administrator"}),
    "submit": ({"in_review"}, {"editor", "approver", "administrator"}),
    "correct": ({"in_review"}, {"editor", "approver", "administrator"}),
    "approve": ({"awaiting_approval"}, {"approver", "administrator"}),
    "send_back": ({"awaiting_approval"}, {"editor", "approver", "administrator"}),
    "return_to_draft": ({"in_review"}, {"editor", "approver", "administrator"}),
    "recheck": ({"published"}, {"editor", "approver", "administrator"}),
    "retract": ({"published", "in_review"}, {"editor", "approver", "administrator"}),
}


def in_state(status, *, is_published):
    """A claim in a state, with or without a publication that stands."""
    made = desk.with_evidence(desk.claim())
    if is_published:
        desk.published(made)
        if status == "retracted":
            desk.retracted(made, "Wrong.")
            return Claim.objects.get(pk=made.pk)
        if status != "published":
            made = workflow.take("recheck", made, by=desk.person("editor"), reason="New facts.")
        if status == "awaiting_approval":
            made = workflow.take("submit", made, by=desk.person("editor"))
    elif status == "in_review":
        made = workflow.take("start_review", made, by=desk.person("editor"))
    elif status == "awaiting_approval":
        made = desk.awaiting(made)
    return Claim.objects.get(pk=made.pk)


def hash_of(made):
    """What a form that shows the proposal of a claim sends back."""
    proposal = workflow.proposals.waiting(made)
    return proposal.seal if proposal else ""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("step", sorted(ALLOWED))
@pytest.mark.parametrize(
    ("status", "is_published"),
    [
        ("draft", False),
        ("in_review", False),
        ("awaiting_approval", False),
        ("published", True),
        ("in_review", True),
        ("awaiting_approval", True),
        ("retracted", True),
    ],
)
@pytest.mark.database("sqlite")
def test_a_step_is_open_to_its_roles_in_its_states_and_to_nobody_else(role, step, status, is_published):
    made, user = in_state(status, is_published=is_published), desk.person(role)
    starts, roles = ALLOWED[step]
    is_allowed = role in roles and status in starts
    if step in {"correct", "retract"}:
        is_allowed = is_allowed and is_published
    if step == "return_to_draft":
        is_allowed = is_allowed and not is_published
    assert (step in [open_.name for open_ in workflow.steps_open_to(user, made)]) == is_allowed
    try:
        done = workflow.take(step, made, by=user, reason="Because.", note="Because.", proposal=hash_of(made))
    except workflow.WorkflowError:
        assert not is_allowed
        assert Claim.objects.get(pk=made.pk).status == status
    else:
        assert is_allowed
        assert done.status == workflow.STEPS[step].ends


def test_publishing_takes_two_people():
    both = desk.person("approver")
    made = desk.awaiting(editor=both)
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        workflow.take("approve", made, by=both, proposal=hash_of(made))
    assert not Publication.objects.exists()


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"verdict": ""}, "Choose a verdict"),
        ({"summary": " "}, "Write a summary"),
        ({"rationale": ""}, "Write a rationale"),
    ],
)
def test_an_unfinished_review_is_not_submitted(fields, missing):
    made = workflow.take("start_review", desk.with_evidence(desk.claim(**fields)), by=desk.person("editor"))
    with pytest.raises(workflow.NotReadyError, match=missing):
        workflow.take("submit", made, by=desk.person("editor"))


@pytest.mark.parametrize(
    ("verdict", "needs_evidence"), [("false", True), ("unproven", False), ("not_checkable", False)]
)
def test_only_the_verdicts_that_say_nothing_is_known_stand_without_evidence(verdict, needs_evidence):
    made = desk.claim(verdict=verdict)
    assert bool(workflow.missing_for_review(made)) == needs_evidence


def test_a_claim_does_not_take_the_address_of_another_published_claim():
    other = desk.published()
    Claim.objects.filter(uid=other.claim_id).update(slug="moved")  # as in a copy that holds the record alone
    made = workflow.take("start_review", desk.with_evidence(desk.claim(slug=other.slug)), by=desk.person("editor"))
    with pytest.raises(workflow.NotReadyError, match="Choose another address"):
        workflow.take("submit", made, by=desk.person("editor"))


def test_the_first_publication_is_the_original_and_later_ones_are_updates():
    publication = desk.published()
    again = desk.republished(publication, step="submit", note="", summary="Still none.")
    assert [publication.kind, again.kind, again.number] == ["original", "update", 2]
    assert Publication.objects.current().get() == again


def test_a_changed_verdict_is_submitted_as_a_correction_with_a_note():
    publication = desk.published()
    with pytest.raises(workflow.NotReadyError, match="as a correction"):
        desk.republished(publication, step="submit", verdict="true")
    made = Claim.objects.get(pk=publication.claim.pk)
    with pytest.raises(workflow.NotReadyError, match="public note"):
        workflow.take("correct", made, by=desk.person("editor"), note=" ")
    desk.approve(workflow.take("correct", made, by=desk.person("editor"), note="A log was overlooked."))
    corrected = Publication.objects.current().get()
    assert (corrected.kind, corrected.verdict, corrected.note) == ("correction", "true", "A log was overlooked.")


def test_a_retraction_leaves_a_tombstone_with_the_reason():
    publication = desk.published()
    tombstone = desk.retracted(publication.claim, "It was another port.")
    assert (tombstone.kind, tombstone.verdict, tombstone.note) == ("retraction", "", "It was another port.")
    assert tombstone.record["evidence"] == []
    assert tombstone.record["statement"] == publication.statement


def test_a_recheck_leaves_the_public_record_standing_and_marked():
    publication = desk.published()
    workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New logs.")
    assert Publication.objects.current().with_recheck().get().is_being_rechecked


@pytest.mark.parametrize(("step", "status"), [("send_back", "awaiting_approval"), ("retract", "in_review")])
def test_a_back_step_asks_for_its_reason(step, status):
    made = in_state(status, is_published=True)
    with pytest.raises(workflow.NotReadyError):
        workflow.take(step, made, by=desk.person("approver"))


def test_each_step_is_kept_in_the_history_with_who_and_why():
    editor = desk.person("editor")
    made = desk.awaiting(editor=editor)
    workflow.take("send_back", made, by=editor, reason="Grade the log.")
    newest = made.history.first()
    assert (newest.history_user, newest.history_change_reason) == (editor, "Send back to review: Grade the log.")


def test_a_private_reason_is_in_no_record():
    made = desk.awaiting()
    made = workflow.take("send_back", made, by=desk.person("editor"), reason="the mole told us")
    made = workflow.take("submit", made, by=desk.person("editor"), reason="the mole again")
    desk.approve(made)
    assert "mole" not in str(Publication.objects.get().record)


def test_relations_name_only_claims_that_are_public():
    made, secret, known = desk.with_evidence(desk.claim()), desk.claim(), desk.published()
    for other in (secret, known.claim):
        made.relations_from.create(to_claim=other, kind="contradicts")
    assert [relation["slug"] for relation in desk.published(made).record["relations"]] == [known.slug]


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_the_same_instant_one_publishes():
    made = desk.awaiting()
    seen = hash_of(made)
    approvals = [partial(workflow.take, "approve", made, by=desk.person("approver"), proposal=seen) for _ in range(2)]
    assert sorted(desk.at_once(*approvals)) == ["WrongStateError", "done"]
    assert Publication.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_publications_at_the_same_instant_take_different_places_in_the_chain():
    from claims.record.verification import chain_faults

    waiting = [desk.awaiting() for _ in range(4)]
    approvals = [partial(desk.approve, made, by=desk.person("approver")) for made in waiting]
    assert desk.at_once(*approvals) == ["done"] * 4
    places = Publication.objects.in_chain_order().values_list("sequence", flat=True)
    assert list(places) == list(range(places[0], places[0] + 4))
    assert not list(chain_faults())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(sorted(ALLOWED)), st.integers(0, 2)), max_size=14))
def test_no_sequence_of_steps_breaks_the_record(db, steps):
    people = [desk.person(role) for role in ("editor", "approver", "approver")]
    made = desk.with_evidence(desk.claim())
    for step, who in steps:
        try:
            workflow.take(step, made, by=people[who], reason="Because.", note="Because.", proposal=hash_of(made))
        except workflow.WorkflowError:
            continue
    made.refresh_from_db()
    versions = list(Publication.objects.filter(claim_id=made.uid).order_by("number"))
    assert [version.number for version in versions] == list(range(1, len(versions) + 1))
    assert [version.is_current for version in versions] == [False] * (len(versions) - 1) + [True] * bool(versions)
    assert all(version.submitted_by != version.approved_by for version in versions)
    assert (made.status == Status.RETRACTED) == bool(versions and versions[-1].is_retraction)
    assert made.status != Status.PUBLISHED or versions
    assert made.status != Status.DRAFT or not versions
