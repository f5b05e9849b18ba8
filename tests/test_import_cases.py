"""Files as the world writes them, each with what is to come of it (tests/files/cases; the content is made up)."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest
from django.core.management import CommandError, call_command

from claims import search
from claims.interchange.formats.claimreview import claim_review
from claims.interchange.imports import files, ratings, run
from claims.models import BatchItem, Publication
from tests import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

CASES = Path(__file__).parent / "files" / "cases"


def read(name, **options):
    """What a file becomes: its records as they wait, and what is told of it."""
    path = CASES / name
    problems = []
    how = run.plan(path)
    how.reviewer = options.get("reviewer", "")
    importer = desk.importer()
    run.bring_in(path, how, importer, on_problem=problems.append)
    records = list(BatchItem.objects.filter(batch=importer.batch).order_by("number").values_list("record", flat=True))
    return records, [problem.reason for problem in problems], how


def said(records):
    return [record["statement"] for record in records]


def test_a_sign_no_feed_can_hold_is_dropped(client):
    records, _, _ = read("feed_noncharacter.csv")
    assert said(records) == ["The dam leaks"]


def test_the_same_words_of_two_speakers_are_two_claims():
    records, _, _ = read("two_speakers.csv", reviewer="X Facts")
    told = [(record["claimant"]["name"], record["verdict"]) for record in records]
    assert told == [("Ann", "false"), ("Bob", "true")]


@pytest.mark.parametrize(
    ("name", "encoding", "words", "verdict"),
    [
        ("cp1252_es.csv", "cp1252", "El año pasado murieron más niños en España", "false"),
        ("cp1250_pl.csv", "cp1250", "W Łodzi zamknięto dziesięć szkół", "false"),
        ("macroman.csv", "mac_roman", "Le café coûte déjà plus cher à Orléans", "false"),
    ],
)
def test_the_encoding_is_told_by_the_letters_of_the_language_and_named(name, encoding, words, verdict):
    (record,), _, how = read(name)
    assert (how.encoding, record["statement"], record["verdict"]) == (encoding, words, verdict)
    assert encoding.upper() in how.told


def test_a_letter_far_down_the_file_decides_too(tmp_path):
    rows = "".join(f"Plain sentence number {n} of the budget,False,https://x.example/{n}\n" for n in range(9000))
    (tmp_path / "a.csv").write_bytes(f"claim,rating,url\n{rows}".encode() + b"Le caf\xe9,Faux,https://x.example/z\n")
    how = run.plan(tmp_path / "a.csv")
    assert how.encoding == "cp1252"
    run.bring_in(tmp_path / "a.csv", how, desk.importer(), on_problem=lambda problem: None)
    assert BatchItem.objects.last().record["statement"] == "Le café"


def test_an_encoding_can_be_named(tmp_path):
    (tmp_path / "a.csv").write_bytes("claim,rating,url\nДамба течёт,Ложь,https://x.example/1\n".encode("koi8-r"))
    call_command("import", str(tmp_path / "a.csv"), accept_guess=True, encoding="koi8-r")
    assert BatchItem.objects.get().record["statement"] == "Дамба течёт"
    with pytest.raises(CommandError, match="not in ascii"):
        call_command("import", str(tmp_path / "a.csv"), accept_guess=True, encoding="ascii")


def test_a_tsv_with_quotation_marks_is_read_with_them():
    records, _, _ = read("tsv_quoted.tsv")
    assert said(records) == ['The mayor said "no more cars" in town', "Two lines in a cell"]


def test_claimreview_by_lines_is_read_as_claimreview():
    records, _, _ = read("claimreview_lines.jsonl")
    assert {(r["reviewer"]["name"], r["claimant"]["name"], r["verdict"]) for r in records} == {
        ("X Facts", "A. Mayor", "false")
    }


def test_what_a_page_names_by_id_is_found():
    (record,), _, _ = read("page_graph.html")
    assert (record["reviewer"]["name"], record["claimant"]["name"]) == ("X Facts Bureau", "A. Mayor")
    assert (record["imported"]["rating"], record["verdict"]) == ("Falso", "false")
    told = (record["made_on"], record["imported"]["published_on"], record["language"])
    assert told == ("2021-02-01", "2021-03-04", "es")


@pytest.mark.parametrize("name", ["page_comment.html", "page_newline_in_string.html", "page_microdata.html"])
def test_reviews_in_lightly_broken_pages_and_in_microdata_are_read(name):
    (record,), _, _ = read(name)
    assert (record["reviewer"]["name"], record["verdict"]) == ("X Facts", "false")


def test_a_page_that_cannot_be_read_is_an_error_that_names_the_script():
    with pytest.raises(CommandError, match=r"No ClaimReview is found .* script 1"):
        call_command("import", str(CASES / "page_trailing_comma.html"))


def test_markup_becomes_text_and_what_is_none_stays():
    assert said(read("markup.csv")[0]) == ["The dam was built in 1950. It leaks.", "People aged <Under 18> may vote"]


def test_letters_written_in_two_ways_are_one_claim():
    records, _, _ = read("nfd.csv")
    assert said(records) == ["Le résumé du café coûte dix euros à Orléans"]
    desk.approve_batch()
    assert found("résumé") == 1


def found(words):
    """How many publications a search finds."""
    return len(search.find(words).sequences)


def test_words_with_vowel_signs_are_found_by_all_of_them():
    read("hindi.csv")
    desk.approve_batch()
    assert [found(words) for words in ("दान", "किला", "दिन", "काल")] == [0, 0, 1, 1]


def test_the_scale_of_a_rating_is_kept_and_leaves_again():
    (record,), _, _ = read("scale_inverted.json")
    imported = record["imported"]
    assert (imported["rating_value"], imported["rating_best"], imported["rating_worst"]) == ("1", "1", "7")
    desk.approve_batch()
    rating = claim_review(Publication.objects.get().record, "https://x.example")["reviewRating"]
    assert (rating["ratingValue"], rating["bestRating"], rating["worstRating"]) == ("1", "1", "7")


def test_a_line_that_names_the_delimiter_is_a_hint():
    (record,), _, _ = read("sep_line.csv")
    assert record["statement"] == "The bridge cost 3,5 million euros"


def test_of_two_columns_of_one_name_the_first_is_taken_and_told():
    (record,), _, how = read("dup_header.csv")
    assert record["imported"]["url"] == "https://x.example/1"
    assert any("two columns are called “url”" in note for note in how.notes)


def test_commas_in_a_header_do_not_hide_the_semicolon():
    (record,), _, _ = read("comma_in_header.csv")
    assert (record["statement"], record["verdict"]) == ("The dam was built in 1950", "false")


def test_a_header_over_two_lines_is_one_header():
    (record,), _, _ = read("header_newline.csv")
    assert (record["statement"], record["verdict"]) == ("The dam was built in 1950", "false")


def test_claims_as_objects_and_lists_are_read():
    assert said(read("claim_text.json")[0]) == [
        "Claim in a text property", "First of two claims", "Second of two claims",
    ]  # fmt: skip


def test_a_list_with_the_type_as_an_address_is_claimreview():
    (record,), _, _ = read("list_urltype.json")
    assert (record["statement"], record["verdict"]) == ("The dam leaks", "false")


def test_one_review_in_eight_spellings_of_its_address_is_one():
    records, _, _ = read("dups.csv")
    assert len(records) == 1


def test_language_tags_are_written_in_one_way():
    assert {record["language"] for record in read("languages.csv")[0]} == {"en"}


def test_lists_in_cells_are_lists():
    records, _, _ = read("pandas_topics.csv")
    topics = [[topic["name"] for topic in record["topics"]] for record in records]
    assert topics[:2] == [["water", "town history"], ["mayor's office"]]


def test_what_names_nothing_is_nobody_and_nothing():
    records, _, _ = read("nulls.csv")
    assert {record["claimant"] for record in records} == {None}
    assert {(*record["topics"], record["summary"]) for record in records} == {("",)}


def test_quotation_marks_of_others_stay():
    rows = [line.split(",")[0] for line in (CASES / "apostrophes.csv").read_text().splitlines()[1:]]
    assert said(read("apostrophes.csv")[0]) == rows


def test_titles_above_the_header_are_left_out(tmp_path):
    (tmp_path / "a.csv").write_text("Our list,,\n,,\nclaim,rating,url\nThe dam leaks,False,https://x.example/1\n")
    how = run.plan(tmp_path / "a.csv")
    assert how.mapping["claim"] == "claim"
    assert any("titles" in note for note in how.notes)


def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(tmp_path):
    rows = "".join(f"Sentence {n},False,https://x.example/{n}\n" for n in range(400))
    (tmp_path / "a.csv").write_text(f'claim,rating,url\nOne,False,https://x.example/a\n"Two,False,x\n{rows}')
    with pytest.raises(files.UnreadableError, match="line 3: a quotation mark is opened here"):
        run.bring_in(tmp_path / "a.csv", run.plan(tmp_path / "a.csv"), desk.importer(), on_problem=lambda problem: None)


@pytest.mark.parametrize("name", ["rows", "google", "claimreview"])
def test_lists_in_json_are_told_apart(tmp_path, name):
    review = json.loads((CASES / "list_urltype.json").read_text())[0]
    claim = {"text": "The dam leaks", "claimReview": [{"publisher": {"name": "X Facts"}, "textualRating": "False"}]}
    content = {
        "rows": [{"claim": "The dam leaks", "rating": "False", "reviewer": {"name": "X Facts"}}],
        "google": [{"claims": [claim]}, {"claims": []}],
        "claimreview": [{"padding": "x" * 300_000}, review],
    }
    (tmp_path / "a.json").write_text(json.dumps(content[name]))
    how = run.plan(tmp_path / "a.json")
    assert how.format == name
    run.bring_in(tmp_path / "a.json", how, desk.importer(), on_problem=lambda problem: None)
    record = BatchItem.objects.get().record
    assert (record["statement"], record["verdict"], record["reviewer"]["name"]) == ("The dam leaks", "false", "X Facts")


def test_more_than_one_claimant_or_rating_is_told(tmp_path):
    review = json.loads((CASES / "list_urltype.json").read_text())[0]
    review["itemReviewed"]["author"] = [{"name": "A. Mayor"}, {"name": "B. Mayor"}]
    (tmp_path / "a.json").write_text(json.dumps(review))
    problems = []
    run.bring_in(tmp_path / "a.json", run.plan(tmp_path / "a.json"), desk.importer(), on_problem=problems.append)
    assert any("2 people who claimed it" in problem.reason for problem in problems)


def test_what_stands_here_under_its_former_number_is_not_taken_twice(tmp_path):
    header, row = "claim,rating,reviewer,claimreview_url,speaker", "The dam leaks,False,X,https://x.example/1,Ann"
    (tmp_path / "a.csv").write_text(f"{header}\n{row}\n")
    how = run.plan(tmp_path / "a.csv")
    former = uuid5(NAMESPACE_URL, "https://x.example/1 the dam leaks")
    (placed,) = run.sample(tmp_path / "a.csv", how, 1)
    record = placed.record.model_copy(update={"uid": former, "slug": "the-dam-leaks-old"})
    (tmp_path / "r.jsonl").write_text(json.dumps(record.as_json()))
    run.bring_in(tmp_path / "r.jsonl", run.plan(tmp_path / "r.jsonl"), desk.importer(), on_problem=print)
    intake = run.bring_in(tmp_path / "a.csv", how, desk.importer(), on_problem=print)
    assert (intake.counts["same"], intake.counts["waiting"]) == (1, 0)
    (tmp_path / "a.csv").write_text((tmp_path / "a.csv").read_text().replace("Ann", "Bob"))
    assert run.bring_in(tmp_path / "a.csv", how, desk.importer(), on_problem=print).counts["waiting"] == 1


def test_dates_as_excel_writes_them_are_read_and_those_of_other_calendars_are_told():
    records, doubts, _ = read("dates_excel.csv")
    assert [record["imported"]["published_on"] for record in records] == ["2014-10-30", None, "2014-10-30"]
    assert any("Iranian" in doubt for doubt in doubts)


@pytest.mark.parametrize(
    ("written", "day", "precision"),
    [
        ("30-Oct-14", "2014-10-30", "day"), ("30-Oct-2014", "2014-10-30", "day"), ("20141030", "2014-10-30", "day"),
        ("30th of October 2014", "2014-10-30", "day"), ("2014-10", "2014-10-01", "month"),
        ("Oct 2014", "2014-10-01", "month"), ("October, 2014", "2014-10-01", "month"), ("2014", "2014-01-01", "year"),
        ("2557-10-30", None, "day"), ("1403/08/09", None, "day"), ("30 xyz 2014", None, "day"),
    ],
)  # fmt: skip
def test_a_month_and_a_year_are_kept_as_exact_as_they_are(tmp_path, written, day, precision):
    (tmp_path / "a.csv").write_text(f'claim,rating,reviewer,claimdate\nThe dam leaks,False,X,"{written}"\n')
    (placed,) = run.sample(tmp_path / "a.csv", run.plan(tmp_path / "a.csv"), 1)
    values = placed.record.as_json()
    assert (values["made_on"], values["made_on_precision"]) == (day, precision)


def test_today_is_the_day_of_the_desk_not_of_greenwich(tmp_path, settings, monkeypatch):
    settings.TIME_ZONE = "Pacific/Auckland"
    moment = datetime(2026, 11, 25, 20, tzinfo=UTC)  # the 26th in Auckland
    monkeypatch.setattr("claims.interchange.imports.run.timezone.now", lambda: moment)
    (tmp_path / "a.csv").write_text("claim,rating,reviewer,claimdate\nThe dam leaks,False,X,2026-11-26\n")
    (placed,) = run.sample(tmp_path / "a.csv", run.plan(tmp_path / "a.csv"), 1)
    assert placed.record.made_on == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("mostly_false", "mostly_false"), ("Mostly-False", "mostly_false"), ("Rating: False", "false"),
        ("False / Misleading", "misleading"), ("false/fabricated", "false"), ("This claim is 'false'.", "false"),
        ("2 [misleading content]", "misleading"), ("misleading video", "misleading"), ("Helt feil", "false"),
        ("neistina", "false"), ("სიმართლე", "true"), ("e vërtetë", "true"), ("نادرست", "false"), ("True?", None),
        ("false / true", None), ("satire", None), ("no verdict", None), ("5", None), ("", None),
    ],
)  # fmt: skip
def test_rating_words_as_sites_write_them(words, verdict):
    assert ratings.verdict_of(words, {}) == verdict
