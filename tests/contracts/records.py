"""Records of any shape, for a format to write and a reader of others to take."""

import json

from hypothesis import strategies as st

from tests.test_record import records

SITE = "https://facts.example"
some_records = st.lists(records, max_size=3)


def document(chunks):
    return json.loads(b"".join(chunks))


def values_of(made):
    return [item.as_json() for item in made]
