"""Seen again: a published claim takes an appearance, topic or relation as a version of its own."""

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from claims import workflow
from claims.interchange.formats.claimreview import claim_review
from claims.models import Claim, Proposal, Publication
from claims.record.canonical import record_hash
from claims.workflow.annotate import SelectedQuote
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]
REPEATED = "An outlet repeats that ten ships came in May."


def shown(**fields):
    """A published claim that stands in one article, and another article that repeats it."""
    made = desk.with_evidence(desk.claim(**fields))
    desk.appear(made, desk.article(), "ten ships came in May")
    return desk.published(made).claim, desk.article("repeat", title="Ships again", text=REPEATED)


def corrected():
    """The same, its verdict corrected in a second version."""
    claim, article = shown()
    editor = desk.person("editor")
    claim = workflow.take("recheck", claim, by=editor, reason="New log.")
    Claim.objects.filter(pk=claim.pk).update(verdict="true")
    claim.refresh_from_db()
    desk.approve(workflow.take("correct", claim, by=editor, note="One log was read."))
    claim.refresh_from_db()
    return claim, article


def attach(claim, article, *, by=None, words="ten ships came in May"):
    return workflow.annotate.attach(article, SelectedQuote(words), by=by or desk.person("editor"), claim=claim)


def signed(claim, *, by=None):
    proposal = workflow.additions.propose(claim, by=desk.person("editor"))
    workflow.cards.approve(proposal, by=by or desk.person("approver"), seal=proposal.seal)
    return Publication.objects.current().get(claim_id=claim.uid)


