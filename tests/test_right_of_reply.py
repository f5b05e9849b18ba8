"""Whom the desk asked, when and how, and what they said or did not: with the claim, in the record once published."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.models import ReplyRequest
from tests import desk
from tests.desk_forms import form_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def asked(made, **fields):
    values = {"asked": desk.source(), "asked_on": date(2026, 1, 5), "channel": "by e-mail"}
    found = ReplyRequest(claim=made, **{**values, **fields})
    found.full_clean()
    found.save()
    return found


def test_an_answer_and_a_silence_are_told_to_readers_once_published(client):
    draft = desk.with_evidence(desk.claim())
    asked(draft, answered_on=date(2026, 1, 7), answer="There were none.\nAsk the port.")
    asked(draft, asked=desk.source("port", name="Port of Call"), channel="by telephone")
    publication = desk.published(draft)
    first, second = publication.record["replies"]
    assert (first["asked"]["name"], first["answer"]) == ("Ministry", "There were none.\nAsk the port.")
    assert (second["channel"], second["answered_on"], second["answer"]) == ("by telephone", None, "")
    page = client.get(publication.get_absolute_url()).content.decode()
    assert "Right of reply" in page and "There were none.<br>Ask the port." in page
    assert "No answer by the time of publication." in page


def test_a_record_without_a_request_says_nothing_of_it(client):
    publication = desk.published()
    assert "replies" not in publication.record
    assert "Right of reply" not in client.get(publication.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"answered_on": date(2026, 1, 1), "answer": "No."}, "after the question"),
        ({"answer": "No."}, "when they answered"),
    ],
)
def test_an_answer_comes_after_the_question_on_a_day(fields, words):
    with pytest.raises(ValidationError, match=words):
        asked(desk.claim(), **fields)


def test_it_is_written_in_the_claims_form_and_a_retraction_keeps_none_of_it(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    row = {"asked": desk.source().pk, "asked_on": "2026-01-05", "channel": "by letter"}
    data = {
        **form_of(client, made),
        "reply_requests-TOTAL_FORMS": 1,
        **{f"reply_requests-0-{name}": value for name, value in row.items()},
    }
    assert client.post(made.get_absolute_url(), data).status_code == 302
    assert made.reply_requests.get().channel == "by letter"
    publication = desk.published(made)
    assert publication.record["replies"][0]["channel"] == "by letter"
    assert "replies" not in desk.retracted(publication.claim, "We asked the wrong ministry.").record


def test_it_goes_out_in_a_fixture_and_is_known_when_it_comes_back():
    draft = desk.with_evidence(desk.claim())
    asked(draft)
    desk.published(draft)
    text = "".join(fixture.write(exports.all_objects()))
    assert "claims.replyrequest" in text
    report = fixtures.bring_in(fixture.read(text.encode()), desk.importer())
    assert report.same == text.count('"model": ') and not any(report.added.values())
