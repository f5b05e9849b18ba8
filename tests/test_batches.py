"""Imports sign for nobody: what says that this desk published it comes only where it did; each import leaves a row."""

import hashlib
import json

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures, run
from claims.models import Batch, Card, Claim, Proposal, Publication, Source
from claims.record.canonical import chain_hash, record_hash
from claims.record.chain import end_of_chain
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import sign_in
from tests.test_fixture import empty

pytestmark = pytest.mark.django_db


def exported():
    return json.loads("".join(fixture.write(exports.all_objects())))


def load(rows, *, by=None):
    return fixtures.bring_in(fixture.read(json.dumps(rows).encode()), desk.importer(by=by))


def jsonl(tmp_path, *records):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(record) for record in records))
    return path


def take(path, *, by=None):
    problems = []
    intake = run.bring_in(path, run.plan(path), desk.importer(by=by), on_problem=problems.append)
    return intake.counts, [problem.reason for problem in problems]


def forged(record, **changes):
    """A record of ours that nobody of ours signed."""
    return {**record, "uid": "01890000-0000-7000-8000-000000000001", "slug": "forged", **changes}


def test_a_record_that_says_we_published_it_awaits_approval_where_we_have_a_chain(client, tmp_path):
    record = desk.published().record
    importer = desk.person("administrator")
    counts, problems = take(jsonl(tmp_path, forged(record)), by=importer)
    assert (counts["proposed"], counts["claims"], problems) == (1, 0, [])
    assert Publication.objects.count() == 1
    assert client.get("/claims/forged/").status_code == 404
    made = Claim.objects.get(slug="forged")
    with pytest.raises(workflow.NotPermittedError, match="somebody else"):
        desk.approve(made, by=importer)
    approver = desk.person("approver")
    desk.approve(made, by=approver)
    published = Publication.objects.get(slug="forged")
    assert (published.submitted_by, published.approved_by) == (importer, approver)
    assert {**published.record, "published_at": ""} == {**forged(record), "published_at": ""}


def test_on_the_command_line_it_is_refused_and_says_what_to_do(tmp_path):
    record = desk.published().record
    counts, problems = take(jsonl(tmp_path, forged(record)))
    assert counts["refused"] == 1
    assert "only two people of the desk publish in its name" in problems[0]
    assert not Claim.objects.filter(slug="forged").exists()


def test_a_correction_of_ours_comes_in_by_no_file(tmp_path):
    first = desk.published()
    correction = {**first.record, "number": 2, "kind": "correction", "verdict": "true", "note": "It was true."}
    counts, _ = take(jsonl(tmp_path, correction), by=desk.person("administrator"))
    assert (counts["refused"], Publication.objects.count()) == (1, 1)


OTHERS = [
    {"slug": "evil", "name": "AFP", "kind": "organisation", "url": ""},
    {"slug": "Our-Desk", "name": "Somebody", "kind": "organisation", "url": ""},
]


@pytest.mark.parametrize("kind", ["correction", "retraction"])
@pytest.mark.parametrize("reviewer", OTHERS, ids=["another", "our slug in capitals"])
def test_no_file_replaces_or_takes_back_what_two_people_of_ours_signed(tmp_path, kind, reviewer):
    first = desk.published()
    verdict = None if kind == "retraction" else "true"
    next_ = {**first.record, "number": 2, "kind": kind, "verdict": verdict, "note": "Wrong.", "reviewer": reviewer}
    for by in (None, desk.person("administrator")):
        assert take(jsonl(tmp_path, next_), by=by)[0]["refused"] == 1
    assert Publication.objects.get() == first
    assert Claim.objects.get(uid=first.claim_id).status == "published"


def test_an_imported_mark_does_not_make_a_record_of_ours_somebody_elses(tmp_path):
    first = desk.published()
    imported = {"url": "", "title": "", "rating": "False", "rating_value": "", "published_on": None}
    next_ = {**first.record, "number": 2, "kind": "correction", "verdict": "true", "note": "x", "imported": imported}
    assert take(jsonl(tmp_path, next_), by=desk.person("administrator"))[0]["refused"] == 1
    assert Publication.objects.get() == first


