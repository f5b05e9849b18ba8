"""Reviews by others wait in a batch: one person submits it, another approves it, and it is published as it was read."""

import json
from functools import partial

import pytest
from django.core.management import call_command
from django.urls import reverse

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures, run, waiting
from claims.models import Batch, BatchItem, Claim, Proposal, Publication, Source
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import sign_in
from tests.test_fixture import empty

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

TABLE = "claim,rating,reviewer,claimreview_url\n" + "".join(
    f"Ten ships came to pier {number}.,False,AFP,https://afp.example/{number}\n" for number in range(5)
)


def bring_in(tmp_path, content=TABLE, *, by=None):
    path = tmp_path / "theirs.csv"
    path.write_text(content)
    importer = desk.importer(by=by)
    intake = run.bring_in(path, run.plan(path), importer, on_problem=lambda problem: None)
    return importer.batch, intake.counts


@pytest.fixture
def submitted(tmp_path):
    importer = desk.person("administrator")
    batch, _ = bring_in(tmp_path, by=importer)
    return workflow.batches.submit(batch, by=importer)


def approve(proposal, *, by=None, seal=""):
    workflow.cards.approve(proposal, by=by or desk.person("approver"), seal=seal or proposal.seal)


def is_public(client, words="Ten ships"):
    pages = ("/", "/claims/", "/claims/feed.atom", "/api/v1/claims", "/export/jsonl", "/export/fixture", "/sitemap.xml")
    return any(words.encode() in b"".join(client.get(page)) for page in pages)


def test_nothing_of_a_batch_is_public_before_it_is_approved_and_its_sources_neither(client, submitted):
    assert not is_public(client)
    assert client.get("/sources/afp/").status_code == 404
    assert not Claim.objects.exists()
    assert not Source.objects.filter(slug="afp").exists()


def test_who_imported_is_not_asked_to_approve_what_a_colleague_submitted(client, tmp_path):
    administrator = sign_in(client, "administrator")
    batch = bring_in(tmp_path, by=administrator)[0]
    proposal = workflow.batches.submit(batch, by=desk.person("administrator"))
    assert not Proposal.objects.awaiting_decision_of(administrator).exists()
    assert Proposal.objects.awaiting_decision_of(desk.person("approver")).get() == proposal
    page = client.get(proposal.get_absolute_url()).content.decode()
    assert "Approve and show readers" not in page and "Take back" not in page and "Send back" in page


def test_who_imported_does_not_approve(submitted):
    with pytest.raises(workflow.NotPermittedError):
        approve(submitted, by=submitted.proposed_by)
    assert not Publication.objects.exists()


@pytest.mark.database("sqlite", "postgresql")
def test_approved_it_is_published_with_both_signatures(client, submitted):
    approver = desk.person("approver")
    approve(submitted, by=approver)
    assert waiting.publish(Batch.objects.get()) == 0
    assert is_public(client)
    assert Publication.objects.count() == 5
    assert {(p.submitted_by, p.approved_by) for p in Publication.objects.all()} == {(submitted.proposed_by, approver)}
    assert not list(chain_faults())
    assert set(BatchItem.objects.values_list("state", flat=True)) == {"published"}
    assert not BatchItem.objects.exclude(record={}).exists()  # the publication holds it


def test_what_was_not_approved_is_not_published_however_often_one_asks(submitted):
    assert waiting.publish(Batch.objects.get()) == 5
    call_command("publish_batches")
    assert not Publication.objects.exists()


def test_an_item_changed_after_it_was_submitted_is_not_approved(submitted):
    item = BatchItem.objects.first()
    BatchItem.objects.filter(pk=item.pk).update(record={**item.record, "verdict": "true"}, sha256="0" * 64)
    with pytest.raises(workflow.StaleClaimError):
        approve(submitted)
    assert Proposal.objects.get().state == "waiting"


def test_an_item_changed_after_the_approval_is_not_taken(submitted):
    approve(submitted)
    item = BatchItem.objects.first()
    BatchItem.objects.filter(pk=item.pk).update(record={**item.record, "verdict": "true"})
    waiting.publish(Batch.objects.get())
    assert Publication.objects.count() == 4
    assert BatchItem.objects.get(pk=item.pk).reason == "it is not what was submitted"


def test_an_approval_of_something_else_than_was_shown_is_refused(submitted):
    with pytest.raises(workflow.StaleClaimError):
        approve(submitted, seal="0" * 64)


def test_sent_back_it_is_gone_and_comes_again_by_its_file(tmp_path, submitted):
    workflow.cards.refuse(submitted, by=desk.person("approver"), answer="Not these.")
    assert not BatchItem.objects.exists()
    _, counts = bring_in(tmp_path, by=desk.person("administrator"))
    assert counts["waiting"] == 5


