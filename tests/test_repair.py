"""Put right: addresses that follow the statement, edits that meet, articles added twice, histories that are true."""

import re

import pytest
from django.urls import reverse

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import jsonl
from claims.models import Article, Claim, ClaimRelation, Evidence, Publication
from tests import desk
from tests.desk_forms import form_of, form_of_object, post, sign_in
from tests.test_fixture import empty
from tests.test_imports import bring_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


class TestTheAddressOfAClaim:
    @pytest.mark.parametrize(
        ("statement", "slug"),
        [
            ("Ten ships came in.", "ten-ships-came-in"),
            ("열 척의 배가 왔다.", "yeol-cheogui-baega-wassda"),
            ("Десять кораблей пришли.", "desyat-korabley-prishli"),
            ("وصلت عشر سفن عام 2007", "wslt-shr-sfn-m-2007"),
            ("2007", "claim-2007"),
        ],
    )
    def test_is_made_from_the_statement_in_any_script_and_is_never_digits_alone(self, statement, slug):
        assert workflow.drafts.free_slug(statement) == slug

    def test_of_a_statement_without_letters_is_still_one(self):
        assert workflow.drafts.free_slug("… — …").startswith("claim-")

    def test_follows_the_statement_until_it_is_published(self, client):
        sign_in(client, "editor")
        made = workflow.drafts.draft(by=desk.person("editor"), statement="Reportedly, the DRPK delivered.", reason="")
        post(client, made, {**form_of(client, made), "statement": "The DPRK delivered rockets."})
        made.refresh_from_db()
        assert made.slug == "the-dprk-delivered-rockets"
        made = desk.published(desk.with_evidence(desk.claim(slug="ten-ships", statement="Ten ships came."))).claim
        made = workflow.take("recheck", made, by=desk.person("editor"), reason="New log.")
        post(client, made, {**form_of(client, made), "statement": "Eleven ships came."})
        made.refresh_from_db()
        assert (made.slug, made.statement) == ("ten-ships", "Eleven ships came.")

    def test_that_somebody_chose_stays_and_digits_alone_are_refused(self, client):
        sign_in(client, "editor")
        made = desk.claim(slug="ten-ships", statement="Ten ships came.")
        post(client, made, {**form_of(client, made), "statement": "Eleven ships came."})
        made.refresh_from_db()
        assert made.slug == "ten-ships"
        answer = post(client, made, {**form_of(client, made), "slug": "2007"})
        assert "Digits alone say nothing" in answer.content.decode()


