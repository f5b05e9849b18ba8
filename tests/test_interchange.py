"""Every format out and in: what we emit is read by the field's own tools, and what was lossless comes back the same."""

import contextlib
import gzip
import json
from csv import DictReader
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import orjson
import pytest
import rfc8785
import stix2
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims import record, workflow
from claims.interchange.formats import claimreview, csv, google, jsonl, stix, web_annotation
from claims.interchange.formats.external_review import ExternalReview
from claims.interchange.imports import claimreview_reader, columns, dates, external_reviews, files, ratings, run
from claims.models import Claim, Publication, RatingWords
from claims.vocabulary import Verdict
from tests import desk
from tests.test_record import records

SITE = "https://facts.example"
some_records = st.lists(records, max_size=3)


def document(chunks):
    return json.loads(b"".join(chunks))


def values_of(made):
    return [item.as_json() for item in made]


@given(some_records)
def test_json_lines_come_back_the_same(made):
    written = b"".join(jsonl.write(values_of(made)))
    lines = [value for _, value in files.json_lines(BytesIO(written))]
    assert [record.parse(value) for value in lines] == made


@given(records)
def test_canonical_json_is_that_of_rfc_8785(made):
    assert record.canonical(made.as_json()) == rfc8785.dumps(made.as_json())


@given(some_records)
def test_csv_is_read_back_text_for_text(made):
    content = b"".join(csv.write_with_bom(values_of(made), SITE)).decode("utf-8-sig")
    rows = list(DictReader(StringIO(content, newline="")))
    assert [csv.restore(row["statement"]) for row in rows] == [item.statement for item in made]
    assert [csv.restore(row["rationale"]) for row in rows] == [item.rationale for item in made]