@pytest.mark.parametrize("changes", [{"slug": "Our-Desk"}, {"slug": "evil"}], ids=["our slug", "our name"])
def test_a_new_record_with_our_slug_or_our_name_awaits_approval(tmp_path, changes):
    record = desk.published().record
    mine = forged(record, reviewer={**record["reviewer"], **changes})
    assert take(jsonl(tmp_path, mine), by=desk.person("administrator"))[0]["proposed"] == 1
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("model", ["claims.withholding", "claims.secondopinion", "claims.person"])
def test_a_fixture_acts_in_nobodys_name_on_a_desk_at_work(db, model):
    approver = desk.person("approver")
    made = desk.awaiting()
    workflow.second_opinions.give_opinion(made, by=approver, verdict="mixed", confidence=40)
    desk.approve(made, by=approver)
    workflow.withholding.withhold(Claim.objects.get(pk=made.pk), by=approver, reason="A letter.")
    rows = [row for row in exported() if row["model"] == model]
    assert rows
    rows[0]["fields"]["uid"] = "01890000-0000-7000-8000-00000000000f"
    if model == "claims.person":
        rows[0]["fields"]["user"] = [desk.person("editor").username]
    Claim.objects.get(pk=made.pk).withholdings.all().delete()
    for by in (desk.person("administrator"), None):
        with pytest.raises(fixture.FixtureError, match="in the name of somebody"):
            load(rows[:1], by=by)


def test_what_repeats_our_record_changes_nothing(tmp_path):
    record = desk.published().record
    assert take(jsonl(tmp_path, record), by=desk.person("administrator"))[0]["same"] == 1


def test_records_under_the_name_of_another_reviewer_wait_for_two_people_whatever_made_them(tmp_path):
    record = desk.published().record
    afp = {"slug": "afp", "name": "AFP", "kind": "organisation", "url": ""}
    theirs = forged(record, reviewer=afp)
    assert take(jsonl(tmp_path, theirs))[0]["waiting"] == 1
    assert not Publication.objects.filter(slug="forged").exists()
    approver = desk.person("approver")
    desk.approve_batch(by=approver)
    published = Publication.objects.get(slug="forged")
    assert published.record == theirs
    assert published.approved_by == approver
    call_command("verify")


def with_a_forged_publication(rows):
    """A full export of ours, continued by a publication and its claim that nobody here signed."""
    row = json.loads(json.dumps(next(row for row in rows if row["model"] == "claims.publication")))
    claim = json.loads(json.dumps(next(row for row in rows if row["model"] == "claims.claim")))
    record = forged(row["fields"]["record"])
    end = max(row["fields"]["sequence"] for row in rows if "sequence" in row["fields"])
    last = next(row for row in rows if row["fields"].get("sequence") == end)
    digest = record_hash(record)
    row["fields"] |= {
        "record": record, "record_hash": digest, "slug": "forged", "claim": record["uid"], "sequence": end + 1,
        "chain_hash": chain_hash(last["fields"]["chain_hash"], digest, 1, row["fields"]["signers"]),
    }  # fmt: skip
    claim["fields"] |= {"uid": record["uid"], "slug": "forged"}
    return [*rows, claim, row]


def test_a_fixture_forged_with_other_peoples_names_publishes_nothing_on_the_desk(db):
    desk.published()
    rows = with_a_forged_publication(exported())
    with pytest.raises(fixture.FixtureError, match="only two people of the desk"):
        load(rows, by=desk.person("administrator"))
    assert Publication.objects.count() == 1


def test_on_the_command_line_what_continues_our_chain_byte_for_byte_comes_in(db):
    desk.published()
    rows = with_a_forged_publication(exported())
    load(rows)
    assert end_of_chain()[1] == rows[-1]["fields"]["chain_hash"]
    assert not list(chain_faults())


@pytest.mark.parametrize("change", [{"sequence": 99}, {"chain_hash": "0" * 64}])
def test_what_does_not_continue_it_is_refused_there_too(db, change):
    desk.published()
    rows = with_a_forged_publication(exported())
    rows[-1]["fields"] |= change
    with pytest.raises(fixture.FixtureError, match="only two people of the desk"):
        load(rows)


