"""Nobody is left untold: colleagues comment on a claim, and an inbox says what each should know of."""

import json

import pytest
from django.urls import reverse

from claims import workflow
from claims.interchange import exports
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.models import Claim, Comment, Notice
from tests import desk
from tests.desk_forms import form_of, post, sign_in, take_step

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def comment(client, made, text, **fields):
    return client.post(reverse("admin:claims_comment", args=[made.pk]), {"text": text, **fields}, follow=True)


def told(user):
    """What a person's unread notices say, the oldest first."""
    return [(notice.kind, str(notice.by)) for notice in Notice.objects.unread().filter(to=user).order_by("pk")]


class TestAComment:
    def test_stands_on_the_claims_form_with_its_replies_and_is_resolved_and_taken_up_again(self, client):
        editor = sign_in(client, "editor")
        made = desk.claim()
        comment(client, made, "Is the second log ours?")
        first = Comment.objects.get()
        page = comment(client, made, "It is the port’s.", reply_to=first.pk).content.decode()
        assert page.index("Is the second log ours?") < page.index("It is the port’s.")
        client.post(reverse("admin:claims_comment", args=[made.pk]), {"resolve": first.pk})
        first.refresh_from_db()
        assert first.resolved_by == editor
        assert "resolved by" in client.get(made.get_absolute_url()).content.decode()
        client.post(reverse("admin:claims_comment", args=[made.pk]), {"reopen": first.pk})
        first.refresh_from_db()
        assert first.resolved_at is None

    def test_tells_whom_it_names_whom_it_answers_and_who_has_the_claim_each_once(self, client):
        writer, named, owner = (desk.person("editor", name) for name in ("writer", "named.one", "owner"))
        made = desk.claim(assigned_to=owner)
        client.force_login(writer)
        comment(client, made, "Look, @named.one. And @owner?")
        client.force_login(named)
        comment(client, made, "I did, @writer", reply_to=Comment.objects.get().pk)
        assert told(named) == [("mentioned", "writer")]
        assert told(owner) == [("mentioned", "writer"), ("commented", "named.one")]
        assert told(writer) == [("mentioned", "named.one")]

    def test_that_names_nobody_here_is_kept_and_says_so(self, client):
        sign_in(client, "editor")
        made = desk.claim()
        outsider = desk.person("editor", "outsider")
        outsider.groups.clear()
        page = comment(client, made, "Ask @nobody and @outsider; mail me@example.org").content.decode()
        assert "there is no colleague called nobody, outsider" in page
        assert Comment.objects.count() == 1 and not Notice.objects.exists()

    def test_runs_nothing_and_is_text(self, client):
        sign_in(client, "editor")
        page = comment(client, desk.claim(), "<script>alert(1)</script>").content.decode()
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page

    @pytest.mark.parametrize(("text", "why"), [("  ", "Write something first"), ("x" * 5001, "at most 5000")])
    def test_that_cannot_be_taken_is_shown_to_be_sent_again(self, client, text, why):
        sign_in(client, "editor")
        answer = comment(client, desk.claim(), text)
        assert answer.status_code == 400
        assert why in answer.content.decode() and text.strip() in answer.content.decode()
        assert not Comment.objects.exists()

    def test_of_another_claim_is_not_answered(self, client):
        sign_in(client, "editor")
        comment(client, desk.claim(), "One.")
        other = desk.claim()
        answer = client.post(
            reverse("admin:claims_comment", args=[other.pk]), {"text": "Two.", "reply_to": Comment.objects.get().pk}
        )
        assert answer.status_code == 404

    def test_is_hidden_from_whoever_is_to_judge_blind_in_the_inbox_too(self, client):
        made = desk.awaiting()
        editor, approver = desk.person("editor"), desk.person("approver", "judge")
        workflow.comments.say(made, by=editor, text="@judge I am sure it is mostly false.")
        client.force_login(approver)
        for address in (made.get_absolute_url(), reverse("admin:inbox")):
            assert "mostly false." not in client.get(address).content.decode()
        assert "mentioned you" in client.get(reverse("admin:inbox")).content.decode()
        assert comment(client, made, "Mine.").status_code == 400
        workflow.second_opinions.read_review(made, by=approver)
        for address in (made.get_absolute_url(), reverse("admin:inbox")):
            assert "I am sure it is mostly false." in client.get(address).content.decode()

    def test_reaches_no_reader_and_leaves_in_the_whole_export_alone(self, client):
        made = desk.published().claim
        workflow.comments.say(made, by=desk.person("editor"), text="Between ourselves, @approver.")
        whole = "".join(fixture.write(exports.all_objects()))
        public = "".join(fixture.write(exports.public_objects()))
        assert "Between ourselves" in whole and "Between ourselves" not in public
        for address in (f"/claims/{made.slug}/", f"/claims/{made.slug}/record.json", "/claims/", "/feed.atom"):
            assert "Between ourselves" not in client.get(address).content.decode()

    def test_comes_back_from_the_whole_export_with_its_thread(self):
        made = desk.claim()
        editor = desk.person("editor", "writer")
        first, _ = workflow.comments.say(made, by=editor, text="First.")
        workflow.comments.say(made, by=editor, text="Reply.", reply_to=first)
        workflow.comments.resolve(first, by=editor)
        whole = "".join(fixture.write(exports.all_objects()))
        Claim.objects.all().delete()
        fixtures.bring_in(fixture.read(whole.encode()), desk.importer(into_empty=True))
        assert json.loads("".join(fixture.write(exports.all_objects()))) == json.loads(whole)
        assert [str(reply.reply_to) for reply in Comment.objects.exclude(reply_to=None)] == ["writer: First."]


