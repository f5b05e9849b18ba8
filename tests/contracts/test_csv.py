"""CSV, read back by Python's csv."""

from csv import DictReader
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.interchange.formats import csv
from claims.interchange.imports import columns, ratings
from tests.contracts.records import SITE, some_records, values_of


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


@given(some_records)
def test_no_column_is_taken_for_booleans_whatever_is_filtered(made):
    content = b"".join(csv.write(values_of(made), SITE)).decode()
    for row in DictReader(StringIO(content, newline="")):
        assert row["verdict"].startswith("rated_")
        assert row["verdict_words"].startswith("Rated ")
        assert row["verdict_number"] in {"", "1", "2", "3", "4", "5"}


@pytest.mark.parametrize("written", ["rated_mostly_false", "mostly_false"])
def test_a_table_of_ours_is_read_as_it_is_written_now_and_was_before(written):
    row = dict.fromkeys(csv.MARKS, "") | {"kind": "original", "verdict": written, "statement": "'=Ten ships"}
    read = columns.review_of(row, {"claim": "statement", "rating": "verdict"})
    assert (read.claim, ratings.verdict_of(read.rating, {})) == ("=Ten ships", "mostly_false")
    assert ratings.verdict_of("Rated mostly false", {}) == "mostly_false"
