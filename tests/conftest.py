"""Every test that touches the database runs on SQLite and on PostgreSQL.

`django_db_setup` is parametrised, so pytest runs all of a worker's tests on the one database and
then on the other. Where no PostgreSQL can be started those runs skip, with reason and remedy.
"""

from __future__ import annotations

import fcntl
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

hypothesis_settings.register_profile("without a clock", deadline=None, max_examples=50)
hypothesis_settings.load_profile("without a clock")

DATABASES = ("sqlite", "postgresql")


def pytest_configure(config: pytest.Config) -> None:
    """Fast password hashing, plain static files that no client looks through first, no HTTPS."""
    from django.conf import settings

    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = None
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what takes long and goes wrong seldom, unless it is asked for: pytest -m endurance."""
    if "endurance" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("endurance")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage among what tests make alone, and seldom: what is imported by now stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = {"db", "transactional_db", "live_server", "client", "admin_client", "django_db_setup"}
    uses_database = wanted & set(metafunc.fixturenames) or metafunc.definition.get_closest_marker("django_db")
    if uses_database:
        if "django_db_setup" not in metafunc.fixturenames:
            metafunc.fixturenames.insert(0, "django_db_setup")
        only = metafunc.definition.get_closest_marker("database")
        databases = only.args if only else DATABASES
        if "contracts" in metafunc.definition.path.parts:  # formats are made of records, which are the same on both
            databases = ("sqlite",)
        marked = [
            pytest.param(name, marks=pytest.mark.postgres) if name == "postgresql" else name for name in databases
        ]
        metafunc.parametrize("django_db_setup", marked, indirect=True, scope="session")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[None]:
    import environ
    from django.core.management import call_command
    from django.db import connections
    from django.test.utils import setup_databases, teardown_databases

    from tests import postgres_server

    vendor = getattr(request, "param", "sqlite")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    with ExitStack() as stack:
        settings_dict = connections.settings["default"]
        kept = dict(settings_dict)
        if vendor == "postgresql":
            try:
                url = stack.enter_context(postgres_server.running())
            except postgres_server.NoPostgresError as error:
                pytest.skip(str(error))
            settings_dict.update(environ.Env.db_url_config(url), OPTIONS={})
            settings_dict["TEST"] = {**settings_dict["TEST"], "NAME": f"test_factcheck_{worker}"}
        else:
            folder = tmp_path_factory.mktemp("sqlite")
            settings_dict["TEST"] = {**settings_dict["TEST"], "NAME": str(folder / "test.sqlite3")}
            settings_dict["ENGINE"] = "factcheck.sqlite"
            settings_dict["OPTIONS"] = {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
            }
        # from the models, which CI proves to be what the migrations make; other tests run those, step by step
        settings_dict["TEST"] = {**settings_dict["TEST"], "MIGRATE": False}
        forget_connection()
        with django_db_blocker.unblock():
            created = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
            call_command("migrate", fake=True, verbosity=0)
        yield
        if vendor == "sqlite" or "TEST_POSTGRES_URL" in os.environ:  # our own server goes with its databases
            with django_db_blocker.unblock():
                teardown_databases(created, verbosity=0)
        forget_connection()
        settings_dict.clear()
        settings_dict.update(kept)


@pytest.fixture(scope="session")
def static_files() -> None:
    """The static files of a site, in the one folder of all that run tests here."""
    with Path(gettempdir(), "factcheck-tests-collectstatic").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=Path(__file__).resolve().parent.parent, check=True, capture_output=True)


def forget_connection() -> None:
    """Make Django open the database anew, by the settings as they are now."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connections

    connections["default"].close()
    del connections["default"]
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def one_context_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a page's own context for `response.context`: copies of those of its hundreds of parts take long."""
    from django.test import client

    store = client.store_rendered_templates

    def store_first(kept: dict[str, Any], *args: Any, **named: Any) -> None:
        if not kept:
            store(kept, *args, **named)

    monkeypatch.setattr(client, "store_rendered_templates", store_first)


@pytest.fixture(autouse=True)
def in_the_sites_language() -> Iterator[None]:
    """A page in another language leaves it active for what the same thread does next."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def flushed_past_the_triggers(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with transactions of its own ends in a flush, which deletes: what is append-only goes before it.

    The flush ends as a migration does, and so makes triggers, search tables and roles anew.
    """
    marker = request.node.get_closest_marker("django_db")
    is_flushed = bool(marker and marker.kwargs.get("transaction"))
    if not (is_flushed or {"transactional_db", "live_server"} & set(request.fixturenames)):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from django.db import connection

    from claims.models import triggers
    from claims.search import index

    triggers.remove(connection)
    index.remove(connection)


@pytest.fixture(autouse=True)
def nobody_has_asked_yet() -> None:
    """Rates are counted in the cache."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def publication(db: None) -> Any:
    """A published claim that has evidence, a topic and a place in an article."""
    from tests import desk

    draft = desk.with_evidence(desk.claim(statement="Ten ships came."))
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships")
    return desk.published(draft)


@pytest.fixture
def without_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from claims.matching import embeddings

    monkeypatch.setattr(embeddings, "multilingual", lambda: None)
    monkeypatch.setattr(embeddings, "english", lambda: None)


@pytest.fixture
def failing_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from claims.matching import vectors

    class Broken:
        NAME = "broken"

        def of_records(self, records: list[dict[str, Any]]) -> None:
            raise RuntimeError("no memory left")

    monkeypatch.setattr(vectors, "models", lambda: [Broken()])


@pytest.fixture
def published(db: None) -> list[Any]:
    """Three published claims, with what follows a publication."""
    from tests import statements

    return [statements.publish(text) for text in (statements.ROCKETS, statements.COAL, statements.HOSPITAL)]