def test_who_imported_takes_it_back(submitted):
    workflow.cards.refuse(submitted, by=submitted.proposed_by, answer="A mistake.")
    assert not BatchItem.objects.exists()


def test_the_same_file_comes_in_once_while_it_waits_and_after(tmp_path, submitted):
    assert bring_in(tmp_path)[1]["same"] == 5
    approve(submitted)
    waiting.publish(Batch.objects.first())
    assert bring_in(tmp_path)[1]["same"] == 5


@pytest.mark.database("sqlite", "postgresql")
def test_publishing_killed_half_way_goes_on_where_it_was(submitted, monkeypatch):
    approve(submitted)
    monkeypatch.setattr(waiting, "BLOCK", 2)
    write, calls = waiting.write, []

    def killed(versions, keys):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        write(versions, keys)

    monkeypatch.setattr(waiting, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        waiting.publish(Batch.objects.get())
    assert Publication.objects.count() == 2
    monkeypatch.setattr(waiting, "write", write)
    call_command("publish_batches")
    assert Publication.objects.count() == 5
    assert not list(chain_faults())


def test_what_another_import_brought_meanwhile_is_not_taken_and_says_so(tmp_path, submitted):
    item = BatchItem.objects.first()
    theirs = {**item.record, "summary": "Another.", "published_at": "2026-01-01T00:00:00Z"}
    (tmp_path / "r.jsonl").write_text(json.dumps(theirs))
    how = run.plan(tmp_path / "r.jsonl")
    run.bring_in(tmp_path / "r.jsonl", how, desk.importer(into_empty=True), on_problem=print)
    approve(submitted)
    waiting.publish(Batch.objects.last())
    assert "another content" in BatchItem.objects.get(pk=item.pk).reason
    assert Publication.objects.count() == 5


@pytest.mark.database("sqlite", "postgresql")
def test_two_who_approve_at_once_publish_it_once(transactional_db, tmp_path):
    importer = desk.person("administrator")
    batch, _ = bring_in(tmp_path, by=importer)
    proposal = workflow.batches.submit(batch, by=importer)
    approvers = [desk.person("approver") for _ in range(2)]

    def decide(approver):
        workflow.cards.approve(proposal, by=approver, seal=proposal.seal)
        waiting.publish(batch)

    outcomes = desk.at_once(*(partial(decide, approver) for approver in approvers))
    waiting.publish(batch)
    assert (sorted(outcomes), Publication.objects.count()) == (["WrongStateError", "done"], 5)
    assert not list(chain_faults())


def exported(objects):
    return "".join(fixture.write(objects))


def test_what_waits_travels_in_a_full_export_and_in_no_public_one(submitted):
    text = exported(exports.all_objects())
    assert text.count('"claims.batchitem"') == 5
    assert "Ten ships" not in exported(exports.public_objects())
    empty()
    fixtures.bring_in(fixture.read(text.encode()), desk.importer(into_empty=True))
    assert exported(exports.all_objects()) == text
    approve(Proposal.objects.get())
    waiting.publish(Batch.objects.get(kind="reviews"))
    assert Publication.objects.count() == 5


def test_a_fixture_puts_nothing_into_a_batch_of_a_desk_at_work(submitted):
    rows = json.loads(exported(exports.all_objects()))
    (item, *_) = [row for row in rows if row["model"] == "claims.batchitem"]
    item["fields"] |= {"uid": "01890000-0000-7000-8000-00000000000f", "number": 9}
    desk.published()
    for by in (None, desk.person("administrator")):
        with pytest.raises(fixture.FixtureError, match="waits on another desk"):
            fixtures.bring_in(fixture.read(json.dumps([item]).encode()), desk.importer(by=by))


def test_what_was_approved_is_withdrawn_by_retractions_with_one_note_by_two(client, submitted):
    approve(submitted)
    batch = Batch.objects.get()
    waiting.publish(batch)
    administrator = sign_in(client, "administrator")
    address = reverse("admin:claims_batch", args=[batch.pk])
    assert "Propose to retract all of it" in client.get(batch.get_absolute_url()).content.decode()
    client.post(address, {"act": "withdraw", "public_note": ""})
    assert Batch.objects.count() == 1
    page = client.post(address, {"act": "withdraw", "public_note": "The feed was a test."}, follow=True)
    assert "5 reviews by others would be retracted" in page.content.decode()
    assert is_public(client)
    withdrawal = Batch.objects.exclude(pk=batch.pk).get()
    with pytest.raises(workflow.NotPermittedError):
        approve(withdrawal.proposals.get(), by=administrator)
    desk.approve_batch(withdrawal)
    assert set(Publication.objects.current().values_list("kind", "note")) == {("retraction", "The feed was a test.")}
    assert set(Claim.objects.values_list("status", flat=True)) == {"retracted"}
    assert not list(chain_faults())


def test_an_export_with_what_was_published_of_a_batch_comes_back_as_it_went(tmp_path, submitted):
    approve(submitted)
    waiting.publish(Batch.objects.get())
    bring_in(tmp_path, TABLE.replace("Ten", "Nine").replace("afp.example/", "afp.example/nine/"))
    text = exported(exports.all_objects())
    empty()
    fixtures.bring_in(fixture.read(text.encode()), desk.importer(into_empty=True))
    assert exported(exports.all_objects()) == text
    assert not list(chain_faults())


def test_a_withdrawal_takes_back_what_the_batch_brought_and_nothing_that_came_later(tmp_path, submitted):
    approve(submitted)
    first = Batch.objects.get()
    waiting.publish(first)
    by = desk.person("administrator")
    second, _ = bring_in(tmp_path, TABLE.replace("pier 0.,False", "pier 0.,True"), by=by)
    workflow.batches.submit(second, by=by)
    desk.approve_batch(second)
    workflow.batches.withdraw(first, by=by, note="A test.")
    with pytest.raises(workflow.WrongStateError, match="proposed already"):
        workflow.batches.withdraw(first, by=by, note="A test.")
    withdrawal = desk.approve_batch(first.withdrawals.get())
    assert Publication.objects.current().filter(kind="retraction").count() == 4
    assert Publication.objects.current().get(verdict="true").number == 2
    with pytest.raises(workflow.WrongStateError, match="not withdrawn itself"):
        workflow.batches.withdraw(withdrawal, by=by, note="A test.")
    assert not list(chain_faults())


@pytest.mark.parametrize("name", ["Factcheck", "FACTCHECK", "our desk", "Fact\u200bcheck"])
def test_a_review_that_names_us_as_its_reviewer_is_refused(tmp_path, settings, name):
    settings.REVIEWER_NAME = "Factcheck"
    _, counts = bring_in(tmp_path, f"claim,rating,reviewer\nTen ships came.,False,{name}\n")
    assert (counts["refused"], counts["waiting"]) == (1, 0)


def test_a_review_by_others_in_a_fixture_is_public_by_no_one_person(submitted):
    approve(submitted)
    waiting.publish(Batch.objects.get())
    public = exported(exports.public_objects())
    empty()
    desk.published()
    for by in (None, desk.person("administrator")):
        with pytest.raises(fixture.FixtureError, match="wait for two people"):
            fixtures.bring_in(fixture.read(public.encode()), desk.importer(by=by))
    assert Publication.objects.count() == 1


def test_what_became_ours_while_it_waited_is_not_replaced(tmp_path, submitted):
    approve(submitted)
    first = Batch.objects.get()
    waiting.publish(first)
    claim = Claim.objects.first()
    theirs = Publication.objects.current().get(claim_id=claim.uid).record
    later = [{**theirs, "number": number, "kind": "update", "summary": f"Version {number}."} for number in (2, 3)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, later)))
    by = desk.person("administrator")
    importer = desk.importer(by=by)
    run.bring_in(tmp_path / "r.jsonl", run.plan(tmp_path / "r.jsonl"), importer, on_problem=print)
    proposal = workflow.batches.submit(importer.batch, by=by)
    desk.with_evidence(claim)
    ours = desk.republished(Publication.objects.current().get(claim_id=claim.uid), verdict="mixed", summary="Ours.",
                            rationale="We looked.")  # fmt: skip
    approve(proposal)
    waiting.publish(importer.batch)
    assert Publication.objects.current().get(claim_id=claim.uid) == ours
    assert set(importer.batch.items.values_list("state", flat=True)) == {"not_taken"}


def test_a_withdrawal_ends_a_withholding(client, submitted):
    approve(submitted)
    batch = Batch.objects.get()
    waiting.publish(batch)
    claim = Claim.objects.first()
    workflow.withholding.withhold(claim, by=desk.person("approver"), reason="A letter.")
    assert client.get(f"/claims/{claim.slug}/").status_code != 200
    workflow.batches.withdraw(batch, by=desk.person("administrator"), note="A test.")
    desk.approve_batch(batch.withdrawals.get())
    assert "A test." in client.get(f"/claims/{claim.slug}/").content.decode()


def test_only_approvers_go_on_publishing(client, submitted):
    client.force_login(desk.person("contributor"))
    assert client.post(reverse("admin:claims_decide", args=[submitted.pk]), {"_decide": "go_on"}).status_code == 403
