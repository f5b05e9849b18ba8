"""Every request from a stranger is bounded, whoever asks and whatever their headers say."""

import logging
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils import timezone

from claims import matching
from claims.client_address import client_address
from claims.models import PublicationVector
from factcheck import replicas
from tests import desk
from tests.statements import with_model

pytestmark = pytest.mark.django_db

FORGED = {"HTTP_COOKIE": "sessionid=made-up"}


@pytest.mark.parametrize("address", ["/check/", "/suggest/", "/claims/", "/api/v1/claims"])
def test_a_large_body_is_refused_before_it_is_read(client, settings, address):
    settings.PUBLIC_BODY = 1000
    answer = client.post(address, {"text": "x" * 2000})
    assert answer.status_code == 413
    assert "At most" in answer.content.decode()


@pytest.mark.parametrize("length", ["9" * 40, "-1", "1e3", "x"])
def test_a_length_that_is_none_is_refused(client, length):
    assert client.post("/check/", {"text": "x"}, CONTENT_LENGTH=length).status_code in {400, 413}


def test_on_the_desk_files_are_uploaded_by_those_who_are_signed_in(client, settings):
    settings.PUBLIC_BODY = 10
    given = {"username": "x" * 100, "password": "y", "kept": "<" * 100}
    assert client.post("/admin/login/", given).status_code == 413
    assert client.post("/admin/claims/article/add/", given, **FORGED).status_code == 413
    client.force_login(desk.person("editor"))
    assert client.post("/admin/claims/article/add/", given).status_code == 200


@pytest.mark.database("sqlite")  # PostgreSQL ends queries by the settings of readers' connections
def test_a_made_up_cookie_switches_off_no_limit(client, settings, monkeypatch):
    desk.published()
    tag = client.get("/claims/")["ETag"]
    assert client.get("/claims/", HTTP_IF_NONE_MATCH=tag, **FORGED).status_code == 304
    settings.QUERY_SECONDS = -1
    monkeypatch.setattr(replicas, "_STEPS", 1)
    assert client.get("/claims/?q=ships", **FORGED).status_code == 503


@pytest.mark.parametrize("cookie", ["sessionid=x", f"sessionid={'a' * 32}", "csrftoken=y"])
@pytest.mark.parametrize("address", ["/", "/claims/", "/claims/feed.atom", "/api/v1/claims", "/export/csv"])
def test_a_made_up_cookie_ends_no_shared_caching(client, address, cookie):
    answer = client.get(address, HTTP_COOKIE=cookie)
    assert "max-age=60" in answer["Cache-Control"] and not answer.cookies


def test_what_somebody_signed_in_sees_stays_their_own(client):
    client.force_login(User.objects.create_user("reader"))
    assert "no-store" in client.get("/claims/")["Cache-Control"]


def test_a_text_is_matched_while_no_other_is_and_else_asked_to_come_again(client):
    desk.published()
    with matching.turn.taken():
        page = client.post("/check/", {"text": "Ten ships came in May."})
        answer = client.get("/api/v1/match", {"text": "Ten ships came in May."})
        google = client.get("/v1alpha1/claims:search", {"query": "zebras waddle"})
    assert (google.status_code, google.json()["error"]["status"]) == (503, "UNAVAILABLE")
    assert int(google["Retry-After"]) > 0 and google["Access-Control-Allow-Origin"] == "*"
    assert (page.status_code, answer.status_code) == (503, 503)
    assert int(page["Retry-After"]) > 0
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Access-Control-Allow-Origin"] == "*"  # so that a script elsewhere reads when to come again
    assert client.post("/check/", {"text": "Ten ships came in May."}).status_code == 200


def test_who_is_asked_to_come_again_is_not_charged_for_it(client, monkeypatch):
    monkeypatch.setattr("claims.public.check.PER_ADDRESS", 1)
    with matching.turn.taken():
        assert client.post("/check/", {"text": "Ten ships came in May."}).status_code == 503
    assert client.post("/check/", {"text": "Ten ships came in May."}).status_code == 200
    assert client.post("/check/", {"text": "Ten ships came in May."}).status_code == 429


def test_what_a_feed_was_asked_for_is_not_written_into_the_log(client, caplog):
    assert client.get("/claims/feed.atom?verdict=x%0aERROR%20forged%1b[31m").status_code == 400
    assert "forged" not in caplog.text and "verdict" in caplog.text


