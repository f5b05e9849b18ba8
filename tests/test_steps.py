"""No slip is final: a step is asked for once more, on a page that shows what readers will see; drafts can be undone."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Claim, Evidence, Publication
from tests import desk
from tests.desk_forms import confirm_step, form_of, post, sign_in, take_step

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def page_of(client, made, name):
    return client.get(reverse("admin:claims_step", args=[made.pk, name])).content.decode()


def in_review(**fields):
    return workflow.take("start_review", desk.with_evidence(desk.claim(**fields)), by=desk.person("editor"))


class TestAStep:
    def test_is_not_taken_by_its_button_but_on_the_page_it_leads_to(self, client):
        made = desk.awaiting()
        approver = sign_in(client, "approver")
        workflow.second_opinions.read_review(made, by=approver)
        answer = post(client, made, form_of(client, made), _step="approve")
        assert answer.url == reverse("admin:claims_step", args=[made.pk, "approve"])
        assert not Publication.objects.exists()
        page = client.get(answer.url).content.decode()
        assert "What readers will see" in page and "never removed" in page and "is-final" in page
        confirm_step(client, made, "approve")
        assert Publication.objects.count() == 1

    def test_saves_the_form_and_keeps_the_message_typed_there(self, client):
        sign_in(client, "editor")
        made = in_review()
        data = {**form_of(client, made), "summary": "Two logs show none.", "reason": "Please look at item 2."}
        answer = post(client, made, data, _step="submit")
        page = client.get(answer.url).content.decode()
        assert "Please look at item 2." in page
        made.refresh_from_db()
        assert (made.summary, made.status) == ("Two logs show none.", "in_review")

    def test_that_is_refused_keeps_what_was_typed_and_changes_nothing(self, client):
        sign_in(client, "editor")
        made = desk.published().claim
        made = workflow.take("recheck", made, by=desk.person("editor"), reason="New log.")
        before = made.history.count()
        answer = confirm_step(client, made, "correct", reason="For the record.", public_note=" ")
        assert answer.status_code == 400
        assert "For the record." in answer.content.decode() and "Tell readers what was wrong" in answer.content.decode()
        made.refresh_from_db()
        assert (made.status, made.history.count()) == ("in_review", before)

    def test_of_two_people_at_once_is_taken_by_one_and_the_other_is_told(self, client):
        made = in_review()
        sign_in(client, "editor")
        shown = client.get(reverse("admin:claims_step", args=[made.pk, "submit"])).context["claim"].version
        workflow.take("drop", made, by=desk.person("editor"), reason="Nothing in it.")
        answer = client.post(
            reverse("admin:claims_step", args=[made.pk, "submit"]), {"version": shown, "reason": "Typed with care."}
        )
        page = answer.content.decode()
        assert "the claim is dropped now" in page and "Typed with care." in page

    def test_that_is_not_possible_has_no_page(self, client):
        sign_in(client, "editor")
        made = desk.claim()
        answer = client.get(reverse("admin:claims_step", args=[made.pk, "approve"]), follow=True)
        assert "Your role may not do this" in answer.content.decode()
        for name in ("unheard-of", "publish"):
            assert client.get(reverse("admin:claims_step", args=[made.pk, name])).url == made.get_absolute_url()

    def test_that_a_rule_forbids_says_which_and_what_to_do(self, client):
        sign_in(client, "editor")
        made = workflow.take("recheck", desk.published().claim, by=desk.person("editor"), reason="New log.")
        Claim.objects.filter(pk=made.pk).update(verdict="true")
        answer = client.get(reverse("admin:claims_step", args=[made.pk, "submit"]), follow=True)
        assert "submit it as a correction" in answer.content.decode()

    def test_has_no_page_for_whoever_has_not_judged_blind(self, client):
        made = desk.awaiting(desk.with_evidence(desk.claim(summary="A secret summary.")))
        sign_in(client, "approver")
        answer = client.get(reverse("admin:claims_step", args=[made.pk, "approve"]), follow=True)
        assert "before you decide on it" in answer.content.decode()
        assert "A secret summary." not in answer.content.decode()

    def test_against_ones_own_opinion_says_so(self, client):
        made = desk.awaiting()
        approver = sign_in(client, "approver")
        workflow.second_opinions.give_opinion(made, by=approver, verdict="true", confidence=60)
        page = " ".join(page_of(client, made, "approve").split())
        assert "Your own opinion was <strong>true</strong>; the review says <strong>false</strong>" in page

    @pytest.mark.parametrize("step", ["submit", "correct", "retract"])
    def test_that_readers_will_see_shows_its_page_within_the_desk_alone(self, client, step):
        made = desk.published().claim
        made = workflow.take("recheck", made, by=desk.person("editor"), reason="New log.")
        sign_in(client, "editor")
        assert 'class="as-readers"' in page_of(client, made, step)
        preview = client.get(reverse("admin:claims_preview", args=[made.pk]))
        assert preview["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in preview["Content-Security-Policy"]

    def test_leaves_one_row_in_the_history(self, client):
        sign_in(client, "editor")
        made = in_review()
        before = made.history.count()
        take_step(client, made, "submit")
        assert made.history.count() == before + 1


class TestASaveThatChangesNothing:
    def test_leaves_no_trace(self, client):
        sign_in(client, "editor")
        made = desk.with_evidence(desk.claim())
        before = (made.version, made.history.count())
        page = client.post(made.get_absolute_url(), form_of(client, made), follow=True).content.decode()
        made.refresh_from_db()
        assert (made.version, made.history.count()) == before
        assert "Nothing was changed" in page

    def test_but_for_a_row_of_evidence_is_a_new_version(self, client):
        sign_in(client, "editor")
        made = desk.with_evidence(desk.claim())
        version = made.version
        post(client, made, {**form_of(client, made), "evidence-0-note": "It lists all ships."})
        made.refresh_from_db()
        assert made.version == version + 1
        assert Evidence.objects.get().note == "It lists all ships."


class TestADraftCapturedByMistake:
    def captured(self, client):
        article = desk.article()
        bench = reverse("admin:claims_workbench", args=[article.pk])
        page = client.post(bench, {"mark": "", "exact": "ten ships came", "stance": "reports"}, follow=True)
        return bench, Claim.objects.get(), page.content.decode()

    def test_is_taken_back_by_the_button_in_the_message_and_its_history_stays(self, client):
        sign_in(client, "contributor")
        bench, made, page = self.captured(client)
        assert f'name="undo_capture" value="{made.pk}">Undo</button>' in page
        after = client.post(bench, {"undo_capture": made.pk, "stance": "asserts"}, follow=True).content.decode()
        assert "Taken back" in after and not Claim.objects.exists()
        assert Claim.history.filter(history_type="-").get().history_change_reason == "Captured by mistake"

    def test_is_kept_where_it_was_worked_on_since_or_is_somebody_elses(self, client):
        editor = sign_in(client, "editor")
        bench, made, _ = self.captured(client)
        sign_in(client, "contributor")
        answer = client.post(bench, {"undo_capture": made.pk, "stance": "asserts"}).content.decode()
        assert "drafts that you made yourself" in answer and Claim.objects.exists()
        client.force_login(editor)
        desk.with_evidence(made)
        assert "worked on since" in client.post(bench, {"undo_capture": made.pk, "stance": "asserts"}).content.decode()
        assert Claim.objects.exists()

    def test_is_deleted_from_its_form_by_whoever_made_it(self, client):
        sign_in(client, "contributor")
        _, made, _ = self.captured(client)
        assert (
            reverse("admin:claims_claim_delete", args=[made.pk]) in client.get(made.get_absolute_url()).content.decode()
        )
        client.post(reverse("admin:claims_claim_delete", args=[made.pk]), {"post": "yes"})
        assert not Claim.objects.exists()

    def test_is_not_deleted_by_whoever_made_it_once_others_worked_on_it(self, client):
        contributor = sign_in(client, "contributor")
        _, made, _ = self.captured(client)
        editor = desk.person("editor")
        workflow.comments.say(made, by=editor, text="Worth checking.")
        assert "Others have worked" in workflow.drafts.deletion_refusal(made, contributor)
        made.comments.all().delete()
        assert not workflow.drafts.deletion_refusal(made, contributor)
        workflow.take("return_to_draft", workflow.take("start_review", made, by=editor), by=editor, reason="Not yet.")
        made.refresh_from_db()
        assert "Others have worked" in workflow.drafts.deletion_refusal(made, contributor)
        assert client.post(reverse("admin:claims_claim_delete", args=[made.pk]), {"post": "yes"}).status_code == 403

    def test_is_deleted_by_no_colleague_and_not_once_it_is_in_review(self, client):
        contributor = sign_in(client, "contributor")
        _, made, _ = self.captured(client)
        sign_in(client, "editor")
        assert client.post(reverse("admin:claims_claim_delete", args=[made.pk]), {"post": "yes"}).status_code == 403
        workflow.take("start_review", made, by=desk.person("editor"))
        client.force_login(contributor)
        assert client.post(reverse("admin:claims_claim_delete", args=[made.pk]), {"post": "yes"}).status_code == 403
        assert Claim.objects.exists()


class TestEvidenceUsedBefore:
    def looked_up(self, client, typed):
        return client.get(reverse("admin:claims_used_before"), {"typed": typed}).json()["evidence"]

    def test_is_offered_by_title_or_link_with_what_goes_with_it(self, client):
        sign_in(client, "contributor")
        agency = desk.source("agency", name="The Agency")
        made = desk.claim()
        desk.with_evidence(made, title="Harbour log of May", url="https://example.org/log", origin=agency)
        desk.with_evidence(desk.claim(), title="Harbour log of May", url="https://example.org/log")
        for typed in ("harbour lo", "https://example.org/l"):
            (item,) = self.looked_up(client, typed)
            assert (item["title"], item["reliability"], item["credibility"]) == ("Harbour log of May", "B", "2")
        assert self.looked_up(client, "har") == []
        assert self.looked_up(client, "nothing like it") == []

    def test_brings_the_newest_grade_and_origin(self, client):
        sign_in(client, "contributor")
        agency = desk.source("agency", name="The Agency")
        desk.with_evidence(desk.claim(), title="Harbour log", url="https://example.org/log", reliability="D")
        desk.with_evidence(desk.claim(), title="Harbour log", url="https://example.org/log", origin=agency)
        (item,) = self.looked_up(client, "Harbour")
        assert (item["reliability"], item["origin"]["name"]) == ("B", "The Agency")


def test_a_rationale_is_shown_as_readers_will_see_it_and_runs_nothing(client):
    sign_in(client, "editor")
    text = "The log [1] lists **none** [2]. <script>alert(1)</script>"
    asked = {"rationale": text, "evidence": "1"}
    shown = client.post(reverse("admin:claims_rationale"), asked).content.decode()
    assert '<a href="#evidence-1">[1]</a>' in shown and "none</strong> [2]" in shown
    assert "<strong>none</strong>" in shown and "<script" not in shown
