"""Odd files: taken, or refused in words that name the place; what of a file is not read is said."""

import zipfile
from contextlib import nullcontext

import pytest

from claims.interchange.imports import files, run
from claims.models import BatchItem
from claims.vocabulary import ImportKind
from tests import desk, spreadsheets

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

BAD = {
    "reviewer.csv": "claim,reviewer\nThe dam leaks,http://[AFP\n",
    "topics.csv": 'claim,reviewer,topics\nThe dam leaks,X,"[{[]: 1}]"\n',
    "half.jsonl": '{"claim": "The dam leaks", "reviewer": "X", "appearances": ["http://a.example/\\ud800x"]}',
    "sep.csv": 'sep="\nclaim,reviewer\nThe dam leaks,X\n',
    "circle.json": '{"@type": "ClaimReview", "claimReviewed": "X", "author": {"name": "Y"}, "itemReviewed":'
    ' {"appearance": {"@id": "x", "url": {"@id": "x"}}}}',
    "declaration.html": "<html><![foo[x]]><p>ClaimReview</p></html>",
    "digits.csv": f"claim,status,confidence\nThe dam leaks,todo,{'9' * 5000}\n",
    "wide.csv": ",".join(f"c{n}" for n in range(5000)) + "\n" + "x," * 4999 + "x\n",
}


REFUSED = {
    "half.jsonl": "The file holds no JSON objects",
    "declaration.html": "This page is no HTML",
    "wide.csv": "5,000 columns; at most 1,000 are read",
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("kind", [None, ImportKind.DRAFTS])
def test_odd_files_are_taken_or_refused_in_words(tmp_path, name, kind):
    path = tmp_path / name
    path.write_text(BAD[name])
    with pytest.raises(files.UnreadableError, match=REFUSED[name]) if name in REFUSED else nullcontext():
        how = run.plan(path, kind=kind)
        run.bring_in(path, how, desk.importer(kind=kind), on_problem=lambda problem: None)


def with_a_cell_at(tmp_path, place):
    path = spreadsheets.xlsx(tmp_path / "a.xlsx", [["claim"], ["The dam leaks"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", f'<row><c r="{place}"><v>1</v></c></row></sheetData>'.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("place", ["XFD1048576", "XFD10000"])
def test_a_spreadsheet_with_a_cell_far_out_is_refused(tmp_path, place):
    with pytest.raises(files.UnreadableError, match="cells; save the filled ones alone"):
        run.plan(with_a_cell_at(tmp_path, place))


def test_one_that_is_long_and_narrow_is_read(tmp_path):
    assert run.plan(with_a_cell_at(tmp_path, "A1048577")).columns == ["claim"]


def test_sheets_that_are_not_read_are_named(tmp_path):
    path = spreadsheets.ods(
        tmp_path / "a.ods", [["claim", "rating"], ["The dam leaks", "False"], ["Coal came", "True"]]
    )
    cell = '<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>'
    more = (
        f'<table:table table:name="2023"><table:table-row>{cell}</table:table-row></table:table></office:spreadsheet>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace(b"</office:spreadsheet>", more.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    how = run.plan(path)
    assert how.notes == ["only the sheet “List” is read, which has most rows; not read: “2023”"]


def test_a_page_with_a_byte_order_mark_is_a_page(tmp_path):
    script = '{"@type": "ClaimReview", "claimReviewed": "The dam leaks", "author": {"name": "AFP"}}'
    page = f'<html><script type="application/ld+json">{script}</script></html>'
    for encoding in ("utf-8-sig", "utf-16"):
        (tmp_path / "a.html").write_text(page, encoding=encoding)
        records = run.sample(tmp_path / "a.html", run.plan(tmp_path / "a.html"), 5)
        assert [found.record.statement for found in records] == ["The dam leaks"], encoding


def test_a_broken_document_is_told_by_line_and_column_though_one_of_its_lines_is_json(tmp_path):
    broken = '{\n"@type": "ClaimReview",\n"claimReviewed": "X",\n"keywords": [\n"b"\n,],\n"author": {"name": "AFP"}\n}'
    (tmp_path / "a.json").write_text(broken)
    with pytest.raises(files.UnreadableError, match="line 6, column 1"):
        run.sample(tmp_path / "a.json", run.plan(tmp_path / "a.json"), 5)


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_broken_line_is_told_and_the_others_come_in(tmp_path, broken):
    line = '{"@type": "ClaimReview", "claimReviewed": "Ship %s came", "author": {"name": "AFP"}}'
    lines = [line % number for number in range(3)]
    lines[broken] = lines[broken][:40]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    problems = []
    how = run.plan(tmp_path / "a.jsonl", format_name="claimreview")
    run.bring_in(tmp_path / "a.jsonl", how, desk.importer(), on_problem=problems.append)
    assert [problem.place for problem in problems if "JSON" in problem.reason] == [f"line {broken + 1}"]
    assert BatchItem.objects.count() == 2


def test_our_own_records_are_known_whatever_the_file_is_called(tmp_path):
    path = desk.records_file(tmp_path / "a.json", "The dam leaks")
    assert run.plan(path).format == "jsonl"


def test_a_column_named_with_signs_written_apart_can_be_chosen(tmp_path):
    (tmp_path / "a.csv").write_text("Re\u0301clame,rating\nThe dam leaks,False\n")
    how = run.plan(tmp_path / "a.csv", own_mapping={"claim": "R\u00e9clame"})
    assert how.is_mapped