class TestAnAddition:
    def test_leaves_the_claim_published_and_every_word_of_the_review(self):
        claim, article = shown()
        before = Publication.objects.get().record
        attach(claim, article)
        workflow.drafts.tag(claim, by=desk.person("editor"), topic=desk.topic("ships"))
        other = desk.published(desk.with_evidence(desk.claim())).claim
        workflow.additions.relate(claim, by=desk.person("editor"), kind="narrows", to=other)
        claim.refresh_from_db()
        assert claim.status == "published"
        publication = signed(claim)
        assert (publication.kind, publication.number) == ("addition", 2)
        grown = {"number", "kind", "note", "published_at", "reviewed", "appearances", "topics", "relations"}
        assert {k: v for k, v in publication.record.items() if k not in grown} == {
            k: v for k, v in before.items() if k not in grown
        }
        assert publication.record["appearances"][:1] == before["appearances"]
        assert [item["article"]["slug"] for item in publication.record["appearances"]] == ["an-article", "repeat"]
        assert [item["slug"] for item in publication.record["topics"]] == ["ships"]
        assert [item["slug"] for item in publication.record["relations"]] == [other.slug]
        assert Claim.objects.get(pk=claim.pk).status == "published"
        call_command("verify", verbosity=0)

    def test_takes_nothing_that_was_edited_beside_it(self):
        claim, article = shown()
        attach(claim, article)
        Claim.objects.filter(pk=claim.pk).update(summary="Slipped in.", verdict="true", statement="Eleven.")
        publication = signed(Claim.objects.get(pk=claim.pk))
        assert publication.verdict == "false" and "Slipped in." not in str(publication.record)
        assert publication.statement != "Eleven."

    @pytest.mark.database("sqlite", "postgresql")
    def test_whose_bytes_change_the_review_is_not_signed(self):
        claim, article = shown()
        attach(claim, article)
        proposal = workflow.additions.propose(claim, by=desk.person("editor"))
        values = {**proposal.record, "verdict": "true"}
        Proposal.objects.filter(pk=proposal.pk).update(record=values, sha256=record_hash(values))
        proposal.refresh_from_db()
        with pytest.raises(workflow.StaleClaimError, match="word for word"):
            workflow.cards.approve(proposal, by=desk.person("approver"), seal=proposal.seal)
        assert Publication.objects.count() == 1

    def test_needs_two_people_and_the_roles(self):
        claim, article = shown()
        both = desk.person("approver")
        attach(claim, article, by=desk.person("contributor"))
        with pytest.raises(workflow.NotPermittedError):
            workflow.additions.propose(claim, by=desk.person("contributor"))
        proposal = workflow.additions.propose(claim, by=both)
        with pytest.raises(workflow.NotPermittedError, match="somebody else"):
            workflow.cards.approve(proposal, by=both, seal=proposal.seal)
        with pytest.raises(workflow.NotPermittedError):
            workflow.cards.approve(proposal, by=desk.person("editor"), seal=proposal.seal)

    def test_waits_for_no_second_one_and_for_no_nothing(self):
        claim, article = shown()
        with pytest.raises(workflow.NotReadyError, match="all of it already"):
            workflow.additions.propose(claim, by=desk.person("editor"))
        attach(claim, article)
        workflow.additions.propose(claim, by=desk.person("editor"))
        with pytest.raises(workflow.WrongStateError, match="already"):
            workflow.additions.propose(claim, by=desk.person("editor"))

    def test_gives_way_to_a_correction_in_work(self):
        """Both stand at once: the correction takes in what was added; the addition is then out of date."""
        claim, article = shown()
        editor = desk.person("editor")
        attach(claim, article)
        addition = workflow.additions.propose(claim, by=editor)
        claim.refresh_from_db()
        claim = workflow.take("recheck", claim, by=editor, reason="New log.")
        with pytest.raises(workflow.WrongStateError, match="in work by now"):
            workflow.cards.approve(addition, by=desk.person("approver"), seal=addition.seal)
        Claim.objects.filter(pk=claim.pk).update(verdict="true")
        claim.refresh_from_db()
        with pytest.raises(workflow.WrongStateError, match="in work"):
            workflow.additions.propose(claim, by=editor)
        desk.approve(workflow.take("correct", claim, by=editor, note="One log was read."))
        with pytest.raises(workflow.StaleClaimError):
            workflow.cards.approve(addition, by=desk.person("approver"), seal=addition.seal)
        workflow.cards.refuse(addition, by=desk.person("approver"), answer="It is in the correction.")
        assert len(Publication.objects.current().get().record["appearances"]) == 2

    def test_that_waits_is_still_shown_and_sent_back_after_a_retraction(self, client):
        claim, article = shown()
        attach(claim, article)
        proposal = workflow.additions.propose(claim, by=desk.person("editor"))
        claim.refresh_from_db()
        desk.retracted(claim, "It was another port.")
        sign_in(client, "approver")
        assert client.get(proposal.get_absolute_url()).status_code == 200
        client.post(
            reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "send_back", "answer": "It is retracted."}
        )
        proposal.refresh_from_db()
        assert proposal.state == "sent_back"

    def test_goes_on_where_a_review_that_it_names_was_retracted(self):
        claim, article = shown()
        other = desk.published(desk.with_evidence(desk.claim())).claim
        workflow.additions.relate(claim, by=desk.person("editor"), kind="narrows", to=other)
        signed(claim)
        desk.retracted(other, "It was another port.")
        claim.refresh_from_db()
        attach(claim, article)
        assert signed(claim).number == 3

    def test_holds_no_relation_to_what_readers_do_not_see_and_no_topic_twice(self):
        claim, _ = shown()
        with pytest.raises(workflow.NotReadyError, match="do not see that claim"):
            workflow.additions.relate(claim, by=desk.person("editor"), kind="narrows", to=desk.claim())
        assert not workflow.additions.parts_of(claim)

    def test_takes_the_same_words_at_a_second_place(self):
        claim, _ = shown()
        twice = desk.article("twice", title="Twice", text="It sank. Nobody saw it.\n\nIt sank.")
        for start in (0, 25):
            selection = SelectedQuote("It sank.", start=start)
            workflow.annotate.attach(twice, selection, by=desk.person("editor"), claim=claim)
        assert len(workflow.additions.parts_of(claim).appearances) == 2
        assert len(signed(claim).record["appearances"]) == 3
        assert not workflow.additions.parts_of(claim)

    def test_is_not_made_of_a_review_by_others_or_of_what_is_retracted(self):
        claim, article = shown()
        desk.retracted(claim, "It was another port.")
        claim.refresh_from_db()
        with pytest.raises(workflow.WrongStateError):
            attach(claim, article)


class TestTheDesk:
    def test_gathers_and_proposes_on_one_page_and_an_approver_decides_on_another(self, client):
        claim, article = shown()
        topic = desk.topic("ships")
        sign_in(client, "editor")
        page = reverse("admin:claims_addition", args=[claim.pk])
        assert page in client.get(claim.get_absolute_url()).content.decode()
        client.post(page, {"add": "1", "article": article.pk, "exact": "ten ships came in May", "stance": "reports"})
        client.post(page, {"add": "1", "topic": topic.pk})
        told = client.get(page).content.decode()
        assert "Ships again" in told and "Topic: Ships" in told
        client.post(page, {"take_out": f"topics {topic.pk}"})
        assert not claim.topics.exists()
        client.post(page, {"propose": "1", "message": "Repeated today."})
        proposal = Proposal.objects.get(kind="addition")
        sign_in(client, "approver")
        assert proposal.get_absolute_url() in client.get(reverse("admin:index")).content.decode()
        decide = client.get(proposal.get_absolute_url()).content.decode()
        assert "stay as they are published" in decide and "Ships again" in decide
        assert "Repeated today." in decide
        client.post(reverse("admin:claims_decide", args=[proposal.pk]), {"_decide": "approve", "seal": proposal.seal})
        assert Publication.objects.current().get().kind == "addition"
        claim.refresh_from_db()
        assert claim.status == "published"

    def test_says_what_cannot_be_added_and_takes_nothing_out_that_readers_see(self, client):
        claim, article = shown()
        sign_in(client, "editor")
        page = reverse("admin:claims_addition", args=[claim.pk])
        for sent, words in (
            ({"add": "1"}, "Choose an article"),
            ({"add": "1", "article": article.pk, "exact": "not there"}, "not"),
            ({"take_out": f"appearances {claim.appearances.get().pk}"}, "readers see it already"),
            ({"take_out": "evidence 1"}, "not here"),
            ({"propose": "1"}, "Readers see all of it already"),
        ):
            answer = client.post(page, sent)
            assert answer.status_code == 400, sent
            assert words in answer.content.decode()
        assert claim.appearances.count() == claim.evidence.count() == 1

    def test_attaches_words_to_a_published_claim_in_the_workbench(self, client):
        claim, article = shown()
        sign_in(client, "contributor")
        bench = reverse("admin:claims_workbench", args=[article.pk])
        sent = {"attach": "", "exact": "ten ships came in May", "stance": "reports", "claim": claim.pk}
        page = client.post(bench, sent, follow=True).content.decode()
        assert "Attached to" in page and "Readers see it once" in page
        assert claim.appearances.count() == 2
        assert len(Publication.objects.get().record["appearances"]) == 1


