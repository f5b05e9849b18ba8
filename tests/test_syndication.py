"""What leaves the readers' site for machines, read by the field's own parsers; and what changed between versions."""

import pytest

from tests import desk
from tests.answers import feed_of

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_corrections_have_a_log_and_a_feed(client):
    first = desk.published(statement="Ten ships came.")
    desk.republished(first, verdict="true", note="We misread the log.")
    page = client.get("/corrections/").content.decode()
    assert "We misread the log." in page
    (entry,) = feed_of(client, "/corrections/feed.atom").entries
    assert entry.summary == "We misread the log."
    assert entry.link.endswith(f"/claims/{first.slug}/")


def test_a_version_shows_what_it_changed_of_the_one_before(client):
    first = desk.published()
    desk.republished(first, verdict="true", summary="Ten did come.")
    page = client.get(f"/claims/{first.slug}/v/2/").content.decode()
    assert "What this version changed" in page
    assert "<del>Port records show no ship.</del>" in page
    assert "<ins>Ten did come.</ins>" in page
    assert "What this version changed" not in client.get(f"/claims/{first.slug}/v/1/").content.decode()


def test_the_methodology_names_every_scale_of_the_vocabulary(client):
    from claims.scales import CONFIDENCE_BANDS, LIKELIHOOD_BANDS
    from claims.vocabulary import Verdict

    page = client.get("/methodology/").content.decode()
    words = [*Verdict.labels, *(band.label for bands in CONFIDENCE_BANDS.values() for band in bands)]
    assert all(word in page for word in [*map(str, words), *(name for name, _, _ in LIKELIHOOD_BANDS)])


def test_a_record_may_be_kept_for_good(client):
    publication = desk.published()
    answer = client.get(f"{publication.get_version_url()}record.json")
    assert "public" in answer["Cache-Control"]
    again = client.get(publication.get_absolute_url())
    etag = {"If-None-Match": again["ETag"]}
    assert client.get(publication.get_absolute_url(), headers=etag).status_code == 304


def test_a_page_shows_what_we_said_on_a_day(client, monkeypatch):
    from datetime import UTC, datetime

    from django.utils import timezone

    with monkeypatch.context() as clock:
        clock.setattr("claims.record.build.timezone.now", lambda: datetime(2025, 1, 30, 23, 59, tzinfo=UTC))
        first = desk.published(summary="The first words.")
    second = desk.republished(first, verdict="true", summary="The second words.")
    address = second.get_absolute_url()
    today = timezone.localdate().isoformat()
    assert "The second words." in client.get(address, {"as_of": today}).content.decode()
    future = client.get(address, {"as_of": "9998-12-31"})
    assert (future.status_code, "is in the future" in future.content.decode()) == (400, True)
    assert "The first words." in client.get(address, {"as_of": "2025-01-30"}).content.decode()
    assert client.get(address, {"as_of": "2025-01-29"}).status_code == 404
    early = client.get(address, {"as_of": "2001-01-01"})
    assert (early.status_code, b"not published anything on this claim by that date" in early.content) == (404, True)
    for odd in ("", "x", "2025-02-30", "9999-12-31", "<b>", "2" * 5000, "2025-01-30\0"):
        answer = client.get(address, {"as_of": odd})
        assert answer.status_code == 400, odd
        assert b"<b>" not in answer.content
    assert client.get("/claims/nothing-here/", {"as_of": today}).status_code == 404


def test_a_version_is_cited_by_its_permanent_address(client):
    publication = desk.published(statement="Coal & {ships} cost 5 % more_or_less.")
    page = client.get(publication.get_absolute_url()).content.decode()
    assert "False: Coal \\&amp; \\{ships\\} cost 5 \\% more\\_or\\_less." in page
    (item,) = client.get(f"{publication.get_version_url()}cite.json").json()
    assert item["URL"] == f"http://testserver{publication.get_version_url()}"
    assert item["title"] == f"False: {publication.statement}"
    assert item["container-title"] == "Factcheck"
