"""Dates are told as they are known: a month, a span with its reason, or not at all; events have dates of their own."""

import json
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from claims import record
from claims.interchange.formats.claimreview import claim_review
from claims.models import Card, Claim, Publication
from claims.record import cards, columns
from tests import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

SPAN = {
    "published_on": date(2024, 11, 1),
    "published_on_precision": "month",
    "published_until": date(2024, 12, 1),
    "published_reason": "by the events it tells of",
}


def published(slug="a-claim", *, article=(), **claim):
    draft = desk.with_evidence(desk.claim(slug=slug, **claim))
    if article:
        desk.appear(draft, desk.article(**dict(article)), "ten ships came in May")
    return desk.published(draft)


class TestAnArticleOfWhichOnlyASpanIsKnown:
    def test_says_so_with_the_reason_on_every_page_that_dates_it(self, client):
        publication = published(article=SPAN)
        for address in (publication.get_absolute_url(), "/articles/an-article/"):
            page = client.get(address).content.decode()
            assert "November 2024 – December 2024 (<bdi>by the events it tells of</bdi>)" in page
        assert "November 2024 – December 2024" in client.get("/articles/").content.decode()

    def test_keeps_it_in_the_record_the_card_and_the_review_for_search_engines(self):
        publication = published(article=SPAN)
        (appearance,) = record.parse(publication.record).appearances
        card = cards.parse(Card.objects.articles().get().record)
        for told in (appearance.article, card):
            assert (told.published_until, told.published_on_precision) == (date(2024, 12, 1), "month")
        review = claim_review(publication.record, "https://desk.example")
        assert review["itemReviewed"]["firstAppearance"]["datePublished"] == "2024-11/2024-12"

    def test_can_have_no_date_and_a_reason(self, client):
        published(article={"published_reason": "its page was not found"})
        assert "its page was not found" in client.get("/articles/an-article/").content.decode()


def test_an_article_of_a_plain_day_has_nothing_added_to_its_record():
    publication = published(article={"published_on": date(2024, 11, 3)})
    assert "published_until" not in json.dumps(publication.record)
    assert "published_on_precision" not in json.dumps(Card.objects.articles().get().record)


class TestAClaim:
    def test_tells_in_which_span_it_was_made_and_why_that_is_known_no_better(self, client):
        publication = published(
            made_on=date(2023, 1, 1),
            made_on_precision="month",
            made_until=date(2023, 3, 1),
            made_reason="as the broadcast was repeated",
        )
        page = client.get(publication.get_absolute_url()).content.decode()
        assert "January 2023 – March 2023" in page and "as the broadcast was repeated" in page
        assert "January 2023 – March 2023" in client.get("/claims/").content.decode()

    def test_has_the_date_of_the_event_apart_from_the_day_it_was_claimed(self, client):
        publication = published(made_on=date(2024, 5, 2), event_on=date(1961, 7, 6))
        assert (publication.made_on, publication.event_on) == (date(2024, 5, 2), date(1961, 7, 6))
        page = client.get(publication.get_absolute_url()).content.decode()
        assert "2 May 2024" in page and "Event: 6 Jul 1961" in " ".join(page.split())

    @pytest.mark.parametrize(
        "span",
        [
            {"made_until": date(2024, 1, 1)},
            {"made_on": date(2024, 2, 1), "made_until": date(2024, 1, 1)},
            {"event_on": date(2024, 2, 1), "event_until": date(2024, 1, 31)},
        ],
        ids=["no first day", "ends before it begins", "event ends before it begins"],
    )
    def test_with_a_span_the_wrong_way_round_is_refused_in_words(self, span):
        with pytest.raises(ValidationError, match="a span needs its first day"):
            Claim(slug="a-claim", statement="It left.", **span).full_clean()

    def test_with_such_a_span_in_its_record_is_refused(self):
        values = published().record | {"event_on": "2024-02-01", "event_until": "2024-01-01"}
        with pytest.raises(ValueError, match="event_until needs event_on"):
            record.parse(values)


def test_a_timeline_goes_by_the_event_and_else_by_the_day_of_the_claim(client):
    topic = desk.topic("ships")
    for slug, dates in {
        "told-late-of-long-ago": {"made_on": date(2024, 5, 2), "event_on": date(1961, 7, 6)},
        "of-its-own-day": {"made_on": date(2000, 2, 9)},
        "undated": {"made_on": None},
        "of-the-future": {"made_on": date(1990, 1, 1), "event_on": date(2030, 1, 1), "event_precision": "year"},
    }.items():
        draft = desk.with_evidence(desk.claim(slug=slug, statement=f"Claim {slug}.", **dates))
        draft.topics.add(topic)
        desk.published(draft)
    page = client.get("/topics/ships/timeline/").content.decode()
    places = [page.find(f"Claim {slug}.") for slug in ("of-the-future", "of-its-own-day", "told-late-of-long-ago")]
    assert sorted(places) == places and places[0] > 0
    assert "Claim undated." not in page and '<h2 id="year-1961">' in page


def test_the_columns_of_lists_are_those_of_the_record():
    published(made_on=date(2024, 5, 2), event_on=date(1961, 7, 1), event_precision="month")
    assert not list(columns.columns_that_differ(Publication.objects.get()))
