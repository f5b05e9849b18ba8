"""The desk's pages that take data out and bring files in: looked at first, then confirmed."""

import gzip
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from claims.models import Batch, BatchItem, Publication, Topic, Upload, uploads
from tests import desk
from tests.desk_forms import sign_in

pytestmark = pytest.mark.django_db


def test_only_those_allowed_take_the_working_data_out(client):
    desk.claim(statement="A secret draft.")
    address = reverse("admin:claims_export")
    for role, status in {"contributor": 403, "editor": 403, "approver": 403, "administrator": 200}.items():
        sign_in(client, role)
        assert client.get(address).status_code == status
    assert b"A secret draft." in b"".join(client.get(address).streaming_content)


def test_a_fixture_is_imported_by_upload_and_problems_are_listed(client):
    address = reverse("admin:claims_import")
    sign_in(client, "editor")
    assert client.get(address).status_code == 403
    sign_in(client, "administrator")
    bad = SimpleUploadedFile("bad.json", b'[{"model": "claims.nothing", "fields": {}}]')
    assert b"unknown model" in client.post(address, {"file": bad}).content
    topic = b'[{"model": "claims.topic", "fields": {"slug": "new", "name": "New", "is_retired": false}}]'
    looked_at = client.post(address, {"file": SimpleUploadedFile("ok.json", topic)})
    assert b"1 objects added" in looked_at.content
    assert not Topic.objects.exists()
    confirmed = {"token": looked_at.context["upload"].pk}
    assert client.post(address, confirmed).status_code == 302
    assert Topic.objects.get().slug == "new"
    again = client.post(address, confirmed, follow=True)
    assert b"no longer here" in again.content


def test_a_fixture_may_be_packed(client):
    sign_in(client, "administrator")
    topic = b'[{"model": "claims.topic", "fields": {"slug": "new", "name": "New", "is_retired": false}}]'
    packed = SimpleUploadedFile("ok.json.gz", gzip.compress(topic))
    assert b"1 objects added" in client.post(reverse("admin:claims_import"), {"file": packed}).content


@pytest.mark.parametrize("choice", [{"column-claim": "Nothing"}, {"kind": "?"}, {"column-x\0": "Claim"}, {}])
def test_a_choice_that_is_none_is_refused_in_words_and_the_upload_is_still_here(client, choice):
    sign_in(client, "administrator")
    address = reverse("admin:claims_import")
    table = SimpleUploadedFile("a.csv", b"Claim,x\nTen ships came.,1\n")
    page = client.post(address, {"file": table})
    again = client.post(address, {"token": page.context["upload"].pk, "look": "again", **choice}, follow=True)
    assert again.status_code == 200
    assert Upload.objects.exists()
    assert not Publication.objects.exists()


def test_reviews_by_others_are_looked_at_then_wait_and_are_public_when_somebody_else_approves(client):
    address = reverse("admin:claims_import")
    administrator = sign_in(client, "administrator")
    table = "Claim,Verdict,Odd\nTen ships came.,Kind of,1\n<b>Coal</b> came.,False,2\n".encode("utf-16")
    page = client.post(address, {"file": SimpleUploadedFile("t.csv", table)})
    again = {"token": page.context["upload"].pk, "look": "again", "kind": "reviews", "reviewer": "AFP",
             "column-claim": "Claim", "column-rating": "Verdict"}  # fmt: skip
    page = client.post(address, again)
    text = page.content.decode()
    assert "2 reviews wait for approval" in text
    assert "Columns not used: Odd" in text
    assert "Kind of" in text
    assert "Coal came." in text
    assert not Batch.objects.exists()
    submitted = client.post(address, {"token": page.context["upload"].pk}, follow=True)
    assert "2 reviews by others would be published" in submitted.content.decode().replace("\n    ", " ")
    assert b"Approve and show" not in submitted.content
    assert not Publication.objects.exists()
    proposal = submitted.context["original"]
    assert proposal.proposed_by == administrator
    approver = sign_in(client, "approver")
    assert "2 reviews by others" in client.get("/admin/").content.decode()
    decided = {"_decide": "approve", "seal": proposal.seal}
    done = client.post(reverse("admin:claims_decide", args=[proposal.pk]), decided, follow=True)
    assert "2 are published" in done.content.decode()
    assert set(Publication.objects.values_list("verdict", "reviewer__name")) == {("", "AFP"), ("false", "AFP")}
    assert {(p.submitted_by, p.approved_by) for p in Publication.objects.all()} == {(administrator, approver)}
    call_command("verify")


def upload(client, content, name="t.csv", **options):
    return client.post(reverse("admin:claims_import"), {"file": SimpleUploadedFile(name, content.encode()), **options})


