"""Somebody else's copy, kept by the program in docs/data.md, is what stands here after any changes."""

import json
import random
import re
import sys
from pathlib import Path

import pytest
from django.conf import settings

from claims import workflow
from claims.models import Claim, Publication, Withholding
from tests import desk
from tests.answers import get
from tests.test_redaction import redact

pytestmark = [pytest.mark.database("sqlite"), pytest.mark.django_db(transaction=True)]

PROGRAM = re.search(
    r"```python\n(import json, os, sys.*?)```", (Path(settings.BASE_DIR) / "docs" / "data.md").read_text(), re.DOTALL
)[1]


class Copy:
    def __init__(self, site, path, monkeypatch):
        self.site, self.path, self.monkeypatch = site, path, monkeypatch

    def updated(self):
        self.monkeypatch.setattr(sys, "argv", ["mirror.py", self.site, str(self.path)])
        exec(compile(PROGRAM, "mirror.py", "exec"), {})
        return json.loads(self.path.read_text())["claims"]


def standing(client):
    lines = b"".join(client.get("/export/jsonl").streaming_content).splitlines()
    return {record["uid"]: record for record in map(json.loads, lines)}


class Desk:
    """Two people at random work; each act returns whether there was anything to do."""

    def __init__(self, dice):
        self.dice, self.editor, self.approver = dice, desk.person("editor"), desk.person("approver")

    def act(self):
        act = self.dice.choices(
            [self.publish, self.correct, self.retract, self.withhold, self.lift, self.redact], [8, 6, 2, 3, 3, 1]
        )[0]
        return act()

    def _one(self):
        withheld = Withholding.objects.standing().values("claim_id")
        rows = Publication.objects.current().reviews().exclude(claim_id__in=withheld).exclude(statement="")
        found = list(rows.order_by("sequence"))
        return self.dice.choice(found) if found else None

    def publish(self):
        return desk.published(verdict=self.dice.choice(["true", "false", "mixed"]), approver=self.approver)

    def correct(self):
        found = self._one()
        return found and desk.republished(found, verdict=self.dice.choice(["true", "mostly_true", "unproven"]))

    def retract(self):
        found = self._one()
        return found and desk.retracted(found.claim, "All wrong.")

    def withhold(self):
        found = self._one()
        return found and workflow.withholding.withhold(found.claim, by=self.approver, reason="A letter.")

    def lift(self):
        found = Withholding.objects.standing().first()
        if not found:
            return None
        claim = Claim.objects.get(uid=found.claim_id)
        proposal = workflow.withholding.propose_to_lift(claim, by=self.editor, reason="")
        workflow.cards.approve(proposal, by=self.approver, seal=proposal.seal)
        return claim

    def redact(self):
        withheld = Withholding.objects.standing().values("claim_id")
        followed = Publication.objects.filter(is_current=False).exclude(statement="").exclude(claim_id__in=withheld)
        return followed and redact(self.dice.choice(list(followed.order_by("sequence"))))


def random_changes(client, copy, count):
    dice = random.Random(23)
    people = Desk(dice)
    done = 0
    while done < count:
        done += bool(people.act())
        if dice.random() < 0.4:
            assert copy.updated() == standing(client)
    assert copy.updated() == standing(client)


def test_a_copy_is_equal_after_changes_of_every_kind(live_server, client, tmp_path, monkeypatch):
    monkeypatch.setattr("claims.interchange.changes.LIMIT", 4)
    copy = Copy(live_server.url, tmp_path / "copy.json", monkeypatch)
    assert copy.updated() == {}
    random_changes(client, copy, 25)


@pytest.mark.endurance
def test_a_copy_is_equal_after_a_thousand_changes(live_server, client, tmp_path, monkeypatch):
    monkeypatch.setattr("claims.interchange.changes.LIMIT", 40)
    monkeypatch.setitem(settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], "anon", "1000000/min")
    random_changes(client, Copy(live_server.url, tmp_path / "copy.json", monkeypatch), 1000)


def test_the_lines_say_the_same_and_where_to_go_on(client):
    desk.published(statement="Ten ships came.")
    *lines, last = map(json.loads, b"".join(client.get("/changes.jsonl").streaming_content).splitlines())
    assert [line["record"]["statement"] for line in lines] == ["Ten ships came."]
    answer = get(client, "/api/v1/changes")
    assert [found["uid"] for found in answer["results"]] == [line["uid"] for line in lines]
    gone_on = b"".join(client.get("/changes.jsonl", {"since": last["since"]}).streaming_content).splitlines()
    assert len(gone_on) == 1


@pytest.mark.parametrize(
    "since", ["x", "1", "-1", "1-x", "99999-00000000-0", "1-00000000-99999999999999999", "٠-00000000-٢"]
)
def test_a_place_that_no_answer_named_is_refused(client, since):
    assert get(client, "/api/v1/changes", status=400, since=since)["errors"]["since"]
    assert client.get("/changes.jsonl", {"since": since}).status_code == 400


def test_nothing_of_a_claim_that_was_never_public_is_told(client):
    desk.claim(statement="A secret draft.")
    assert get(client, "/api/v1/changes")["results"] == []


def test_what_is_withheld_at_the_beginning_needs_no_word_and_comes_once_it_is_shown_again(client, monkeypatch):
    monkeypatch.setattr("claims.interchange.changes.MOST_WITHHELD", 0)
    publication = desk.published()
    approver = desk.person("approver")
    workflow.withholding.withhold(publication.claim, by=approver, reason="A letter.")
    (change,) = get(client, "/api/v1/changes")["results"]
    assert (change["record"], change["reason"]) == (None, "withheld")
    monkeypatch.undo()
    since = get(client, "/api/v1/changes")["since"]
    proposal = workflow.withholding.propose_to_lift(publication.claim, by=desk.person("editor"), reason="")
    workflow.cards.approve(proposal, by=approver, seal=proposal.seal)
    (change,) = get(client, "/api/v1/changes", since=since)["results"]
    assert change["record"] == publication.record


def test_a_place_in_a_chain_that_was_put_back_and_went_on_otherwise_is_refused(client):
    desk.published()
    since = get(client, "/api/v1/changes")["since"]
    place, known, moment = since.split("-")
    other = f"{place}-{'0' * 8 if known != '0' * 8 else '1' * 8}-{moment}"
    assert "start anew" in get(client, "/api/v1/changes", status=400, since=other)["errors"]["since"][0]
