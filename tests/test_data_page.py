"""What we give away as data: its page, its description for machines, its snapshot, its licence."""

import hashlib
import json
import subprocess

import pytest
from django.core.management import CommandError, call_command

from claims.interchange.exports import FORMATS
from claims.interchange.formats import csv
from claims.models import Page
from claims.public.data import PURPOSES
from tests import desk
from tests.answers import get

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_the_page_offers_every_format_and_says_what_the_columns_mean(client):
    desk.published()
    page = client.get("/data/").content.decode()
    assert PURPOSES.keys() == FORMATS.keys()
    for name in FORMATS:
        assert f'href="/export/{name}"' in page
    assert all(f"<code>{name}</code>" in page for name in csv.COLUMNS)
    assert '"@type": "Dataset"' in page


def test_the_package_describes_what_the_files_hold(client):
    desk.published()
    package = get(client, "/datapackage.json")
    resources = {item["name"]: item for item in package["resources"]}
    assert resources.keys() == FORMATS.keys()
    header = b"".join(client.get("/export/csv").streaming_content).decode().splitlines()[0]
    assert [field["name"] for field in resources["csv"]["schema"]["fields"]] == header.split(",")


def test_a_snapshot_holds_every_format_and_its_checksums_hold(tmp_path):
    desk.published(statement="Ten ships came.")
    desk.claim(statement="A secret draft.")
    gone = desk.published(statement="Coal came.")
    desk.retracted(gone.claim, "Another port.")
    call_command("snapshot", str(tmp_path))
    (folder,) = tmp_path.iterdir()
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=False).returncode == 0
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}") == (resource["bytes"], resource["hash"])
        assert b"secret" not in content
        assert b"Coal came." in content or resource["name"] in {"claimreview", "annotation"}
    with pytest.raises(CommandError, match="is there already"):
        call_command("snapshot", str(tmp_path))


def test_the_licence_is_told_wherever_texts_and_data_leave(client, settings):
    desk.published()
    assert "all rights reserved" in client.get("/").content.decode()
    settings.LICENCE_NAME, settings.LICENCE_URL = "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"
    for address in ("/", "/data/", "/api/"):
        assert '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>' in (
            client.get(address).content.decode()
        )
    assert get(client, "/datapackage.json")["licenses"][0]["path"] == settings.LICENCE_URL
    assert get(client, "/api/v1/openapi.json")["info"]["license"]["name"] == "CC BY 4.0"
    assert "CC BY 4.0" in client.get("/claims/feed.atom").content.decode()
    assert "CC BY 4.0" in client.get("/claims/feed.rss").content.decode()


def test_the_api_has_a_page_for_people(client):
    desk.published()
    page = client.get("/api/").content.decode()
    assert 'href="/api/v1/openapi.json"' in page
    assert "600 requests a minute" in page


def test_nothing_is_published_yet_and_the_descriptions_are_valid(client):
    assert client.get("/data/").status_code == 200
    assert "created" not in get(client, "/datapackage.json")


def test_the_whole_fixture_of_the_page_is_that_of_the_command(client, tmp_path):
    """Else a copy of the page's file has another chain hash than the one that the page says to cite."""
    desk.published()
    desk.shown_anew(Page(name="about", text="Who we are."))
    call_command("export", str(tmp_path / "all.json"))
    assert b"".join(client.get("/export/fixture").streaming_content) == (tmp_path / "all.json").read_bytes()
    narrowed = b"".join(client.get("/export/fixture?verdict=true").streaming_content)
    assert len(narrowed) < (tmp_path / "all.json").stat().st_size


def test_files_of_one_ending_have_names_of_their_own(client):
    names = [client.get(f"/export/{name}")["Content-Disposition"] for name in FORMATS]
    assert len(set(names)) == len(FORMATS) and 'attachment; filename="claims.csv"' in names