class TestTwoPeopleOnOneForm:
    def opened_by_two(self, client):
        first, second = desk.person("editor", "first"), desk.person("editor", "second")
        made = desk.with_evidence(desk.claim())
        client.force_login(second)
        opened = form_of(client, made)
        client.force_login(first)
        return made, opened, second

    def test_who_changed_different_fields_both_keep_their_change(self, client):
        made, opened, second = self.opened_by_two(client)
        post(client, made, form_of(client, made), statement="Ten ships came in June.")
        client.force_login(second)
        page = client.post(
            made.get_absolute_url(), {**opened, "summary": "No log lists them."}, follow=True
        ).content.decode()
        made.refresh_from_db()
        assert (made.statement, made.summary) == ("Ten ships came in June.", "No log lists them.")
        assert "Merged with what was saved meanwhile: Statement" in page

    def test_who_changed_the_same_field_choose_and_what_did_not_clash_is_merged(self, client):
        made, opened, second = self.opened_by_two(client)
        post(client, made, form_of(client, made), summary="Theirs.", rationale="Their reasons.")
        client.force_login(second)
        page = post(client, made, opened, summary="Mine.").content.decode()
        assert "first saved this claim" in page and 'name="keep-summary"' in page
        assert 'name="keep-rationale"' not in page and "Their reasons." in page
        version = re.search(r'name="seen_version" value="(\d+)"', page).group(1)
        sent = {**opened, "summary": "Mine.", "rationale": "Their reasons.", "seen_version": version}
        post(client, made, sent, **{"keep-summary": "theirs"})
        made.refresh_from_db()
        assert (made.summary, made.rationale) == ("Theirs.", "Their reasons.")

    def test_of_whom_one_changed_the_evidence_are_asked(self, client):
        made, opened, second = self.opened_by_two(client)
        post(client, made, form_of(client, made), **{"evidence-0-note": "Theirs."})
        client.force_login(second)
        page = post(client, made, opened, summary="Mine.").content.decode()
        assert "Evidence in the saved version" in page and "Mine." in page
        assert Evidence.objects.get().note == "Theirs."

    def test_of_an_article_both_keep_their_change(self, client):
        article = desk.article()
        address = reverse("admin:claims_article_change", args=[article.pk])
        sign_in(client, "editor")
        article.save_by(desk.person("editor"), "Added")
        opened = form_of_object(client, address)
        client.post(address, {**form_of_object(client, address), "authors": "A. Author"})
        client.post(address, {**opened, "title": "Eleven ships"})
        article.refresh_from_db()
        assert (article.title, article.authors) == ("Eleven ships", "A. Author")

    def test_a_topic_filed_meanwhile_is_not_lost(self, client):
        made, opened, second = self.opened_by_two(client)
        workflow.drafts.tag(made, by=desk.person("editor"), topic=desk.topic("ships"))
        client.force_login(second)
        post(client, made, opened, summary="No log lists them.")
        made.refresh_from_db()
        assert made.summary == "No log lists them."
        assert [topic.slug for topic in made.topics.all()] == ["ships"]

    def test_topics_are_merged_too(self, client):
        made, opened, second = self.opened_by_two(client)
        post(client, made, form_of(client, made), topics=[desk.topic("ships").pk])
        client.force_login(second)
        post(client, made, opened, summary="No log lists them.")
        made.refresh_from_db()
        assert [topic.slug for topic in made.topics.all()] == ["ships"]
        assert made.summary == "No log lists them."


class TestAnArticleAddedTwice:
    def add(self, client, **fields):
        address = reverse("admin:claims_article_add")
        sent = {**form_of_object(client, address), "title": "Again", "slug": "again", **fields}
        return client.post(address, sent)

    @pytest.mark.parametrize(
        "fields",
        [{"text": f"{desk.TEXT}\r\n"}, {"url": "http://www.example.org/ships/?utm_source=feed", "text": "Another."}],
        ids=["same text", "same address"],
    )
    def test_is_told_with_the_way_to_the_one_that_is_here(self, client, fields):
        sign_in(client, "editor")
        here = desk.article(url="https://example.org/ships")
        page = self.add(client, **fields).content.decode()
        assert "This article is here already" in page
        assert reverse("admin:claims_workbench", args=[here.pk]) in page
        assert '<input type="checkbox" name="is_another"' in page
        assert Article.objects.count() == 1
        self.add(client, **fields, is_another="on")
        assert Article.objects.count() == 2

    def test_is_not_told_of_another_article(self, client):
        sign_in(client, "editor")
        desk.article(url="https://example.org/ships")
        self.add(client, text="Something else.", url="https://example.org/boats")
        assert Article.objects.count() == 2


class TestTheHistory:
    def test_says_words_and_no_codes(self, client):
        sign_in(client, "editor")
        made = desk.awaiting()
        workflow.take("send_back", made, by=desk.person("approver"), reason="One more source.")
        page = client.get(reverse("admin:claims_claim_history", args=[made.pk])).content.decode()
        assert "Awaiting approval" in page and "awaiting_approval" not in page and "in_review" not in page

    def test_blames_nobody_for_the_topics_that_an_import_brought(self, client, tmp_path):
        made = desk.with_evidence(desk.claim())
        made.topics.add(desk.topic("ships"))
        desk.published(made)
        path = tmp_path / "reviews.jsonl"
        path.write_bytes(b"".join(jsonl.write(exports.documents_of(Publication.objects.all()), "")))
        empty()
        bring_in(path)
        editor = sign_in(client, "editor")
        made = workflow.take("recheck", Claim.objects.get(), by=editor, reason="New log.")
        post(client, made, {**form_of(client, made), "summary": "No log lists them."})
        page = client.get(reverse("admin:claims_claim_history", args=[made.pk])).content.decode()
        assert "No log lists them." in page and "Topics" not in page.partition("<tbody>")[2]
        assert [link.topic.slug for link in made.history.last().topics.all()] == ["ships"]