def test_a_full_export_brings_its_people_into_an_empty_database(db):
    published = desk.published()
    names = (published.submitted_by.username, published.approved_by.username)
    rows = exported()
    empty()
    User.objects.all().delete()
    load(rows)
    again = Publication.objects.get()
    assert (again.submitted_by.username, again.approved_by.username) == names
    assert not User.objects.filter(is_active=True).exists()


def test_a_card_in_a_fixture_changes_no_name_that_readers_see(client, db):
    desk.published()
    rows = exported()
    cards = [row for row in rows if row["model"] == "claims.card"]
    card = json.loads(json.dumps(next(row for row in cards if row["fields"]["subject"] == "ministry")))
    record = {**card["fields"]["record"], "number": 2, "name": "Liars and crooks"}
    card["fields"] |= {"record": record, "record_hash": record_hash(record), "number": 2, "name": "Liars and crooks"}
    report = load([*rows, card], by=desk.person("administrator"))
    assert any("ours is kept" in line for line in report.kept)
    assert Card.objects.get(source__slug="ministry").name == "Ministry"


def test_no_proposal_waits_here_in_the_name_of_somebody_who_made_none(db):
    other = desk.awaiting()
    rows = exported()
    Proposal.objects.filter(part_of__isnull=False).delete()
    Proposal.objects.all().delete()
    desk.published()
    with pytest.raises(fixture.FixtureError, match="in the name of somebody"):
        load(rows, by=desk.person("administrator"))
    assert not Proposal.objects.filter(claim=other).exists()


def test_each_import_leaves_a_row_with_who_and_which_file(client, tmp_path):
    administrator = sign_in(client, "administrator")
    (tmp_path / "theirs.csv").write_text("claim,rating,reviewer\nTen ships came to the port.,False,AFP\n")
    content = (tmp_path / "theirs.csv").read_bytes()
    with (tmp_path / "theirs.csv").open("rb") as file:
        page = client.post(reverse("admin:claims_import"), {"file": file})
    assert not Batch.objects.exists()  # it was looked at only
    client.post(reverse("admin:claims_import"), {"token": page.context["upload"].pk})
    batch = Batch.objects.get()
    assert (batch.by, batch.file, batch.counts) == (administrator, "theirs.csv", {"waiting": 1, "warnings": 1})
    assert batch.sha256 == hashlib.sha256(content).hexdigest()
    call_command("import", str(tmp_path / "theirs.csv"), accept_guess=True, no_vectors=True)
    assert (Batch.objects.first().by, Batch.objects.first().counts) == (None, {"same": 1, "warnings": 1})
    assert b"theirs.csv" in client.get(reverse("admin:claims_batch_changelist")).content


def test_a_trial_leaves_none(tmp_path):
    (tmp_path / "theirs.csv").write_text("claim,rating,reviewer\nTen ships came to the port.,False,AFP\n")
    call_command("import", str(tmp_path / "theirs.csv"), dry_run=True)
    assert not Batch.objects.exists()


def test_an_import_into_an_empty_database_that_was_killed_goes_on(tmp_path):
    records = [desk.published().record for _ in range(3)]
    empty()
    call_command("import", str(jsonl(tmp_path, *records[:1])), no_vectors=True)
    path = jsonl(tmp_path, *records)
    Batch.objects.update(sha256=hashlib.sha256(path.read_bytes()).hexdigest())  # as if killed after the first
    call_command("import", str(path), no_vectors=True)
    assert Publication.objects.count() == 3


def test_it_does_not_go_on_once_somebody_published_here(tmp_path, capsys):
    records = [desk.published().record for _ in range(2)]
    empty()
    Source.objects.all().delete()
    path = jsonl(tmp_path, *records)
    call_command("import", str(jsonl(tmp_path, records[0])), no_vectors=True)
    path = jsonl(tmp_path, *records)
    Batch.objects.update(sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    desk.published()
    call_command("import", str(path), no_vectors=True)
    assert "only two people of the desk" in capsys.readouterr().err
    assert Publication.objects.count() == 2


def test_loaddata_asks_for_an_empty_database(tmp_path):
    desk.published()
    (tmp_path / "all.json").write_text(json.dumps(exported()))
    with pytest.raises(CommandError, match=r"manage\.py import"):
        call_command("loaddata", str(tmp_path / "all.json"), verbosity=0)
