"""Reviews by others as they are found in the wild, read without guessing."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.interchange.formats import google
from claims.interchange.formats.external_review import ExternalReview
from claims.interchange.imports import claimreview_reader, external_reviews, files, html_page
from claims.record.diff import differences
from claims.text.addresses import former_slug_of_name

MOMENT = datetime(2026, 1, 2, tzinfo=UTC)


def read(review, **options):
    warnings = []
    reader = external_reviews.Reading(MOMENT, on_warning=lambda reason, value: warnings.append(reason), **options)
    return reader.record_of(review), warnings


def test_a_rating_that_they_change_is_told_as_what_the_version_changed():
    """Though it has no verdict on our scale."""
    theirs = ExternalReview(claim="Ten ships came.", rating="Kind of", reviewer="AFP", url="https://afp.example/1")
    first, second = (read(replace(theirs, rating=words))[0] for words in ("Kind of", "Not quite"))
    told = {item.field: (item.old, item.new) for item in differences(first, second)}
    assert told == {"Rating": ("Kind of", "Not quite")}


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
    found, broken = html_page.read(page).documents
    assert found[1]["claimReviewed"] == "X."
    assert (broken[0], type(broken[1])) == ("script 2", files.UnreadableError)


def test_markup_and_entities_are_taken_off_and_the_words_kept():
    made, _ = read(
        ExternalReview(claim="<p>Coal &amp; <b>ships</b>\n came.</p>", reviewer="AFP", rating="A whole sentence.")
    )
    assert made.statement == "Coal & ships came."
    assert (made.verdict, made.imported.rating) == (None, "A whole sentence.")


def test_a_reviewer_has_the_website_that_the_review_names_and_else_that_of_its_address():
    syndicated = ExternalReview(claim="Coal came.", reviewer="AFP", url="https://news.example/coal-1")
    assert read(syndicated)[0].reviewer.url == "https://news.example/"
    assert read(replace(syndicated, reviewer_url="https://afp.example/"))[0].reviewer.url == "https://afp.example/"
    for odd in ("/author/jane", "www.afp.example", "n/a", "https://[", "https://afp.example/author/jane"):
        assert read(replace(syndicated, reviewer_url=odd))[0].reviewer.url == "https://news.example/"


@pytest.mark.parametrize(
    "names", [("Россия 1", "Канал 1"), ("выборы 2024", "война 2024"), ("王伟", "王薇"), ("Öl", "Эл")]
)
def test_names_in_other_letters_are_no_one_source_or_topic(names):
    made = [
        read(ExternalReview(claim="Coal came.", reviewer="AFP", claimant=name, topics=(name,)))[0] for name in names
    ]
    assert len({record.claimant.slug for record in made}) == len({record.topics[0].slug for record in made}) == 2
    assert {record.claimant.slug for record in made}.isdisjoint({"1", "2024"})


def test_what_was_brought_in_under_a_former_address_of_a_name_is_still_known():
    review = ExternalReview(claim="Coal came.", reviewer="AFP", claimant="Россия 1")
    made = read(review)[0]
    assert str(made.uid) == str(uuid5(NAMESPACE_URL, "afp 1 coal came"))
    assert made.claimant.slug.startswith("rossiya-1-")
    for name in ("Ann Lee", "Правда", "1"):  # whose address never was another's, and stays
        assert read(replace(review, claimant=name))[0].claimant.slug == former_slug_of_name(name, "source")


def test_a_source_has_an_address_of_the_web_or_none():
    for odd in ("https://exa mple.org/x", "https://", "afp.example", "https://a.example/" + "x" * 2000):
        assert read(ExternalReview(claim="X.", reviewer="AFP", claimant="Ann", claimant_url=odd))[0].claimant.url == ""
    shouted = ExternalReview(claim="X.", reviewer="AFP", claimant="Ann", claimant_url="HTTPS://ann.example/")
    assert read(shouted)[0].claimant.url == "HTTPS://ann.example/"


def test_a_review_on_a_host_with_a_long_name_is_taken():
    host = f"{'a' * 60}.{'b' * 60}.example"
    made = read(ExternalReview(claim="X.", reviewer="AFP", appearances=(f"https://{host}/1",)))[0]
    assert made.appearances[0].article.url == f"https://{host}/1"


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