class TestTwoClaimsThatAreOne:
    def pair(self):
        loser, winner = desk.claim(statement="Ten ships came."), desk.claim(statement="In May ten ships came.")
        article = desk.article()
        for made in (loser, winner):
            desk.appear(made, article, "ten ships")
        desk.appear(loser, article, "Nobody saw them")
        desk.with_evidence(loser, title="Second log")
        first, _ = workflow.comments.say(loser, by=desk.person("editor"), text="Is this ours?")
        workflow.comments.say(loser, by=desk.person("editor"), text="It is.", reply_to=first)
        ClaimRelation.objects.create(from_claim=loser, to_claim=winner, kind="repeats")
        ClaimRelation.objects.create(from_claim=desk.claim(), to_claim=loser, kind="narrows")
        workflow.suggestions.suggest(text="The log is online.", claim=loser)
        return loser, winner

    def test_are_merged_with_all_that_belongs_to_the_one_that_is_dropped(self, client):
        sign_in(client, "editor")
        loser, winner = self.pair()
        address = reverse("admin:claims_merge", args=[loser.pk])
        page = " ".join(client.get(address, {"into": winner.pk}).content.decode().split())
        assert "<strong>1 appearances</strong>; 1 stays with this claim" in page
        assert "Second log" in page and "Is this ours?" in page and "The log is online." in page
        sent = {"into": winner.pk, "version": loser.version, "into_version": winner.version}
        answer = client.post(address, sent, follow=True)
        assert "is dropped, and what belonged to it is here" in answer.content.decode()
        loser.refresh_from_db()
        assert (loser.status, loser.merged_into) == ("dropped", winner.uid)
        assert winner.appearances.count() == 2 and winner.evidence.get().title == "Second log"
        assert winner.comments.count() == 2 and winner.suggestions.count() == 1
        assert sorted(winner.relations_to.values_list("kind", flat=True)) == ["narrows", "repeats"]
        assert "Merged into <a" in client.get(loser.get_absolute_url()).content.decode()
        assert "Merged from" in winner.history.first().history_change_reason

    def test_are_looked_at_again_where_one_was_changed_meanwhile(self, client):
        sign_in(client, "editor")
        loser, winner = self.pair()
        Claim.objects.filter(pk=winner.pk).update(version=7)
        sent = {"into": winner.pk, "version": loser.version, "into_version": winner.version}
        answer = client.post(reverse("admin:claims_merge", args=[loser.pk]), sent)
        assert answer.status_code == 400 and "look at what moves again" in answer.content.decode()
        loser.refresh_from_db()
        assert loser.status == "draft"

    def test_are_merged_by_editors_and_no_claim_in_between_is_changed_unseen(self):
        loser, winner = self.pair()
        third = loser.relations_to.get().from_claim
        version = third.version
        with pytest.raises(workflow.NotPermittedError):
            workflow.repair.merge(loser, winner, by=desk.person("contributor"))
        workflow.repair.merge(loser, winner, by=desk.person("editor"))
        third.refresh_from_db()
        assert third.version == version + 1

    def test_leave_relations_of_a_published_claim_as_they_are(self):
        loser, winner = self.pair()
        published = desk.published().claim
        ClaimRelation.objects.create(from_claim=published, to_claim=loser, kind="updates")
        workflow.repair.merge(loser, winner, by=desk.person("editor"))
        assert published.relations_from.get().to_claim == loser

    def test_are_not_looked_at_by_whoever_is_to_judge_one_blind(self, client):
        made = desk.awaiting()
        workflow.comments.say(made, by=desk.person("editor"), text="It is mostly false, I think.")
        sign_in(client, "approver")
        for name in ("claims_merge", "claims_split"):
            assert client.get(reverse(f"admin:{name}", args=[made.pk]), {"into": desk.claim().pk}).status_code == 403

    def test_take_their_comments_along_blindly(self, client):
        loser, winner = self.pair()
        judge = desk.person("approver", "judge")
        waiting = desk.awaiting(desk.with_evidence(winner))
        workflow.comments.say(loser, by=desk.person("editor"), text="@judge it is mostly false, I think.")
        workflow.take("send_back", waiting, by=desk.person("editor"), reason="One more source.")
        winner.refresh_from_db()
        workflow.repair.merge(loser, winner, by=desk.person("editor"))
        winner.refresh_from_db()
        workflow.take("submit", winner, by=desk.person("editor"))
        client.force_login(judge)
        assert "mostly false" not in client.get(reverse("admin:inbox")).content.decode()

    def test_are_not_merged_with_themselves_or_once_readers_saw_one(self):
        editor = desk.person("editor")
        made, shown = desk.claim(), desk.published().claim
        with pytest.raises(workflow.WorkflowError, match="itself"):
            workflow.repair.merge(made, made, by=editor)
        for pair in ((made, shown), (shown, made)):
            with pytest.raises(workflow.WorkflowError, match="published"):
                workflow.repair.merge(*pair, by=editor)
        rechecked = workflow.take("recheck", shown, by=editor, reason="New log.")
        with pytest.raises(workflow.WorkflowError, match="was published"):
            workflow.repair.merge(made, rechecked, by=editor)

    def test_come_apart_again_where_the_dropped_one_is_taken_up(self):
        editor = desk.person("editor")
        loser, winner = self.pair()
        workflow.repair.merge(loser, winner, by=editor)
        loser.refresh_from_db()
        assert workflow.take("take_up", loser, by=editor).merged_into is None