class TestTheInbox:
    def test_counts_on_every_page_what_is_unread_and_marks_by_post_alone(self, client):
        editor = sign_in(client, "editor")
        made = desk.claim(statement="Ten ships came.")
        workflow.drafts.assign(made, by=desk.person("approver", "chief"), to=editor)
        home, inbox = reverse("admin:index"), reverse("admin:inbox")
        for address in (home, inbox, made.get_absolute_url(), reverse("admin:claims_source_changelist")):
            assert '<span class="queue-count">1</span></a>' in client.get(address).content.decode(), address
        assert told(editor) == [("assigned", "chief")]
        answer = client.post(inbox, {"open": Notice.objects.get().pk})
        assert answer.url == made.get_absolute_url() and told(editor) == []
        assert "Ten ships came." in client.get(inbox).content.decode()

    def test_of_one_person_is_nobody_elses(self, client):
        editor = desk.person("editor")
        workflow.drafts.assign(desk.claim(statement="Ten ships came."), by=desk.person("approver"), to=editor)
        sign_in(client, "administrator")
        notice = Notice.objects.get()
        assert "Ten ships came." not in client.get(reverse("admin:inbox")).content.decode()
        assert client.post(reverse("admin:inbox"), {"open": notice.pk}).status_code == 404
        client.post(reverse("admin:inbox"), {"read": notice.pk})
        client.post(reverse("admin:inbox"), {"all": "1"})
        assert told(editor) == [("assigned", str(notice.by))]

    def test_follows_a_claim_from_submission_to_correction(self):
        editor, approver = desk.person("editor", "writer"), desk.person("approver", "chief")
        made = desk.with_evidence(desk.claim())
        made = workflow.take("start_review", made, by=editor)
        colleague = desk.person("approver", "colleague")
        made = workflow.take("submit", made, by=editor)
        assert told(approver) == told(colleague) == [("to_approve", "writer")]
        made = workflow.take("send_back", made, by=approver, reason="Cite the second log.")
        assert told(approver) == told(colleague) == []  # what one of them decided waits for neither
        made = workflow.take("submit", made, by=editor)
        assert told(approver) == [("to_approve", "writer")]
        desk.approve(made, by=approver)
        assert told(approver) == []
        assert told(editor) == [("sent_back", "chief"), ("approved", "chief")]
        other = desk.person("editor", "other")
        made.refresh_from_db()
        made = workflow.take("recheck", made, by=other, reason="A new log.")
        Claim.objects.filter(pk=made.pk).update(verdict="true")
        made.refresh_from_db()
        desk.approve(workflow.take("correct", made, by=other, note="We had read one log."), by=approver)
        assert told(editor)[-1] == ("corrected", "chief")
        assert told(other) == [("corrected", "chief")]

    def test_tells_of_cards_and_readers_suggestions(self):
        owner = desk.person("editor", "owner")
        made = desk.published(desk.with_evidence(desk.claim(assigned_to=owner))).claim
        approver = desk.person("approver", "chief")
        row = desk.source()
        row.name = "Ministry of Ports"
        row.save()
        workflow.cards.propose(row, by=owner)
        Claim.objects.update(assigned_to=owner)
        made.refresh_from_db()
        workflow.suggestions.suggest(text="The log is online.", claim=made)
        assert told(approver) == [("to_approve", "owner")]
        assert told(owner)[-1] == ("suggestion", "None")

    def test_opens_each_kind_where_it_leads(self, client):
        self.test_tells_of_cards_and_readers_suggestions()
        for notice in Notice.objects.all():
            client.force_login(notice.to)
            answer = client.post(reverse("admin:inbox"), {"open": notice.pk}, follow=True)
            assert answer.status_code == 200, notice


class TestSendingBack:
    def test_gives_it_to_whoever_submitted_it_with_the_reason_on_top_of_the_form(self, client):
        editor = desk.person("editor", "writer")
        made = desk.awaiting(editor=editor)
        approver = sign_in(client, "approver")
        workflow.second_opinions.read_review(made, by=approver)
        take_step(client, made, "send_back", reason="The FT piece is behind a paywall.")
        made.refresh_from_db()
        assert made.assigned_to == editor
        client.force_login(editor)
        page = client.get(made.get_absolute_url()).content.decode()
        assert f"Sent back by {approver}" in page and "The FT piece is behind a paywall." in page
        front = client.get(reverse("admin:index")).content.decode()
        assert "Sent back to me" in front and made.statement in front

    def test_is_no_longer_on_top_once_it_is_submitted_again(self, client):
        editor = sign_in(client, "editor")
        made = desk.awaiting(editor=editor)
        made = workflow.take("send_back", made, by=desk.person("approver"), reason="One more source.")
        workflow.take("submit", made, by=editor)
        assert "Sent back by" not in client.get(made.get_absolute_url()).content.decode()


def test_starting_a_review_assigns_whoever_starts_it():
    editor = desk.person("editor")
    assert workflow.take("start_review", desk.claim(), by=editor).assigned_to == editor


def test_a_claim_given_to_somebody_on_its_form_tells_them(client):
    sign_in(client, "editor")
    other, made = desk.person("editor", "other"), desk.claim()
    post(client, made, form_of(client, made), assigned_to=other.pk)
    assert [kind for kind, _ in told(other)] == ["assigned"]