@pytest.mark.parametrize("kind", ["merger", "addition", "original", "x"])
def test_a_preview_is_asked_for_as_what_a_step_may_publish_and_nothing_else(client, kind):
    claim, _ = shown()
    sign_in(client, "contributor")
    assert client.get(reverse("admin:claims_preview", args=[claim.pk]), {"kind": kind}).status_code == 200


class TestReaders:
    def test_see_in_how_many_articles_and_the_versions_folded(self, client):
        claim, article = shown()
        attach(claim, article)
        assert "Seen in" not in client.get(f"/claims/{claim.slug}/").content.decode()
        signed(claim)
        page = client.get(f"/claims/{claim.slug}/").content.decode()
        assert "Seen in 2 articles" in page and "Ships again" in page
        assert "1 addition, which left the review as it was" in page

    def test_get_no_new_entry_in_feeds_and_corrections(self, client):
        claim, article = shown()
        later = desk.published(desk.with_evidence(desk.claim(statement="A later one.")))
        feeds = ("/claims/feed.json", "/corrections/feed.json")
        before = {address: client.get(address).json()["items"] for address in feeds}
        assert len(before["/claims/feed.json"]) == 2
        attach(claim, article)
        signed(claim)
        for address, items in before.items():
            assert client.get(address).json()["items"] == items
        assert before["/claims/feed.json"][0]["id"].startswith(f"urn:uuid:{later.claim_id}")

    def test_still_read_that_it_was_corrected(self, client):
        claim, article = corrected()
        attach(claim, article)
        assert signed(claim).kind == "addition"
        page = client.get(f"/claims/{claim.slug}/").content.decode()
        assert "Corrected" in page and "One log was read." in page

    def test_and_programs_still_read_when_it_was_reviewed_and_corrected(self, client, monkeypatch):
        with monkeypatch.context() as clock:
            clock.setattr("claims.record.build.timezone.now", lambda: datetime(2025, 1, 30, 9, tzinfo=UTC))
            claim, article = corrected()

        def review():
            told = claim_review(Publication.objects.current().get(claim_id=claim.uid).record, "")
            (google,) = client.get("/api/v1alpha1/claims:search", {"query": "ships"}).json()["claims"]
            return told["datePublished"], told["correction"], google["claimReview"][0]["reviewDate"]

        before = review()
        assert before[0] == before[1]["datePublished"] == before[2] == "2025-01-30T09:00:00Z"
        attach(claim, article)
        first = signed(claim)
        workflow.drafts.tag(claim, by=desk.person("editor"), topic=desk.topic("ships"))
        second = signed(claim)
        assert (second.kind, second.number) == ("addition", 4)
        assert first.record["reviewed"] == second.record["reviewed"]
        assert second.record["reviewed"]["number"] == 2
        assert review() == before

    def test_after_it_a_retraction_speaks_for_itself(self):
        claim, article = corrected()
        attach(claim, article)
        signed(claim)
        claim = workflow.take("recheck", Claim.objects.get(pk=claim.pk), by=desk.person("editor"), reason="A new log.")
        desk.approve(workflow.take("retract", claim, by=desk.person("editor"), reason="Wrong.", note="We were wrong."))
        last = Publication.objects.current().get(claim_id=claim.uid)
        assert last.kind == "retraction" and "reviewed" not in last.record

    def test_see_nothing_of_it_before_it_is_approved(self, client):
        claim, article = shown()
        attach(claim, article)
        workflow.additions.propose(claim, by=desk.person("editor"))
        for address in (f"/claims/{claim.slug}/", f"/claims/{claim.slug}/record.json", "/claims/", "/api/v1/claims"):
            assert "Ships again" not in client.get(address).content.decode()
        assert client.get("/articles/repeat/").status_code == 404
