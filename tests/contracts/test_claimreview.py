"""ClaimReview: a feed read back, and the markup of a page taken by extruct."""

from hypothesis import given

from claims.interchange.formats import claimreview
from claims.interchange.imports import claimreview_reader
from tests.contracts.records import SITE, document, some_records, values_of


@given(some_records)
def test_a_claimreview_feed_is_read_back(made):
    feed = document(claimreview.write(values_of(made), SITE))
    assert (feed["@context"], feed["@type"]) == ("https://schema.org", "DataFeed")
    found = [review for _, review in claimreview_reader.reviews(feed)]
    assert [review.claim for review in found] == [item.statement for item in made]
    assert [review.rating for review in found] == [str(item.verdict.label) for item in made]
