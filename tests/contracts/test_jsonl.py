"""JSON Lines of canonical records, beside rfc8785."""

from io import BytesIO

import rfc8785
from hypothesis import given

from claims import record
from claims.interchange.formats import jsonl
from claims.interchange.imports import files
from tests.contracts.records import some_records, values_of
from tests.test_record import records


@given(some_records)
def test_json_lines_come_back_the_same(made):
    written = b"".join(jsonl.write(values_of(made)))
    lines = [value for _, value in files.json_lines(BytesIO(written))]
    assert [record.parse(value) for value in lines] == made


@given(records)
def test_canonical_json_is_that_of_rfc_8785(made):
    assert record.canonical(made.as_json()) == rfc8785.dumps(made.as_json())
