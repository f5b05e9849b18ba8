"""CSV, read back by Python's csv."""

from csv import DictReader
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from claims.interchange.formats import csv
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
