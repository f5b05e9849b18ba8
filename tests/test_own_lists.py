"""A desk's own list comes in as drafts: nothing public, and where the work stands is kept."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from claims.interchange.imports import files, run
from claims.models import Batch, Claim, Publication, Source
from claims.vocabulary import ImportKind
from tests import desk, spreadsheets
from tests.desk_forms import sign_in

pytestmark = pytest.mark.django_db

LIST = (
    "Claim,Said by,Status,Verdict,Confidence,Assignee,Deadline,Link,Summary,Tags\n"
    "Ten ships came in May.,Ministry,In progress,False,high,Kim,2026-12-01,https://port.example/log,Three came.,"
    "ports; ships\n"
    "Coal was on board.,Ministry,published,Mostly true,70%,nobody we know,soon,,,\n"
    "The quay is new.,,todo,,,,,,,\n"
)


def take(tmp_path, content=LIST, *, kind=ImportKind.DRAFTS, **options):
    path = tmp_path / "list.csv"
    path.write_text(content)
    problems = []
    how = run.plan(path, kind=kind, **options)
    intake = run.bring_in(path, how, desk.importer(kind=kind), on_problem=problems.append)
    return intake, [problem.reason for problem in problems]


MAPPING = {
    "claim": "Claim", "claimant": "Said by", "status": "Status", "rating": "Verdict", "summary": "Summary",
    "confidence": "Confidence", "assignee": "Assignee", "due_on": "Deadline", "url": "Link", "topics": "Tags",
}  # fmt: skip


def test_rows_become_drafts_with_what_the_list_says_and_nothing_is_public(client, tmp_path):
    kim = desk.person("editor", "kim")
    intake, doubts = take(tmp_path, own_mapping=MAPPING)
    assert intake.counts["drafts"] == 3
    first, second, third = Claim.objects.order_by("id")
    assert (first.statement, first.claimant.name, first.status) == ("Ten ships came in May.", "Ministry", "in_review")
    assert (first.verdict, first.confidence, first.assigned_to, first.due_on) == ("false", 85, kim, date(2026, 12, 1))
    assert (first.summary, sorted(first.topics.values_list("name", flat=True))) == ("Three came.", ["ports", "ships"])
    assert first.evidence.get().url == "https://port.example/log"
    assert (second.status, second.verdict, second.confidence) == ("in_review", "mostly_true", 70)
    assert second.assigned_to is None
    assert (third.status, third.claimant, third.due_on) == ("draft", None, None)
    assert {doubt.partition(":")[0] for doubt in doubts} >= {
        "finished elsewhere",
        "nobody here has this name or address; it is assigned to nobody",
        "when it is due cannot be read",
    }
    assert not Publication.objects.exists()
    assert "Ten ships" not in client.get("/claims/").content.decode()
    assert client.get(f"/sources/{Source.objects.get(name='Ministry').slug}/").status_code == 404
    assert first.history.get().history_change_reason == "Imported"


def test_the_same_list_twice_makes_no_claim_twice(tmp_path):
    take(tmp_path)
    again, _ = take(tmp_path, LIST + "The crane is old.,,,,,,,,,\n")
    assert (again.counts["same"], again.counts["drafts"]) == (3, 1)
    assert Claim.objects.count() == 4


def test_the_same_words_of_two_people_are_two_drafts(tmp_path):
    take(tmp_path, "claim,who\nTen ships came.,Ann\nTen ships came.,Bob\n")
    assert sorted(Claim.objects.values_list("claimant__name", flat=True)) == ["Ann", "Bob"]


def test_a_draft_from_a_list_is_published_by_two_people_like_any_other(tmp_path):
    take(tmp_path, LIST.replace("In progress", "todo"), own_mapping=MAPPING)
    made = Claim.objects.get(statement="Ten ships came in May.")
    Claim.objects.filter(pk=made.pk).update(rationale="The log lists three.")
    made = Claim.objects.get(pk=made.pk)
    made.evidence.update(reliability="B", credibility="2", stance="refutes", publisher=desk.source("port"))
    desk.published(made)
    publication = Publication.objects.get()
    assert publication.verdict == "false"
    assert publication.submitted_by != publication.approved_by
    call_command("verify")


def test_the_page_guesses_that_a_list_with_a_status_is_our_own_and_the_rows_are_drafts(client):
    administrator = sign_in(client, "administrator")
    address = reverse("admin:claims_import")
    page = client.post(address, {"file": SimpleUploadedFile("list.csv", LIST.encode())})
    assert "the rows become drafts" in page.content.decode().replace("\n    ", " ")
    assert page.context["outcome"].how.kind == "drafts"
    client.post(address, {"token": page.context["upload"].pk})
    assert Claim.objects.count() == 3
    batch = Batch.objects.get()
    assert (batch.by, batch.kind, batch.items.count(), batch.proposals.count()) == (administrator, "drafts", 3, 0)
    assert Claim.objects.first().history.get().history_user == administrator


def test_what_fits_no_kind_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(files.UnreadableError, match="as drafts or as reviews"):
        take(tmp_path, kind=ImportKind.OURS)
    desk.records_file(tmp_path / "r.jsonl", "Ten ships came.")
    with pytest.raises(files.UnreadableError, match="as ours or as reviews"):
        run.plan(tmp_path / "r.jsonl", kind=ImportKind.DRAFTS)


def test_the_command_makes_drafts(tmp_path, capsys):
    (tmp_path / "list.csv").write_text(LIST)
    call_command("import", str(tmp_path / "list.csv"), kind="drafts", accept_guess=True)
    assert "3 drafts" in capsys.readouterr().err
    assert Claim.objects.count() == 3


ROWS = [
    ["Our claims", "", "", ""],
    ["Claim", "Said by", "Status", "Deadline"],
    *[[f"Ten ships came to pier {number}.", "Ministry", "todo", date(2026, 12, 1)] for number in range(40)],
]


@pytest.mark.parametrize("write", [spreadsheets.xlsx, spreadsheets.ods])
def test_a_spreadsheet_of_forty_claims_becomes_drafts_and_one_of_them_a_verdict_by_two(client, tmp_path, write):
    path = write(tmp_path / f"list.{write.__name__}", ROWS)
    administrator = sign_in(client, "administrator")
    address = reverse("admin:claims_import")
    page = client.post(address, {"file": SimpleUploadedFile(path.name, path.read_bytes())})
    assert "40 drafts" in page.content.decode()
    assert page.context["outcome"].sample[0].draft["due_on"] == date(2026, 12, 1)
    client.post(address, {"token": page.context["upload"].pk})
    assert Claim.objects.count() == 40
    first = Claim.objects.order_by("id").first()
    assert (first.claimant.name, first.status, first.due_on) == ("Ministry", "draft", date(2026, 12, 1))
    Claim.objects.filter(pk=first.pk).update(verdict="false", confidence=80, summary="No.", rationale="The log.")
    desk.published(desk.with_evidence(Claim.objects.get(pk=first.pk)))
    assert Publication.objects.count() == 1
    assert administrator not in {Publication.objects.get().submitted_by, Publication.objects.get().approved_by}


def test_a_damaged_or_huge_spreadsheet_is_refused_in_words(tmp_path, monkeypatch):
    path = spreadsheets.xlsx(tmp_path / "list.xlsx", ROWS)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(files.UnreadableError, match="spreadsheet is damaged"):
        run.plan(path)
    path.write_bytes(content)
    monkeypatch.setattr("claims.interchange.imports.tables.MAX_DOCUMENT", 1000)
    with pytest.raises(files.UnreadableError, match="split it"):
        run.plan(path)