def test_a_long_text_is_looked_up_for_so_long_only_and_says_what_was_left_out(client, monkeypatch):
    desk.published()
    monkeypatch.setattr(matching.turn, "SECONDS", -1.0)
    text = " ".join(f"Ship number {number} left the harbour." for number in range(20))
    assert "19 more passages were not checked" in client.post("/check/", {"text": text}).content.decode()


@with_model
def test_a_vector_that_was_missing_is_made_once(client):
    publication = desk.published()
    PublicationVector.objects.all().delete()
    client.post("/check/", {"text": publication.statement})
    assert set(PublicationVector.objects.values_list("sequence", flat=True)) == {publication.sequence}


@pytest.mark.parametrize(
    ("connection", "forwarded", "proxies", "address"),
    [
        ("192.0.2.1", "", [], "192.0.2.1"), ("192.0.2.1", "198.51.100.7", [], "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", ["10.0.0.0/8"], "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.7", ["10.0.0.0/8"], "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", ["10.0.0.0/8"], "203.0.113.9"),
        ("10.0.0.1", "rubbish", ["10.0.0.0/8"], "0.0.0.0"), ("", "", [], "0.0.0.0"),
        ("::1", "2001:db8::1", ["::1"], "2001:db8::1"),
    ],
)  # fmt: skip
def test_the_client_is_who_connects_or_who_a_trusted_proxy_names(settings, connection, forwarded, proxies, address):
    settings.TRUSTED_PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=connection, HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


def test_made_up_addresses_lift_no_ceiling(client, monkeypatch):
    cache.clear()
    monkeypatch.setattr("rest_framework.throttling.AnonRateThrottle.get_rate", lambda self: "2/min")
    monkeypatch.setattr("claims.public.suggest.PER_ADDRESS", 2)
    api = [client.get("/api/v1/topics", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(4)]
    sent = [
        client.post("/suggest/", {"text": "x"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{n}").status_code for n in range(4)
    ]
    assert api == [200, 200, 429, 429]
    assert sent == [303, 303, 429, 429]
    cache.clear()


def test_other_traffic_pushes_no_count_out(client, monkeypatch):
    monkeypatch.setattr("claims.public.suggest.PER_ADDRESS", 1)
    client.post("/suggest/", {"text": "x"})
    cache.clear()
    assert client.post("/suggest/", {"text": "x"}).status_code == 429


def test_a_stranger_locks_nobody_out(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    user = desk.person("approver")
    stranger, owner = Client(), Client()
    for _ in range(10):
        stranger.post(
            "/admin/login/", {"username": user.username, "password": "no"}, HTTP_X_FORWARDED_FOR="198.51.100.7"
        )
    right = {"username": user.username, "password": f"{user.username}-password"}
    assert stranger.post("/admin/login/", right, HTTP_X_FORWARDED_FOR="198.51.100.7").status_code == 429
    assert owner.post("/admin/login/", right, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 302


@pytest.mark.parametrize("token", ["é", "\u0665", "x"])
def test_odd_tokens_are_no_fault(client, settings, token):
    settings.METRICS_TOKEN = "right"
    assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 404


def test_a_log_line_cannot_be_forged(client, caplog):
    with caplog.at_level(logging.INFO, logger="factcheck.requests"):
        client.get("/x%0aERROR%20forged%1b%5b31m")
    assert "\n" not in caplog.messages[-1]
    assert "\x1b" not in caplog.messages[-1]


@pytest.mark.django_db
def test_other_sites_load_only_what_is_made_for_them(client):
    publication = desk.published()
    own = ["/", "/claims/", publication.get_absolute_url(), "/methodology/", "/admin/login/", "/nothing/"]
    for_all = ["/claims/feed.atom", f"/claims/{publication.slug}/card/", "/api/v1/claims", "/export/csv", "/robots.txt"]
    for_all += ["/picture.png", f"{publication.get_version_url()}picture.png", "/changes.jsonl", "/datapackage.json"]
    assert {client.get(path)["Cross-Origin-Resource-Policy"] for path in own} == {"same-origin"}
    assert {client.get(path)["Cross-Origin-Resource-Policy"] for path in for_all} == {"cross-origin"}
    again = client.get("/picture.png", headers={"if-none-match": client.get("/picture.png")["ETag"]})
    assert again.status_code == 304 and "Cross-Origin-Resource-Policy" not in again


def test_who_finds_a_hole_is_told_where_to_report_it(client, settings):
    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())
    assert lines["Contact"] == "http://testserver/contact/"
    assert timezone.now() < datetime.fromisoformat(lines["Expires"]) < timezone.now() + timedelta(days=365)
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    assert b"Contact: mailto:security@example.org" in client.get("/.well-known/security.txt").content