@given(st.text())
def test_no_cell_runs_as_a_formula_and_each_is_restored(text):
    cell = csv.protect(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert csv.restore(cell) == text


@settings(max_examples=25)
@given(st.lists(records, min_size=1, max_size=3))
def test_a_stix_bundle_is_taken_by_stix2(made):
    unique = {item.uid: item for item in made}.values()
    bundle = stix2.parse(document(stix.write(values_of(unique), SITE)), allow_custom=False)
    notes = [item for item in bundle.get("objects", []) if item["type"] == "note"]
    assert [note["abstract"] for note in notes] == [item.statement for item in unique]
    assert [note.get("confidence") for note in notes] == [item.confidence for item in unique]


@pytest.mark.django_db
def test_second_opinions_are_opinions_about_the_note_and_name_nobody(tmp_path):
    approver = desk.person("approver", "secret-name")
    claim = desk.awaiting(desk.with_evidence(desk.claim(verdict="false")))
    workflow.second_opinions.give_opinion(claim, by=approver, verdict="mostly_false", confidence=70, note="private")
    workflow.approve(claim, by=approver)
    path = tmp_path / "bundle.json"
    call_command("export", "--format", "stix", "--scope", "all", str(path))
    bundle = stix2.parse(path.read_text())
    (opinion,) = (item for item in bundle["objects"] if item["type"] == "opinion")
    (note,) = (item for item in bundle["objects"] if item["type"] == "note")
    assert (opinion["opinion"], opinion["object_refs"]) == ("agree", [note["id"]])
    assert "secret-name" not in path.read_text()
    assert "private" not in path.read_text()


@given(records)
def test_the_same_claim_is_the_same_object_in_every_bundle(made):
    first, second = (document(stix.write([made.as_json()], site))["objects"] for site in (SITE, "https://b.example"))
    assert [item["id"] for item in first] == [item["id"] for item in second]


@given(some_records)
def test_a_claimreview_feed_is_read_back(made):
    feed = document(claimreview.write(values_of(made), SITE))
    assert (feed["@context"], feed["@type"]) == ("https://schema.org", "DataFeed")
    found = [review for _, review in claimreview_reader.reviews(feed)]
    assert [review.claim for review in found] == [item.statement for item in made]
    assert [review.rating for review in found] == [str(item.verdict.label) for item in made]


@given(some_records)
def test_an_answer_in_googles_shape_is_read_back(made):
    answer = document(google.write(values_of(made), SITE))
    found = [review for _, review in google.reviews(answer)]
    assert [(review.claim, review.reviewer) for review in found] == [
        (item.statement, item.reviewer.name) for item in made
    ]


@pytest.mark.django_db
def test_annotations_point_at_the_words_in_the_article():
    article = desk.article(text="😀 A ministry said that ten ships came in May.")
    draft = desk.with_evidence(desk.claim(statement="Ten ships came."))
    desk.appear(draft, article, "ten ships came in May")
    publication = desk.published(draft)
    page = document(web_annotation.write([publication.record], SITE))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    (item,) = page["items"]
    quote, position = item["target"]["selector"]
    assert article.text[position["start"] : position["end"]] == quote["exact"] == "ten ships came in May"
    assert [body["value"] for body in item["body"][:2]] == ["Ten ships came.", "False"]


# Dates and ratings


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-7-16", date(2021, 7, 16)), ("2017-10-31T11:13:34-07:00", date(2017, 10, 31)),
        ("03.10.2017", date(2017, 10, 3)), ("29/10/18", date(2018, 10, 29)), ("10/29/2018", date(2018, 10, 29)),
        ("05/05/2018", date(2018, 5, 5)), ("OCT. 4, 2016", date(2016, 10, 4)),
        ("12 diciembre 2018", date(2018, 12, 12)),
        ("30 de Dez, 2018 às 10:39 PST", date(2018, 12, 30)), ("1 may. 2020", date(2020, 5, 1)),
        ("on Wednesday, October 30th, 2019", date(2019, 10, 30)), ("2020년 3월 5일", date(2020, 3, 5)),
        ("5 марта 2021", date(2021, 3, 5)), ("٣ مارس ٢٠٢٠", date(2020, 3, 3)), ("2020年12月31日", date(2020, 12, 31)),
        ("Updated on:  August 31, 2017 / 3:00 PM", date(2017, 8, 31)), ("", None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(text, day):
    assert dates.read(text) == day


@pytest.mark.parametrize(
    "text", ["03/04/2020", "2020-02-30", "31/31/2020", "soon", "listopad 3, 2020", "x" * 300, "0000-01-01", "12"]
)
def test_a_date_that_is_none_or_two_is_not_guessed(text):
    with pytest.raises(dates.DateError):
        dates.read(text)


def test_who_knows_the_order_is_believed():
    assert dates.read("03/04/2020", is_day_first=True) == date(2020, 4, 3)
    assert dates.read("03/04/2020", is_day_first=False) == date(2020, 3, 4)


@given(st.text(max_size=60))
def test_any_text_is_a_day_or_an_error(text):
    with contextlib.suppress(dates.DateError):
        dates.read(text)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [("FALSE", "false"), ("Pants on Fire!", "false"), ("“Partly False.”", "mostly_false"), ("거짓", "false"),
     ("مضلل", "misleading"), ("Вводит в заблуждение", "misleading"), ("This is a whole sentence.", None), ("", None)],
)  # fmt: skip
def test_rating_words_in_many_languages_have_a_verdict_or_none(words, verdict):
    assert ratings.verdict_of(words, {}) == (Verdict(verdict) if verdict else None)


def test_the_desks_own_rating_words_come_first():
    own = {ratings.key("Fake"): "misleading", ratings.key("True"): ""}
    assert ratings.verdict_of("fake!", own) == Verdict.MISLEADING
    assert ratings.verdict_of("TRUE", own) is None


# Reviews as they are found

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def read(review, **options):
    warnings = []
    reader = external_reviews.Reading(MOMENT, on_warning=lambda reason, value: warnings.append(reason), **options)
    return reader.record_of(review), warnings


@pytest.mark.parametrize(
    ("appearance", "places"),
    [
        ("https://a.example/1", 1), (["https://a.example/1", "https://b.example/2"], 2),
        ({"@type": "CreativeWork", "url": "https://a.example/1"}, 1),
        ("https://a.example/1, https://b.example/2", 2), ([{"url": ["https://a.example/1"]}, None], 1),
        (None, 0), (7, 0),
    ],
)  # fmt: skip
def test_appearances_come_in_every_shape(appearance, places):
    value = {"@type": "ClaimReview", "claimReviewed": "X.", "itemReviewed": {"appearance": appearance}}
    ((_, review),) = claimreview_reader.reviews(value)
    assert len(review.appearances) == places


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"@type": "ClaimReview", "claimReviewed": "X.", "reviewRating": {"alternateName": "False", "bestRating": -1,
          "worstRating": -1, "ratingValue": -1}, "author": "AFP"}, ("X.", "False", "AFP")),
        ({"@type": ["Thing", "http://schema.org/ClaimReview"], "claimReviewed": ["X."], "reviewRating": [None,
          {"alternateName": "Faux"}], "author": [{"name": "AFP"}]}, ("X.", "Faux", "AFP")),
        ({"@type": "ClaimReview", "claimReviewed": {"@value": "X."}, "itemReviewed": None, "reviewRating": None,
          "author": None}, ("X.", "", "")),
    ],
)  # fmt: skip
def test_a_dirty_review_is_read(value, expected):
    ((_, review),) = claimreview_reader.reviews([value])
    assert (review.claim, review.rating, review.reviewer) == expected


