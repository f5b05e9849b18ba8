"""Files of any format into the database: in batches, with every problem told, nothing overwritten."""

import gzip
import json

import orjson
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import record, workflow
from claims.interchange.formats import csv, jsonl
from claims.interchange.imports import columns, files, run
from claims.models import BatchItem, Card, Claim, Publication, RatingWords
from tests import desk
from tests.contracts.records import SITE, values_of
from tests.test_record import records


@pytest.fixture
def file(tmp_path):
    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def bring_in(path, **options):
    """Import a file; what waits is approved by two people."""
    problems = []
    how = run.plan(path, **options)
    intake = run.bring_in(path, how, desk.importer(), on_problem=problems.append)
    if intake.counts["waiting"]:
        desk.approve_batch()
    return intake.counts, problems


AFP = {"slug": "afp", "name": "AFP", "kind": "organisation", "url": ""}
TABLE = (
    "claim,rating,speaker,claimreview_url,publisher,date,language\n"
    "Ten ships came.,False,Ministry,https://afp.example/1,AFP,2024-05-01,en\n"
    "Coal came.,Kind of,Ministry,https://afp.example/2,AFP,1 mai 2024,en\n"
    ",,,,,,\n"
    '"=1+1",True,,,,2024-05-01,en\n'
)  # fmt: skip


