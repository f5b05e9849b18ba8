"""A batch on its way in: from the command line, killed half-way, undone, refused."""

import json

import pytest
from django.core.management import call_command
from django.urls import reverse

from claims import workflow
from claims.interchange.imports import run, waiting
from claims.models import Batch, BatchItem, Claim, Proposal, Publication
from claims.vocabulary import ImportKind
from tests import desk
from tests.desk_forms import sign_in
from tests.test_waiting_batches import TABLE, approve, bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_a_file_brought_in_on_the_command_line_is_nobodys_until_two_people_of_the_desk_take_it(client, tmp_path):
    (tmp_path / "theirs.csv").write_text(TABLE)
    call_command("import", str(tmp_path / "theirs.csv"), accept_guess=True)
    batch = Batch.objects.get()
    assert (batch.by, batch.kind, batch.proposals.count()) == (None, "reviews", 0)
    address = reverse("admin:claims_batch", args=[batch.pk])
    sign_in(client, "editor")
    assert client.post(address, {"act": "submit"}).status_code == 403
    administrator = sign_in(client, "administrator")
    assert "Submit for approval" in client.get(batch.get_absolute_url()).content.decode()
    client.post(address, {"act": "submit"})
    client.post(address, {"act": "submit"})
    proposal = Proposal.objects.get()
    assert proposal.proposed_by == administrator
    desk.approve_batch(batch)
    assert Publication.objects.count() == 5


def test_what_nobody_submitted_can_be_deleted(client, tmp_path):
    batch, _ = bring_in(tmp_path)
    sign_in(client, "administrator")
    client.post(reverse("admin:claims_batch", args=[batch.pk]), {"act": "drop"})
    assert not BatchItem.objects.exists()
    assert Batch.objects.exists()


@pytest.mark.database("sqlite", "postgresql")
def test_an_import_killed_half_way_goes_on_in_the_same_batch(tmp_path, monkeypatch):
    by = desk.person("administrator")
    monkeypatch.setattr("claims.interchange.imports.records.BATCH", 2)
    hold, calls = run.take.__globals__["hold"], []

    def killed(*args):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        hold(*args)

    monkeypatch.setattr("claims.interchange.imports.records.hold", killed)
    with pytest.raises(KeyboardInterrupt):
        bring_in(tmp_path, by=by)
    monkeypatch.setattr("claims.interchange.imports.records.hold", hold)
    batch, counts = bring_in(tmp_path, by=by)
    assert (counts["same"], counts["waiting"], Batch.objects.count()) == (2, 3, 1)
    assert list(batch.items.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_a_list_is_undone_but_for_the_drafts_somebody_worked_on(client, tmp_path):
    administrator = sign_in(client, "administrator")
    (tmp_path / "list.csv").write_text(
        "Claim,Status,Link\nOne came.,todo,https://a.example/1\nTwo came.,todo,\nThree came.,todo,\n"
    )
    how = run.plan(tmp_path / "list.csv", kind=ImportKind.DRAFTS)
    importer = desk.importer(by=administrator, kind=ImportKind.DRAFTS)
    run.bring_in(tmp_path / "list.csv", how, importer, on_problem=print)
    touched = Claim.objects.get(statement="Two came.")
    touched.summary = "Seen."
    touched.save_by(administrator, "Looked at.")
    workflow.comments.say(Claim.objects.get(statement="Three came."), by=desk.person("editor"), text="Is it?")
    page = client.post(reverse("admin:claims_batch", args=[importer.batch.pk]), {"act": "undo"}, follow=True)
    assert "1 drafts deleted. 2 stay" in page.content.decode()
    assert set(Claim.objects.values_list("statement", flat=True)) == {"Two came.", "Three came."}
    assert Claim.history.filter(statement="One came.", history_type="-").exists()


def killed_after(monkeypatch, blocks):
    """Let an import break off, as by kill -9, after some blocks of two."""
    monkeypatch.setattr("claims.interchange.imports.records.BATCH", 2)
    hold, calls = run.take.__globals__["hold"], []

    def killed(*args):
        calls.append(1)
        if len(calls) > blocks:
            raise KeyboardInterrupt
        hold(*args)

    monkeypatch.setattr("claims.interchange.imports.records.hold", killed)


def test_what_comes_in_after_a_batch_was_submitted_is_not_published_with_it(tmp_path, monkeypatch):
    by = desk.person("administrator")
    with monkeypatch.context() as patched:
        killed_after(patched, 1)
        with pytest.raises(KeyboardInterrupt):
            bring_in(tmp_path, by=by)
    batch = Batch.objects.get()
    with pytest.raises(workflow.NotReadyError, match="not finished"):
        workflow.batches.submit(batch, by=by)
    Batch.objects.update(counts={"waiting": 2})  # as if it had been
    approve(workflow.batches.submit(batch, by=by))
    BatchItem.objects.create(batch=batch, number=3, place="line 9", record={}, sha256="")
    Batch.objects.update(counts={})
    bring_in(tmp_path, by=by)
    assert Batch.objects.count() == 2
    waiting.publish(batch)
    call_command("publish_batches")
    assert Publication.objects.count() == 2


def test_a_review_published_in_the_future_is_refused(tmp_path):
    record = {**desk.published().record, "uid": "01890000-0000-7000-8000-000000000001", "slug": "later",
              "published_at": "2099-01-01T00:00:00Z",
              "reviewer": {"slug": "afp", "name": "AFP", "kind": "organisation", "url": ""}}  # fmt: skip
    (tmp_path / "r.jsonl").write_text(json.dumps(record))
    problems = []
    run.bring_in(tmp_path / "r.jsonl", run.plan(tmp_path / "r.jsonl"), desk.importer(), on_problem=problems.append)
    assert "in the future" in problems[0].reason


def test_whoever_brought_a_batch_does_not_approve_it_when_a_colleague_submits_it(tmp_path):
    importer, colleague = desk.person("administrator"), desk.person("administrator")
    batch, _ = bring_in(tmp_path, by=importer)
    proposal = workflow.batches.submit(batch, by=colleague)
    with pytest.raises(workflow.NotPermittedError, match="You brought this in"):
        approve(proposal, by=importer)
