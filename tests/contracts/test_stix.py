"""STIX 2.1, taken by stix2."""

import pytest
import stix2
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from claims import workflow
from claims.interchange.formats import stix
from claims.record import record_hash
from tests import desk
from tests.contracts.records import SITE, document, values_of
from tests.test_record import records


@settings(max_examples=25)
@given(st.lists(records, min_size=1, max_size=3))
def test_a_stix_bundle_is_taken_by_stix2(made):
    unique = {item.uid: item for item in made}.values()
    bundle = stix2.parse(document(stix.write(values_of(unique), SITE)), allow_custom=False)
    notes = [item for item in bundle.get("objects", []) if item["type"] == "note"]
    assert [note["abstract"] for note in notes] == [item.statement for item in unique]
    assert [note.get("confidence") for note in notes] == [item.confidence for item in unique]


@pytest.mark.django_db
def test_second_opinions_are_opinions_about_the_note_and_name_nobody(tmp_path):
    approver = desk.person("approver", "secret-name")
    claim = desk.awaiting(desk.with_evidence(desk.claim(verdict="false")))
    workflow.second_opinions.give_opinion(claim, by=approver, verdict="mostly_false", confidence=70, note="private")
    desk.approve(claim, by=approver)
    path = tmp_path / "bundle.json"
    call_command("export", "--format", "stix", "--scope", "all", str(path))
    bundle = stix2.parse(path.read_text())
    (opinion,) = (item for item in bundle["objects"] if item["type"] == "opinion")
    (note,) = (item for item in bundle["objects"] if item["type"] == "note")
    assert (opinion["opinion"], opinion["object_refs"]) == ("agree", [note["id"]])
    assert "secret-name" not in path.read_text()
    assert "private" not in path.read_text()


@given(records)
def test_the_same_claim_is_the_same_object_in_every_bundle(made):
    first, second = (document(stix.write([made.as_json()], site))["objects"] for site in (SITE, "https://b.example"))
    assert [item["id"] for item in first] == [item["id"] for item in second]


@given(records)
def test_the_reference_to_our_record_has_its_hash(made):
    (note,) = (item for item in document(stix.write([made.as_json()], SITE))["objects"] if item["type"] == "note")
    kept = note["external_references"][0]
    assert kept["url"].endswith("/record.json")
    assert kept["hashes"] == {"SHA-256": record_hash(made.as_json())}
