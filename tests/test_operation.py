"""What those who run the site rely on: probes, metrics, named requests, an end to slow queries."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from factcheck.health import AddRequestId
from tests import desk

ROOT = Path(__file__).resolve().parent.parent


def test_health_needs_no_database_no_known_host_and_no_https(settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")


@pytest.mark.django_db
def test_ready_once_the_database_answers_and_is_migrated(monkeypatch):
    assert Client().get("/readyz").content == b"ready\n"

    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", fail)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert b"gone" not in answer.content


@pytest.mark.django_db
def test_metrics_are_for_a_token_or_the_desk(client, settings):
    settings.METRICS_TOKEN = "a-long-token"
    desk.published()
    client.get("/claims/")
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer other"}).status_code == 404
    answer = client.get("/metrics", headers={"authorization": "Bearer a-long-token"})
    families = {family.name: family for family in text_string_to_metric_families(answer.content.decode())}
    counted = [s for s in families["factcheck_request_seconds"].samples if s.name.endswith("_count")]
    assert any(s.labels == {"page": "public:claims", "method": "GET", "status": "200"} and s.value for s in counted)
    client.force_login(desk.person("editor"))
    assert client.get("/metrics").status_code == 404
    client.force_login(desk.person("administrator"))
    assert client.get("/metrics").status_code == 200


@pytest.mark.django_db
def test_no_token_set_lets_nobody_in_with_an_empty_one(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
def test_a_request_has_an_id_in_the_log_and_keeps_the_one_a_proxy_gave(client, caplog):
    caplog.handler.addFilter(AddRequestId())
    with caplog.at_level(logging.INFO, "factcheck.requests"):
        answer = client.get("/methodology/", headers={"x-request-id": "abc-12345678"})
        other = client.get("/methodology/", headers={"x-request-id": "no good\nid: x"})
    assert answer["X-Request-ID"] == "abc-12345678" and "X-Request-ID" not in other
    first, second = (record for record in caplog.records if record.name == "factcheck.requests")
    assert (first.request_id, first.page, first.status) == ("abc-12345678", "public:methodology", 200)
    assert len(second.request_id) == 32


def test_the_log_is_json_where_that_is_asked_for():
    code = "import logging, django; django.setup(); logging.getLogger('x').error('It %s', 'broke')"
    environment = {**os.environ, "LOG_FORMAT": "json", "DJANGO_SETTINGS_MODULE": "factcheck.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    line = json.loads(done.stderr)
    assert (line["levelname"], line["name"], line["message"], line["request_id"]) == ("ERROR", "x", "It broke", "")


FOREVER = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(60)",
}


@pytest.fixture
def slow(monkeypatch, settings):
    """Make the list ask something that never ends."""
    settings.QUERY_SECONDS = 0.2

    def ask_forever():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL statement_timeout = 200")  # as the reader's own connections have it
            cursor.execute(FOREVER[connection.vendor])

    monkeypatch.setattr("claims.search.snapshot.latest_snapshot", ask_forever)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/claims/", "/api/v1/claims", "/claims/feed.atom"])
def test_a_query_that_takes_too_long_is_ended_and_says_when_to_come_back(slow, address):
    answer = Client().get(address)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store")
    assert b"took too long" in answer.content
    if address.startswith("/api/"):
        assert answer["Content-Type"] == "application/problem+json" and answer.json()["status"] == 503


@pytest.mark.django_db
def test_readers_have_connections_that_only_read_and_not_for_long():
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        "for name in ('reader', 'replica0', 'replica1'):\n"
        "    given = settings.DATABASES[name]\n"
        "    print(name, given['NAME'], given['OPTIONS']['options'])\n"
        "print(settings.DATABASES['default']['OPTIONS'])\n"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://u:p@primary/one",
        "DATABASE_REPLICA_URLS": "postgres://u:p@a/two,postgres://u:p@b/three",
        "QUERY_SECONDS": "7",
        "DJANGO_SETTINGS_MODULE": "factcheck.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    limits = "-c statement_timeout=7000 -c default_transaction_read_only=on"
    assert done.stdout.splitlines() == [
        f"reader one {limits}",
        f"replica0 two {limits}",
        f"replica1 three {limits}",
        "{'pool': True}",
    ]
