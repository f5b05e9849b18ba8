"""Two sources, or topics, that are one: readers find both under one name, and nothing is rewritten."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.models import Card, Publication
from claims.search import Selection
from tests import desk
from tests.desk_forms import form_of_object, sign_in
from tests.test_fixture import empty

pytestmark = pytest.mark.django_db


def twins():
    """A review of a claim by each of two sources that are one."""
    one, other = desk.source("batool", name="Batool"), desk.source("s-batool", name="S. Batool")
    return one, other, *(desk.published(desk.with_evidence(desk.claim(claimant=row))) for row in (one, other))


def shown_as(row, into):
    """What an editor proposes and an approver signs."""
    row.merged_into = into
    row.full_clean()
    row.save_by(desk.person("editor"), "Merged")
    proposal = workflow.cards.propose(row, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)


class TestASourceThatIsMerged:
    def test_leads_to_the_other_where_both_its_claims_are_found_and_counted(self, client):
        one, _, first, second = twins()
        shown_as(one, "s-batool")
        assert client.get("/sources/batool/").url == "/sources/s-batool/"
        profile = client.get("/sources/s-batool/").content.decode()
        assert first.statement in profile and second.statement in profile
        for slug in ("s-batool", "batool"):
            page = client.get("/claims/", {"claimant": slug}).content.decode()
            assert first.statement in page and second.statement in page
        assert client.get("/api/v1/sources/batool").json()["merged_into"] == "s-batool"

    def test_changes_no_byte_of_what_was_published(self):
        one, _, first, _ = twins()
        before = (first.record, first.record_hash, first.chain_hash)
        shown_as(one, "s-batool")
        first.refresh_from_db()
        assert (first.record, first.record_hash, first.chain_hash) == before
        call_command("verify", verbosity=0)

    def test_is_unchanged_for_readers_until_somebody_else_approves_it(self, client):
        one, _, _, second = twins()
        sign_in(client, "editor")
        address = reverse("admin:claims_source_change", args=[one.pk])
        client.post(address, {**form_of_object(client, address), "merged_into": "S. Batool", "_propose": "1"})
        one.refresh_from_db()
        assert one.merged_into == "s-batool"
        page = " ".join(client.get(address).content.decode().split())
        assert "1 reviews of its claims" in page
        assert client.get("/sources/batool/").status_code == 200
        assert second.statement not in client.get("/sources/batool/").content.decode()
        proposal = workflow.cards.waiting(one)
        assert "Merged into" in client.get(proposal.get_absolute_url()).content.decode()

    def test_comes_back_with_another_card(self, client):
        one, _, first, second = twins()
        shown_as(one, "s-batool")
        shown_as(one, "")
        page = client.get("/sources/batool/").content.decode()
        assert first.statement in page and second.statement not in page
        assert Card.objects.merged() == {}

    def test_is_named_by_its_successor_in_what_is_published_from_then_on(self):
        one, _, _, _ = twins()
        shown_as(one, "s-batool")
        made = desk.published(desk.with_evidence(desk.claim(claimant=one)))
        assert made.record["claimant"]["slug"] == "s-batool"

    def test_is_offered_no_more_for_new_claims(self, client):
        one, _, _, _ = twins()
        shown_as(one, "s-batool")
        sign_in(client, "editor")
        asked = {"term": "batool", "app_label": "claims", "model_name": "claim", "field_name": "claimant"}
        found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
        assert [row["text"] for row in found] == ["S. Batool"]

    def test_runs_in_no_circle_and_into_nothing_that_is_not_here(self, client):
        one, other, _, _ = twins()
        shown_as(one, "s-batool")
        for row, into, words in (
            (other, "batool", "leads back"),
            (other, "s-batool", "leads back"),
            (other, "x", "no “x”"),
        ):
            row.merged_into = into
            with pytest.raises(ValidationError, match=words):
                row.full_clean()

    def test_is_not_merged_into_one_that_readers_never_saw(self, client):
        one, _, _, _ = twins()
        desk.source("informant", name="An informant")
        one.merged_into = "informant"
        one.save()
        with pytest.raises(workflow.NotReadyError, match="Readers do not see"):
            workflow.cards.propose(one, by=desk.person("editor"))
        assert "informant" not in client.get("/api/v1/sources/batool").content.decode()

    def test_follows_one_merger_after_the_other(self, client):
        one, other, first, _ = twins()
        third = desk.source("bushra-batool", name="Bushra Batool")
        desk.published(desk.with_evidence(desk.claim(claimant=third)))
        shown_as(one, "s-batool")
        shown_as(other, "bushra-batool")
        assert client.get("/sources/batool/").url == "/sources/bushra-batool/"
        assert first.statement in client.get("/sources/bushra-batool/").content.decode()

    def test_leaves_and_comes_back_in_both_scopes(self):
        one, _, _, _ = twins()
        shown_as(one, "s-batool")
        for objects in (exports.all_objects, exports.public_objects):
            text = "".join(fixture.write(objects()))
            empty()
            fixtures.bring_in(fixture.read(text.encode()), desk.importer(into_empty=True))
            assert json.loads("".join(fixture.write(objects()))) == json.loads(text)
            assert Card.objects.merged() == {"source": {"batool": "s-batool"}}
            assert Publication.objects.count() == 2


def test_topics_are_merged_in_the_same_way(client):
    one, other = desk.topic("ship"), desk.topic("ships")
    published = []
    for topic in (one, other):
        made = desk.with_evidence(desk.claim())
        made.topics.add(topic)
        published.append(desk.published(made))
    shown_as(one, "ships")
    assert client.get("/topics/ship/").url == "/topics/ships/"
    assert client.get("/topics/ship/timeline/").url == "/topics/ships/timeline/"
    page = client.get("/topics/ships/").content.decode()
    assert all(publication.statement in page for publication in published)
    listed = client.get("/topics/").content.decode()
    assert "/topics/ships/" in listed and "/topics/ship/" not in listed
    both = desk.with_evidence(desk.claim())
    both.topics.set([one, other])
    assert [topic["slug"] for topic in desk.published(both).record["topics"]] == ["ships"]


def test_a_review_on_two_topics_that_are_merged_counts_once(client):
    one, other, third = desk.topic("ship"), desk.topic("ships"), desk.topic("zebras")
    made = desk.with_evidence(desk.claim())
    made.topics.set([one, other, third])
    desk.published(made)
    shown_as(one, "ships")
    shown = dict(Selection.standing().counted("topics"))
    assert shown == {other.pk: 1, third.pk: 1}
    assert client.get("/topics/ships/").content.decode().count(made.statement) == 1


def test_what_an_article_is_published_by_is_told_alike_by_record_and_card(client):
    outlet, other = desk.source("gazette", kind="news_outlet"), desk.source("the-gazette", kind="news_outlet")
    made = desk.with_evidence(desk.claim())
    desk.appear(made, desk.article(publisher=outlet), "ten ships")
    desk.published(made)
    desk.published(desk.with_evidence(desk.claim(claimant=other)))
    shown_as(outlet, "the-gazette")
    desk.shown_anew(desk.article(), title="Ten ships in May")
    again = desk.with_evidence(desk.claim())
    desk.appear(again, desk.article(), "ten ships")
    told = desk.published(again).record["appearances"][0]["article"]["publisher"]["slug"]
    card = Card.objects.filter(subject="an-article").order_by("-number").first()
    assert told == card.record["publisher"]["slug"] == "the-gazette"


def test_what_is_published_under_topics_that_are_merged_later_lacks_nothing():
    one, other = desk.topic("ship"), desk.topic("ships")
    both, single = desk.with_evidence(desk.claim()), desk.with_evidence(desk.claim())
    both.topics.set([one, other])
    single.topics.set([one])
    claims = [desk.published(made).claim for made in (both, single)]
    shown_as(one, "ships")
    assert [workflow.additions.parts_of(made).topics for made in claims] == [[], []]
    single.topics.add(other)
    assert workflow.additions.parts_of(claims[1]).topics == []


class TestTwoPublishedClaims:
    def pair(self, **fields):
        article = desk.article()
        loser = desk.with_evidence(desk.claim(slug="ten-ships", statement="Ten ships came."))
        desk.appear(loser, article, "ten ships came in May")
        winner = desk.with_evidence(desk.claim(slug="ten-ships-in-may", statement="In May ten ships came.", **fields))
        return desk.published(loser).claim, desk.published(winner).claim

    def merged(self, loser, winner):
        proposal = workflow.repair.propose_merger(loser, winner, by=desk.person("editor"))
        workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
        return Publication.objects.current().get(claim_id=loser.uid)

    def test_of_one_verdict_are_merged_by_two_people_and_the_one_leads_to_the_other(self, client):
        loser, winner = self.pair()
        before = Publication.objects.get(claim_id=loser.uid).record
        publication = self.merged(loser, winner)
        assert (publication.kind, publication.number) == ("merger", 2)
        assert publication.record["successor"]["slug"] == "ten-ships-in-may"
        assert publication.record["summary"] == before["summary"]
        assert client.get("/claims/ten-ships/").url == "/claims/ten-ships-in-may/"
        assert client.get("/claims/ten-ships/card/").url == "/claims/ten-ships-in-may/card/"
        first = client.get("/claims/ten-ships/v/1/").content.decode()
        assert "Ten ships came." in first and "older version" in first
        last = client.get("/claims/ten-ships/v/2/").content.decode()
        assert "Merged into another claim" in last and "/claims/ten-ships-in-may/" in last
        listed = client.get("/claims/").content.decode()
        assert "In May ten ships came." in listed and "/claims/ten-ships/" not in listed
        loser.refresh_from_db()
        assert (loser.status, loser.merged_into) == ("merged", winner.uid)
        desk.retracted(winner, "It did not hold.")
        last = client.get("/claims/ten-ships/v/2/").content.decode()
        assert "/claims/ten-ships-in-may/" in last  # as the claim's own address leads there still
        call_command("verify", verbosity=0)

    def test_leave_where_the_one_appeared_to_be_added_to_the_other(self):
        loser, winner = self.pair()
        self.merged(loser, winner)
        (waiting,) = workflow.additions.parts_of(winner).appearances
        assert waiting.exact == "ten ships came in May"

    def test_of_two_verdicts_in_work_or_unpublished_are_not_merged(self):
        loser, winner = self.pair(verdict="true")
        editor = desk.person("editor")
        with pytest.raises(workflow.WrongStateError, match="different verdicts"):
            workflow.repair.propose_merger(loser, winner, by=editor)
        for pair in ((loser, desk.claim()), (loser, loser)):
            with pytest.raises(workflow.WrongStateError):
                workflow.repair.propose_merger(*pair, by=editor)
        reopened = workflow.take("recheck", loser, by=editor, reason="New log.")
        with pytest.raises(workflow.WrongStateError):
            workflow.repair.propose_merger(reopened, winner, by=editor)

    def test_of_which_one_is_corrected_meanwhile_are_looked_at_again(self):
        loser, winner = self.pair()
        editor = desk.person("editor")
        proposal = workflow.repair.propose_merger(loser, winner, by=editor)
        again = workflow.take("recheck", winner, by=editor, reason="New log.")
        type(again).objects.filter(pk=again.pk).update(verdict="true")
        again.refresh_from_db()
        desk.approve(workflow.take("correct", again, by=editor, note="One log was read."))
        with pytest.raises(workflow.StaleClaimError, match="another verdict by now"):
            workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
        loser.refresh_from_db()
        assert loser.status == "published"

    def test_are_proposed_on_the_desk_with_what_moves_shown_first(self, client):
        loser, winner = self.pair()
        sign_in(client, "editor")
        address = reverse("admin:claims_merge", args=[loser.pk])
        assert address in client.get(loser.get_absolute_url()).content.decode()
        page = client.get(address, {"into": winner.pk}).content.decode()
        assert "Propose to merge" in page and "its versions stay readable" in page
        assert "1 appearances" in page and "items of evidence" not in page  # which stays with its review
        told = client.post(address, {"into": winner.pk, "message": "Twins."}, follow=True).content.decode()
        assert "would lead" in told and "In May ten ships came." in told
        assert client.get("/claims/ten-ships/").status_code == 200

    def test_are_withheld_together_and_shown_again_together(self, client):
        loser, winner = self.pair()
        self.merged(loser, winner)
        workflow.withholding.withhold(winner, by=desk.person("approver"), reason="An order of a court.")
        for address in (
            "/claims/ten-ships/",
            "/claims/ten-ships/v/2/",
            "/claims/ten-ships/v/1/",
            "/api/v1/claims/ten-ships",
        ):
            answer = client.get(address)
            assert answer.status_code == 404, address
            assert "ten ships came" not in answer.content.decode().casefold(), address
        lift = workflow.withholding.propose_to_lift(winner, by=desk.person("editor"), reason="It was lifted.")
        workflow.cards.approve(lift, by=desk.person("approver"), seal=lift.seal)
        assert client.get("/claims/ten-ships/").url == "/claims/ten-ships-in-may/"

    def test_leave_and_come_back_in_a_fixture(self):
        self.merged(*self.pair())
        text = "".join(fixture.write(exports.all_objects()))
        empty()
        fixtures.bring_in(fixture.read(text.encode()), desk.importer(into_empty=True))
        assert json.loads("".join(fixture.write(exports.all_objects()))) == json.loads(text)