def test_a_feed_with_nothing_in_it_says_so_item_by_item():
    feed = {"@type": "DataFeed", "dataFeedElement": [{"item": None}, {"item": [None, {"@type": "ClaimReview"}]}, 3]}
    assert [review is None for _, review in claimreview_reader.reviews(feed)] == [True, True, False, True]


KEYS = st.sampled_from(["@type", "item", "@graph", "author", "itemReviewed", "reviewRating", "url"])
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
)


@given(documents)
def test_no_document_breaks_the_reader(value):
    for wrapped in (value, {"@type": "ClaimReview", "reviewRating": value, "author": value, "itemReviewed": value}):
        for _, review in claimreview_reader.reviews(wrapped):
            assert review is None or isinstance(review.claim, str)
    list(google.reviews({"claims": value}))


def test_the_reviews_of_a_page_are_found():
    script = '<script type="application/ld+json">'
    page = f'<html>{script}{{"@type": "ClaimReview", "claimReviewed": "X."}}</script>{script}{{broken</script>'
    (found,) = claimreview_reader.in_page(page)
    assert found["claimReviewed"] == "X."


def test_markup_and_entities_are_taken_off_and_the_words_kept():
    made, _ = read(
        ExternalReview(claim="<p>Coal &amp; <b>ships</b>\n came.</p>", reviewer="AFP", rating="A whole sentence.")
    )
    assert made.statement == "Coal & ships came."
    assert (made.verdict, made.imported.rating) == (None, "A whole sentence.")


def test_doubts_are_told_and_nothing_is_guessed():
    made, warnings = read(
        ExternalReview(
            title="No ship came", reviewer="AFP", url="javascript:alert(1)", claimed_on="03/04/2020",
            reviewed_on="2999-01-01", language="English!", rating="Kind of",
        )
    )  # fmt: skip
    assert (made.made_on, made.imported.published_on, made.imported.url) == (None, None, "")
    assert len(warnings) == 6


@pytest.mark.parametrize(
    "review", [ExternalReview(), ExternalReview(claim="X"), ExternalReview(claim="x" * 30_000, reviewer="A")]
)
def test_a_review_without_its_parts_is_refused(review):
    with pytest.raises(external_reviews.UnusableError):
        read(review)


def test_columns_are_known_by_their_names_or_given():
    names = ["Claim", "Verdict", "Speaker", "Date", "Odd one"]
    guess = columns.guessed(names)
    assert guess == {"claim": "Claim", "rating": "Verdict", "claimant": "Speaker", "reviewed_on": "Date"}
    with pytest.raises(columns.MappingError, match="no column"):
        columns.checked({"claim": "Text"}, names)
    with pytest.raises(columns.MappingError, match="no field"):
        columns.checked({"text": "Claim"}, names)


# Into the database


@pytest.fixture
def file(tmp_path):
    def write(content, name):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def bring_in(path, **options):
    problems = []
    how = run.plan(path, **options)
    intake = run.bring_in(path, how, on_problem=problems.append)
    return intake.counts, problems