def test_every_problem_can_be_taken_away_as_a_file(client):
    sign_in(client, "administrator")
    page = upload(client, "claim,rating,reviewer,language\nTen ships came.,=Odd,AFP,en\n,,,\nCoal came.,Odder,AFP,en\n")
    again = {"token": page.context["upload"].pk, "look": "report"}
    report = client.post(reverse("admin:claims_import"), again)
    rows = report.content.decode().splitlines()
    assert rows[0] == "place,reason,value"
    assert [row.partition(",")[0] for row in rows[1:]] == ["line 2", "line 4"]
    assert "'=Odd" in rows[1]  # a spreadsheet does not run it


def test_a_long_file_is_tried_in_part_and_the_command_named(client, monkeypatch):
    monkeypatch.setattr("claims.desk.import_export.MAX_ROWS", 3)
    sign_in(client, "administrator")
    rows = "".join(f"Ship {number} came.,False,AFP\n" for number in range(9))
    page = upload(client, f"claim,rating,reviewer\n{rows}")
    assert "manage.py import t.csv --as reviews" in page.content.decode()
    assert "3 reviews wait" in page.content.decode()
    told = client.post(reverse("admin:claims_import"), {"token": page.context["upload"].pk}, follow=True)
    assert "manage.py import" in told.content.decode()
    assert not Batch.objects.exists()


def test_columns_once_chosen_are_remembered_by_their_names(client):
    sign_in(client, "administrator")
    table = "Was,Urteil,Wer\nTen ships came.,False,Ann\n"
    page = upload(client, table, kind="reviews")
    choice = {"look": "again", "kind": "reviews", "reviewer": "AFP", "claimants": "person", "column-claim": "Was",
              "column-rating": "Urteil", "column-claimant": "Wer"}  # fmt: skip
    page = client.post(reverse("admin:claims_import"), {"token": page.context["upload"].pk, **choice})
    client.post(reverse("admin:claims_import"), {"token": page.context["upload"].pk})
    assert BatchItem.objects.get().record["claimant"]["kind"] == "person"
    again = upload(client, table.replace("Ten", "Nine"), kind="reviews")
    assert again.context["outcome"].how.mapping == {"claim": "Was", "rating": "Urteil", "claimant": "Wer"}


def test_columns_that_nobody_knows_are_chosen_on_the_page(client):
    sign_in(client, "administrator")
    table = SimpleUploadedFile("a.csv", b"Was gesagt wurde,Urteil\nTen ships came.,False\n")
    page = client.post(reverse("admin:claims_import"), {"file": table})
    assert "choose it below" in page.content.decode()
    choice = {"kind": "drafts", "column-claim": "Was gesagt wurde", "column-rating": "Urteil"}
    look = {"token": page.context["upload"].pk, "look": "again"}
    page = client.post(reverse("admin:claims_import"), {**look, **choice, "kind": "reviews", "reviewer": "AFP"})
    assert [item.record.verdict for item in page.context["outcome"].sample] == ["false"]


def test_an_upload_is_confirmed_only_by_who_made_it(client):
    address = reverse("admin:claims_import")
    sign_in(client, "administrator")
    table = b"claim,rating,reviewer\nTen ships came.,False,AFP\n"
    token = client.post(address, {"file": SimpleUploadedFile("t.csv", table)}).context["upload"].pk
    sign_in(client, "administrator")
    assert b"no longer here" in client.post(address, {"token": token}, follow=True).content
    assert b"no longer here" in client.post(address, {"token": str(token)[:-2]}, follow=True).content
    assert not Publication.objects.exists()


def left_on_disk():
    return list(Path(gettempdir()).glob("factcheck-import-*"))


def test_an_upload_that_is_only_looked_at_leaves_nothing_on_the_disk_and_is_swept(client, monkeypatch, tmp_path):
    """It is kept in the database, for any web server to go on with, until it waited too long."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    address, table = reverse("admin:claims_import"), b"claim,rating,reviewer\nTen ships came.,False,AFP\n"
    sign_in(client, "administrator")
    before = left_on_disk()
    first = client.post(address, {"file": SimpleUploadedFile("t.csv", table)}).context["upload"].pk
    assert left_on_disk() == before
    assert bytes(Upload.objects.get().content) == table
    late = timezone.now() + timedelta(seconds=uploads.WAITING_SECONDS + 1)
    monkeypatch.setattr(uploads.timezone, "now", lambda: late)
    client.post(address, {"file": SimpleUploadedFile("t.csv", table)})
    assert Upload.objects.count() == 1
    assert b"no longer here" in client.post(address, {"token": first}, follow=True).content
    assert not Publication.objects.exists()


def test_a_file_that_cannot_be_read_is_not_kept(client):
    sign_in(client, "administrator")
    client.post(reverse("admin:claims_import"), {"file": SimpleUploadedFile("bad.json", b"[{]")})
    assert not Upload.objects.exists()
