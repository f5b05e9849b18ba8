"""What a review should be read again for: each kind of fault is named, an answered one is not. It decides nothing."""

from datetime import date

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from claims import record, workflow
from claims.models import Publication
from claims.record.build import next_record
from claims.record.content_rules import RULES, cautions
from claims.vocabulary import PublicationKind
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

SOUND = {
    "verdict": "false",
    "confidence": 78,
    "statement": "Ten ships came to the harbour in May.",
    "summary": "The harbour's log has none.",
    "rationale": "The log of May lists no ship [1].",
}


def review(*, evidence=(), appears=False, **fields):
    """The record that a claim would be submitted as."""
    draft = desk.claim(**{**SOUND, "claimant": desk.source("vera-smith", name="Vera Smith", kind="person"), **fields})
    item = {
        "publisher": desk.source("harbour"),
        "origin": desk.source("harbour"),
        "published_on": date(2025, 6, 1),
        "stance": "refutes",
    }
    for given in evidence or [{}]:
        desk.with_evidence(draft, **{**item, **given})
    if appears:
        desk.appear(draft, desk.article(), "ten ships")
    return next_record(draft, PublicationKind.ORIGINAL, "", None)


def rules(document):
    return {caution.rule for caution in cautions(document)}


def test_a_sound_review_is_let_be():
    assert cautions(review(appears=True)) == []


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("confidence", {"confidence": 97}),
        ("confidence", {"evidence": [{"reliability": "F"}]}),
        ("independence", {"summary": "Two independent reports say so."}),
        ("independence", {"evidence": [{"note": "Independent report of the same day."}]}),
        ("dates and origins", {"evidence": [{"published_on": date(2031, 1, 1)}]}),
        ("dates and origins", {"evidence": [{"published_on": None}]}),
        ("dates and origins", {"evidence": [{"publisher": None}]}),
        ("dates and origins", {"evidence": [{"origin": None}]}),
        ("grades", {"evidence": [{}, {"credibility": "6"}]}),
        ("claimant", {"statement": "Vera Smith said that ten ships came."}),
        ("claimant", {"statement": "Smith's letter announced ten ships."}),
        ("claimant", {"statement": "In her letter Smith promised ten ships."}),
        ("claimant", {"statement": "During his visit Smith promised ten ships."}),
        ("who and when", {"claimant": None}),
        ("who and when", {"made_on": None}),
        ("citation", {"rationale": "The log lists none."}),
        ("citation", {"rationale": "The log lists none [2]."}),
    ],
)
def test_a_fault_is_named_by_its_rule(rule, given):
    assert rule in rules(review(**given))


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        ("confidence", {"confidence": 97, "rationale": "No ship [1]. On our confidence: nobody else could know."}),
        ("independence", {"summary": "Nothing independent of the harbour says so."}),
        ("dates and origins", {"evidence": [{"published_on": None, "note": "The log has no date."}]}),
        ("dates and origins", {"evidence": [{"origin": None, "note": "It names no origin."}]}),
        ("grades", {"evidence": [{"credibility": "6"}], "rationale": "The log [1], which we could not grade."}),
        ("claimant", {"statement": "Vera Brown said that ten ships came."}),
        ("claimant", {"statement": "Smith owns ten ships."}),
        ("who and when", {"made_on": None, "made_reason": "A poster without a date."}),
    ],
)
def test_what_the_review_answers_is_not_named(rule, given):
    assert rule not in rules(review(**given))


def test_whose_words_a_passage_is_must_be_known():
    document = review(appears=True)
    values = document.as_json()
    del values["appearances"][0]["article"]["rights"]
    assert rules(record.parse(values)) == {"quotation"}


def test_the_approver_and_the_submitter_are_told_and_it_stops_nobody(client):
    editor = sign_in(client, "editor")
    draft = desk.with_evidence(desk.claim(rationale="The log lists none."))
    workflow.take("start_review", draft, by=editor)
    page = client.get(reverse("admin:claims_difference", args=[draft.pk])).content.decode()
    assert "the rationale cites no evidence" in page
    submitted = workflow.take("submit", draft, by=editor)
    approver = sign_in(client, "approver")
    assert "cites no evidence" not in client.get(draft.get_absolute_url()).content.decode()  # blind
    workflow.second_opinions.read_review(submitted, by=approver)
    assert "the rationale cites no evidence" in client.get(draft.get_absolute_url()).content.decode()
    assert desk.approve(submitted, by=approver).status == "published"


def test_verify_lists_what_stands_and_what_waits(capsys):
    desk.published(rationale="The log lists none.")
    waiting = desk.awaiting(desk.with_evidence(desk.claim(rationale="None at all.")))
    capsys.readouterr()
    call_command("verify", "--content")
    told = capsys.readouterr()
    assert f"{Publication.objects.get().slug}: citation: " in told.out
    assert f"{waiting.slug} (awaiting approval): citation: " in told.out
    assert "2 reviews read" in told.err


def test_every_rule_is_explained_to_editors():
    text = (settings.BASE_DIR / "docs" / "editors.md").read_text()
    assert all(f"**{name}**" in text for name in RULES)