TABLE = (
    "claim,rating,speaker,claimreview_url,publisher,date\n"
    "Ten ships came.,False,Ministry,https://afp.example/1,AFP,2024-05-01\n"
    "Coal came.,Kind of,Ministry,https://afp.example/2,AFP,1 mai 2024\n"
    ",,,,,\n"
    '"=1+1",True,,,,2024-05-01\n'
)  # fmt: skip


@pytest.mark.django_db
class TestIntake:
    def test_reviews_by_others_become_publications_with_their_words(self, file, client):
        counts, problems = bring_in(file(TABLE, "t.csv"))
        assert +counts == {"claims": 2, "refused": 1, "warnings": 1}
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
        assert (counts["same"], counts["versions"], counts["claims"]) == (1, 1, 0)
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
        expected = list(Publication.objects.order_by("sequence").values_list("record_hash", "chain_hash"))
        path = file(gzip.compress(lines), "records.jsonl.gz")

        with desk.past_the_triggers():
            for model in (Publication.topics.through, Publication.articles.through, Publication):
                model.objects.all().delete()
        Claim.objects.all().delete()
        counts, problems = bring_in(path, format_name="jsonl")
        assert (problems, counts["claims"], counts["versions"]) == ([], 1, 1)
        assert list(Publication.objects.order_by("sequence").values_list("record_hash", "chain_hash")) == expected
        call_command("verify")
        claim = Claim.objects.get()
        assert (claim.status, claim.verdict, claim.topics.get().slug) == ("published", "true", "treaty")
        assert claim.evidence.get(title="Evening Post").origin_evidence.title == "Harbour log"
        assert claim.appearances.get().exact == "ten ships"
        third = desk.republished(Publication.objects.current().get(), step="approve", summary="Read again.")
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
        from claims import workflow

        workflow.recheck(publication.claim, by=desk.person("editor"), reason="New documents.")
        later = {**publication.record, "number": 2, "kind": "update", "note": ""}
        counts, problems = bring_in(file(orjson.dumps(later), "r.jsonl"), format_name="jsonl")
        assert counts["refused"] == 1
        assert "desk is working" in problems[0].reason

    def test_a_trial_tells_all_and_changes_nothing(self, file, capsys):
        call_command("import", str(file(TABLE, "t.csv")), "--dry-run")
        assert "2 claims and 0 new versions added" in capsys.readouterr().err
        assert not Publication.objects.exists()
        assert not Claim.objects.exists()

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
        first = desk.published(draft).record
        made = [{**first, "uid": f"01890000-0000-7000-8000-00000000000{n}", "slug": f"a-{n}"} for n in range(1, 5)]
        made[1]["verdict"] = "false"
        made[2]["summary"] = "\0"
        made[3]["language"] = "x" * 90_000
        made[1]["appearances"] = [{**first["appearances"][0], "paragraph": 2**63}]  # more than a database holds
        content = b"\n".join(orjson.dumps(values) for values in made)
        counts, problems = bring_in(file(content, "r.jsonl"), format_name="jsonl")
        assert (counts["claims"], counts["refused"]) == (1, 3)
        assert {problem.place for problem in problems} == {"line 2", "line 3", "line 4"}
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
        assert counts["claims"] == 40
        assert Publication.objects.filter(statement__startswith="Десять кораблей", verdict="false").count() == 40


@pytest.mark.django_db
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(records, min_size=1, max_size=4, unique_by=(lambda r: r.uid, lambda r: r.slug)))
def test_any_record_comes_in_and_goes_out_the_same(tmp_path_factory, made):
    path = tmp_path_factory.mktemp("records") / "r.jsonl"
    path.write_bytes(b"".join(jsonl.write(values_of(made))))
    how = run.Plan("jsonl")
    before = set(Publication.objects.values_list("claim_id", flat=True))
    run.bring_in(path, how, on_problem=lambda problem: None)
    for item in made:
        if (
            item.uid not in before
            and not Publication.objects.filter(slug=item.slug).exclude(claim_id=item.uid).exists()
        ):
            stored = Publication.objects.get(claim_id=item.uid, number=1)
            assert record.parse(stored.record) == item