@pytest.mark.django_db
class TestIntake:
    def test_reviews_by_others_become_publications_with_their_words(self, file, client):
        counts, problems = bring_in(file(TABLE, "t.csv"))
        assert +counts == {"waiting": 2, "refused": 1, "warnings": 1}
        first, second = Publication.objects.order_by("sequence")
        assert (first.verdict, second.verdict) == ("false", "")
        assert second.record["imported"]["rating"] == "Kind of"
        assert first.reviewer.name == "AFP"
        assert {problem.place for problem in problems} == {"line 3", "line 5"}
        call_command("verify")
        page = client.get(second.get_absolute_url()).content.decode()
        assert "Not our review." in page
        assert "Kind of" in page
        assert "Why we say so" not in page
        assert "application/ld+json" not in page  # what others reviewed is not marked up as ours
        assert client.get("/").status_code == client.get("/claims/").status_code == 200

    def test_the_same_file_twice_changes_nothing_and_a_changed_item_is_a_new_version(self, file):
        path = file(TABLE, "t.csv")
        bring_in(path)
        assert bring_in(path)[0]["same"] == 2
        counts, _ = bring_in(file(TABLE.replace("Kind of", "True"), "t.csv"))
        assert (counts["same"], counts["waiting"]) == (1, 1)
        current = Publication.objects.current().get(slug__startswith="coal-came")
        assert (current.number, current.kind, current.verdict) == (2, "update", "true")
        call_command("verify")

    def test_the_desks_rating_words_are_used(self, file):
        RatingWords.objects.create(words="kind of", verdict="mixed")
        bring_in(file(TABLE, "t.csv"))
        assert Publication.objects.filter(verdict="mixed").count() == 1

    def test_our_records_come_back_with_all_that_the_desk_needs(self, file):
        draft = desk.with_evidence(desk.claim(), origin=desk.source("agency"), url="https://example.org/log")
        earlier = draft.evidence.get()
        desk.with_evidence(draft, title="Evening Post", origin_evidence=earlier)
        draft.topics.add(desk.topic())
        desk.appear(draft, desk.article(), "ten ships")
        first = desk.published(draft)
        desk.republished(first, verdict="true")
        lines = b"".join(orjson.dumps(p.record) + b"\n" for p in Publication.objects.order_by("sequence"))
        expected = list(Publication.objects.order_by("sequence").values_list("record_hash", flat=True))
        path = file(gzip.compress(lines), "records.jsonl.gz")

        with desk.past_the_triggers():
            for model in (Publication.topics.through, Publication.articles.through, Publication, Card):
                model.objects.all().delete()
        Claim.objects.all().delete()
        counts, problems = bring_in(path, format_name="jsonl")
        assert (problems, counts["claims"], counts["versions"]) == ([], 1, 1)
        assert list(Publication.objects.order_by("sequence").values_list("record_hash", flat=True)) == expected
        call_command("verify")
        claim = Claim.objects.get()
        assert (claim.status, claim.verdict, claim.topics.get().slug) == ("published", "true", "treaty")
        assert claim.evidence.get(title="Evening Post").origin_evidence.title == "Harbour log"
        assert claim.appearances.get().exact == "ten ships"
        third = desk.republished(Publication.objects.current().get(), step="submit", summary="Read again.")
        assert len(third.record["evidence"]) == 2

    def test_records_that_do_not_fit_are_refused_by_place_and_reason(self, file):
        publication = desk.published()
        other = {**publication.record, "summary": "Changed."}
        later = {**publication.record, "number": 5, "kind": "update"}
        stolen = {**publication.record, "uid": "01890000-0000-7000-8000-000000000000"}
        lines = [publication.record, other, later, stolen, {"schema": "factcheck/record/1"}, 7]
        content = b"\n".join(orjson.dumps(line) for line in lines) + b"\n{broken"
        counts, problems = bring_in(file(content, "r.jsonl"), format_name="jsonl")
        assert (counts["same"], counts["refused"], counts["claims"]) == (1, 6, 0)
        reasons = {problem.place: problem.reason for problem in problems}
        assert "another content" in reasons["line 2"]
        assert "next version" in reasons["line 3"]
        assert "address of another claim" in reasons["line 4"]
        assert "uid" in reasons["line 5"]
        assert "no valid JSON" in reasons["line 7"]

    def test_a_claim_that_the_desk_works_on_is_not_moved_under_its_hands(self, file):
        publication = desk.published()

        workflow.take("recheck", publication.claim, by=desk.person("editor"), reason="New documents.")
        later = {**publication.record, "number": 2, "kind": "update", "note": ""}
        counts, problems = bring_in(file(orjson.dumps(later), "r.jsonl"), format_name="jsonl")
        assert counts["refused"] == 1
        assert "desk is working" in problems[0].reason

    def test_a_trial_tells_all_and_changes_nothing(self, file, capsys):
        call_command("import", str(file(TABLE, "t.csv")), "--dry-run")
        assert "2 reviews wait for approval" in capsys.readouterr().err
        assert not Publication.objects.exists()
        assert not Claim.objects.exists()
        assert not BatchItem.objects.exists()

    def test_the_report_has_every_problem_as_a_line(self, file, tmp_path):
        report = tmp_path / "report.jsonl"
        call_command("import", str(file(TABLE, "t.csv")), "--accept-guess", "--report", str(report))
        lines = [json.loads(line) for line in report.read_text().splitlines()]
        assert {(line["place"], line["value"]) for line in lines} == {("line 3", "Kind of"), ("line 5", "=1+1")}

    def test_a_guess_is_confirmed_by_a_person(self, file):
        with pytest.raises(CommandError, match="--accept-guess"):
            call_command("import", str(file(TABLE, "t.csv")))
        assert not Publication.objects.exists()

    def test_what_we_export_as_csv_comes_in_elsewhere(self, file):
        bring_in(file(TABLE, "t.csv"))
        exported = b"".join(csv.write([p.record for p in Publication.objects.all()], SITE))
        path = file(exported, "ours.csv")
        found = run.plan(path).mapping
        assert {
            "claim": "statement",
            "rating": "rating",
            "url": "review_url",
            "reviewer": "reviewer",
        }.items() <= found.items()

    @pytest.mark.parametrize(
        ("content", "name", "message"),
        [
            (b"", "t.csv", "empty"), (b"a\0b", "t.csv", "no text"), (b"x,y\n1,2\n", "t.csv", "No column is known"),
            (b"{", "feed.json", "format cannot be told"), (b'{"ClaimReview', "feed.json", "no valid JSON"),
        ],
    )  # fmt: skip
    def test_a_file_that_cannot_be_read_says_why(self, file, content, name, message):
        with pytest.raises((files.UnreadableError, columns.MappingError), match=message):
            bring_in(file(content, name))

    def test_what_the_database_does_not_take_is_refused_alone(self, file):
        draft = desk.with_evidence(desk.claim())
        desk.appear(draft, desk.article(), "ten ships")
        first = {**desk.published(draft).record, "reviewer": AFP}
        made = [{**first, "uid": f"01890000-0000-7000-8000-00000000000{n}", "slug": f"a-{n}"} for n in range(1, 5)]
        made[1]["verdict"] = "false"
        made[2]["summary"] = "\0"
        made[3]["language"] = "x" * 90_000
        made[1]["appearances"] = [{**first["appearances"][0], "paragraph": 2**63}]  # more than a database holds
        content = b"\n".join(orjson.dumps(values) for values in made)
        counts, problems = bring_in(file(content, "r.jsonl"), format_name="jsonl")
        assert (counts["waiting"], counts["refused"]) == (2, 2)
        assert {problem.place for problem in problems} == {"line 3", "line 4"}
        not_taken = BatchItem.objects.get(state="not_taken")
        assert (not_taken.place, not_taken.reason) == ("line 2", "the database does not take it")
        assert Publication.objects.filter(slug__startswith="a-").count() == 1
        call_command("verify")

    @pytest.mark.parametrize("damage", [lambda packed: packed[:-20], lambda packed: packed[:40] + b"x" * 40])
    def test_a_damaged_archive_says_so_and_leaves_whole_claims(self, file, damage):
        rows = "".join(f"Ten ships came {n} times.,False,AFP\n" for n in range(9000))
        packed = gzip.compress(f"claim,rating,publisher\n{rows}".encode())
        with pytest.raises(files.UnreadableError, match="damaged"):
            bring_in(file(damage(packed), "t.csv.gz"))
        assert Claim.objects.count() == Publication.objects.count()

    @pytest.mark.slow
    def test_a_bomb_is_not_unpacked_for_ever(self, file, monkeypatch):
        monkeypatch.setattr("claims.interchange.imports.files.MAX_BYTES", 10_000_000)
        packed = gzip.compress(b"claim,rating,publisher\n" + b"\n" * 30_000_000)
        with pytest.raises(files.UnreadableError, match="split it"):
            bring_in(file(packed, "t.csv.gz"))

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
    def test_tables_come_in_many_encodings(self, file, encoding):
        rows = "".join(f"Десять кораблей пришли в порт, говорит отчёт {n}.;Неправда;АФП\n" for n in range(40))
        content = f"claim;rating;publisher\n{rows}".encode(encoding)
        counts, _ = bring_in(file(content, "t.csv"))
        assert counts["waiting"] == 40
        assert Publication.objects.filter(statement__startswith="Десять кораблей", verdict="false").count() == 40


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, min_size=1, max_size=4, unique_by=(lambda r: r.uid, lambda r: r.slug)))
def test_any_record_comes_in_and_goes_out_the_same(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("records") / "r.jsonl"
    path.write_bytes(b"".join(jsonl.write(values_of(made))))
    how = run.Plan("jsonl")
    before = set(Publication.objects.values_list("claim_id", flat=True))
    run.bring_in(path, how, desk.importer(into_empty=True), on_problem=lambda problem: None)
    for item in made:
        if (
            item.uid not in before
            and not Publication.objects.filter(slug=item.slug).exclude(claim_id=item.uid).exists()
        ):
            stored = Publication.objects.get(claim_id=item.uid, number=1)
            assert record.parse(stored.record) == item