class TestAClaimThatIsTwo:
    def test_is_split_into_a_second_draft_with_copies(self, client):
        editor = sign_in(client, "editor")
        made = desk.claim(statement="Ten ships came and coal was on board.", assigned_to=editor)
        made.topics.add(desk.topic("ships"))
        first = desk.with_evidence(made).evidence.get()
        Evidence.objects.create(claim=made, title="Copy of it", stance="refutes", origin_evidence=first)
        desk.appear(made, desk.article(), "coal was on board")
        answer = client.post(reverse("admin:claims_split", args=[made.pk]), {"statement": "Coal was on board."})
        second = Claim.objects.latest("pk")
        assert answer.url == second.get_absolute_url()
        assert (second.statement, second.status, second.claimant) == ("Coal was on board.", "draft", made.claimant)
        assert [item.title for item in second.evidence.all()] == ["Harbour log", "Copy of it"]
        assert second.evidence.last().origin_evidence == second.evidence.first()
        assert second.appearances.count() == made.appearances.count() == 1
        assert second.topics.get().slug == "ships" and made.evidence.count() == 2

    def test_keeps_what_traces_to_an_item_that_was_added_later(self):
        made = desk.with_evidence(desk.claim())
        first = made.evidence.get()
        later = Evidence.objects.create(claim=made, title="The report itself", stance="refutes")
        Evidence.objects.filter(pk=first.pk).update(origin_evidence=later)
        second = workflow.repair.split(made, by=desk.person("editor"), statement="Coal was on board.")
        assert second.evidence.get(title="Harbour log").origin_evidence.title == "The report itself"

    def test_needs_words_and_was_never_published(self, client):
        sign_in(client, "editor")
        made = desk.claim()
        answer = client.post(reverse("admin:claims_split", args=[made.pk]), {"statement": " "})
        assert answer.status_code == 400 and Claim.objects.count() == 1
        shown = workflow.take("recheck", desk.published().claim, by=desk.person("editor"), reason="New log.")
        with pytest.raises(workflow.WorkflowError, match="was published"):
            workflow.repair.split(shown, by=desk.person("editor"), statement="Coal.")
