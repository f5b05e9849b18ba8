"""Google's claims:search: its shape read back, and its own client answered."""

from hypothesis import given

from claims.interchange.formats import google
from tests.contracts.records import SITE, document, some_records, values_of


@given(some_records)
def test_an_answer_in_googles_shape_is_read_back(made):
    answer = document(google.write(values_of(made), SITE))
    found = [review for _, review in google.reviews(answer)]
    assert [(review.claim, review.reviewer) for review in found] == [
        (item.statement, item.reviewer.name) for item in made
    ]
