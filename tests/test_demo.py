"""The demo content and what the README says of setting up."""

import json
import os
import re
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from claims import search
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.record.verification import chain_faults
from claims.roles import ROLES
from tests import desk

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = ROOT / "fixtures" / "dprk_russia_partnership.json"

pytestmark = pytest.mark.django_db
content = pytest.mark.database("sqlite")  # what the content files say is the same on any database


@pytest.fixture
def demo(db):
    fixtures.bring_in(fixture.read(FIXTURE.read_bytes()), desk.importer())


@pytest.mark.slow
@content
def test_the_fixture_is_what_its_content_files_build(tmp_path):
    built = tmp_path / "built.json"
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DEBUG"}}
    subprocess.run([sys.executable, ROOT / "fixtures" / "build_demo.py", built], env=environment, check=True)
    assert built.read_bytes() == FIXTURE.read_bytes()


def test_the_demo_leaves_a_database_as_it_came_on_either_one(demo):
    assert "".join(fixture.write(exports.all_objects())) == FIXTURE.read_text()
    assert not list(chain_faults())


@pytest.mark.database("sqlite")
def test_plain_loaddata_takes_the_demo():
    call_command("loaddata", str(FIXTURE), verbosity=0)
    assert len(search.find("treaty").sequences) > 3
    assert "".join(fixture.write(exports.all_objects())) == FIXTURE.read_text()
    assert not list(chain_faults())


@content
def test_the_demo_names_no_account_that_can_sign_in():
    accounts = [row["fields"] for row in json.loads(FIXTURE.read_text()) if row["model"] == "auth.user"]
    assert all(account["password"] == "!" and account["is_active"] is False for account in accounts)


@pytest.mark.database("sqlite")
def test_the_demo_prints_a_sign_in_for_each_role_once(monkeypatch, settings):
    settings.HTTPS = False
    monkeypatch.setattr("claims.management.commands.demo.call_command", _without_files)
    first, second = StringIO(), StringIO()
    call_command("demo", no_serve=True, stdout=first)
    passwords = dict(re.findall(r"sign in as “(\w+)” with password  (\S+)", first.getvalue()))
    assert set(passwords) == set(ROLES)
    for name, password in passwords.items():
        user = User.objects.get(username=name)
        assert user.check_password(password)
        assert user.is_active
        assert [group.name for group in user.groups.all()] == [name]
    call_command("demo", no_serve=True, stdout=second)
    assert not re.search(r"with password  \S+", second.getvalue())


def _without_files(name, *args, **options):
    if name not in {"collectstatic", "migrate"}:
        call_command(name, *args, **options)


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_port_that_is_taken_is_said_with_the_way_to_name_another(settings):
    settings.HTTPS = False
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CommandError, match=f"served at {address}: name another port"):
            call_command("demo", address)


def test_a_command_on_a_database_without_tables_says_what_to_run_first(tmp_path):
    for command in (["import", str(FIXTURE)], ["export", "-"], ["verify"]):
        done = manage(*command, DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")
        assert done.returncode == 1, command
        assert "run “manage.py migrate” first" in done.stderr and "Traceback" not in done.stderr


@content
@pytest.mark.usefixtures("static_files")
def test_the_deployment_check_is_clean_and_tells_what_others_can_read(tmp_path):
    site = {"SECRET_KEY": "k" * 25 + "abcdefghij" * 4, "DATABASE_URL": f"sqlite:///{tmp_path / 'site.sqlite3'}"}
    done = manage("check", "--deploy", "--fail-level", "WARNING", **site)
    assert done.returncode == 0, done.stderr
    (tmp_path / "site.sqlite3").touch(0o644)
    (tmp_path / "site.sqlite3").chmod(0o644)
    assert "Others on this machine can open site.sqlite3" in manage("check", "--deploy", **site).stderr


def test_every_file_that_a_page_links_to_exists():
    for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        for address in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / address).exists(), (page.name, address)


def test_the_readme_is_read_in_five_minutes():
    assert len((ROOT / "README.md").read_text().split()) <= 900


@pytest.mark.database("sqlite")
def test_the_docs_name_every_setting_and_only_real_commands(db):
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    settings_named = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "operating.md").read_text()))
    names = re.findall(r'env\.\w+\(\s*"(\w+)"', (ROOT / "factcheck" / "settings.py").read_text())
    assert {"SECRET_KEY", *names} <= settings_named
    commands = {path.stem for path in (ROOT / "claims" / "management" / "commands").glob("[a-z]*.py")}
    assert {name for page in pages for name in re.findall(r"manage\.py (\w+)", page.read_text())} - commands <= {
        "migrate", "collectstatic", "createsuperuser", "loaddata", "makemessages", "compilemessages",
    }  # fmt: skip
