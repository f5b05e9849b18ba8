"""The list of claims as a tool: changed row by row and in bulk, searched in all its words, kept as views, taken out."""

import csv
import io
import json
from datetime import date

import pytest
from django.urls import reverse

from claims.interchange.exports import FORMATS
from claims.models import Claim, SavedView, Suggestion
from tests import desk
from tests.desk_forms import sign_in
from tests.statements import publish
from tests.test_desk_front_page import CLAIMS, run

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def rows_of(client, query=""):
    """The list's form as a browser would send it: its rows, and what each showed when it was opened."""
    listed = client.get(reverse(CLAIMS) + query).context["cl"]
    forms = listed.formset
    data = {f"form-{name}": forms.management_form[name].value() for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    for form in forms:
        data[form.add_prefix("id")] = form.instance.pk
        for name in form.fields.keys() & {"assigned_to", "due_on"}:
            value = form.initial.get(name) or ""
            data[form.add_prefix(name)] = data[f"initial-{form.add_prefix(name)}"] = value
    return data, [form.instance.pk for form in forms]


def saved(client, data, query=""):
    return client.post(reverse(CLAIMS) + query, {**data, "_save": "Save"}, follow=True).content.decode()


def found(client, query):
    return [str(claim) for claim in client.get(reverse(CLAIMS), {"q": query}).context["cl"].result_list]


class TestRows:
    def test_who_has_a_claim_and_when_it_is_due_is_changed_in_its_row(self, client):
        editor, other = sign_in(client, "editor"), desk.person("approver", "olga")
        made = desk.published().claim
        data, _ = rows_of(client)
        saved(client, {**data, "form-0-assigned_to": "olga", "form-0-due_on": "2027-03-01"})
        made.refresh_from_db()
        assert (made.assigned_to, made.due_on) == (other, date(2027, 3, 1))
        reasons = [entry.history_change_reason for entry in made.history.all()[:2]]
        assert reasons == ["Re-check due on 1 March 2027", "Assigned to olga"]
        assert made.history.first().history_user == editor

    def test_what_a_colleague_changed_meanwhile_stays(self, client):
        sign_in(client, "editor")
        made = desk.claim()
        data, _ = rows_of(client)
        olga = desk.person("editor", "olga")
        Claim.objects.filter(pk=made.pk).update(assigned_to=olga)
        saved(client, {**data, "form-0-due_on": "2027-03-01"})
        made.refresh_from_db()
        assert (made.assigned_to, made.due_on) == (olga, date(2027, 3, 1))

    def test_a_name_that_nobody_has_is_told_and_nothing_is_changed(self, client):
        sign_in(client, "editor")
        made = desk.claim()
        data, _ = rows_of(client)
        page = saved(client, {**data, "form-0-assigned_to": "nobody-here", "form-0-due_on": "2027-03-01"})
        assert "Nobody on this desk is called nobody-here." in page
        made.refresh_from_db()
        assert (made.due_on, made.version) == (None, 1)

    def test_a_row_of_somebody_who_left_the_desk_keeps_no_other_from_being_saved(self, client):
        sign_in(client, "editor")
        gone = desk.person("editor", "gone")
        of_gone, other = desk.claim(assigned_to=gone), desk.claim()
        gone.is_active = False
        gone.save()
        data, keys = rows_of(client)
        saved(client, {**data, f"form-{keys.index(other.pk)}-due_on": "2027-03-01"})
        other.refresh_from_db()
        of_gone.refresh_from_db()
        assert (other.due_on, of_gone.assigned_to) == (date(2027, 3, 1), gone)

    def test_a_list_without_these_columns_changes_neither(self, client):
        sign_in(client, "editor")
        desk.claim()
        page = client.get(reverse(CLAIMS), {"columns": ["shown_status", "claimant"]}).content.decode()
        assert "field-claimant" in page and "field-due_on" not in page and "form-0-due_on" not in page


class TestSearch:
    def test_claims_are_found_by_their_review_and_their_evidence(self, client):
        sign_in(client, "editor")
        made = desk.with_evidence(
            desk.claim(statement="Ten ships came.", summary="A zebra on deck.", rationale="The crane swung."),
            title="Harbour log of the pilot",
            url="https://records.example/treasury.gov/7",
        )
        for query in ("ships", "zebra", "crane", "pilot", "treasury.gov", "ships crane"):
            assert found(client, query) == [str(made)], query

    def test_a_mistyped_word_is_mended_as_on_the_readers_site_and_that_is_said(self, client):
        desk.published(statement="Wagner received rockets.")
        sign_in(client, "editor")
        page = client.get(reverse(CLAIMS), {"q": "Wagnre"}).content.decode()
        assert "Wagner received rockets." in page and "Showing results for “wagner”" in page
        assert "finds.</p>" not in client.get(reverse(CLAIMS), {"q": "xqzzv"}).content.decode()

    @pytest.mark.parametrize("asked", ["Did ten vessels arrive at Rason?", "라선 항구에 배 열 척이 왔다"])
    def test_where_few_claims_have_the_words_the_nearest_that_are_published_are_told(self, client, asked):
        near = publish("Ten ships came to the harbour of Rason.")
        desk.claim(statement="Ten ships came, says a draft.")
        sign_in(client, "editor")
        page = client.get(reverse(CLAIMS), {"q": asked}).content.decode().partition('id="nearest-title"')[2]
        assert near.statement in page and reverse("admin:claims_claim_change", args=[near.claim.pk]) in page
        assert "draft" not in page and near.get_verdict_display() not in page
        assert (
            'id="nearest-title"'
            not in client.get(reverse(CLAIMS), {"q": asked, "status__exact": "draft"}).content.decode()
        )

    def test_words_of_a_review_do_not_find_it_for_who_is_to_judge_it_blind(self, client):
        desk.awaiting(desk.with_evidence(desk.claim(statement="Ten ships came.", summary="A zebra on deck.")))
        sign_in(client, "approver")
        assert found(client, "zebra") == []
        assert found(client, "ships") == ["Ten ships came."]

    def test_articles_and_evidence_are_found_by_their_own_words(self, client):
        sign_in(client, "editor")
        article = desk.article(url="https://paper.example/harbour-news", text="Ten ships came. Nobody saw the zebra.")
        item = desk.with_evidence(desk.claim(), title="Pilot's log").evidence.get()
        for model, query, row in (
            ("article", "zebra ships", article),
            ("article", "harbour-news", article),
            ("evidence", "pilot", item),
        ):
            listed = client.get(reverse(f"admin:claims_{model}_changelist"), {"q": query}).context["cl"]
            assert list(listed.result_list) == [row], (model, query)

    @pytest.mark.database("sqlite", "postgresql")
    def test_the_index_follows_every_change(self, client):
        sign_in(client, "editor")
        made = desk.claim(summary="A zebra.")
        Claim.objects.filter(pk=made.pk).update(summary="A heron.")
        assert (found(client, "zebra"), found(client, "heron")) == ([], [str(made)])
        made.refresh_from_db()
        made.delete()
        assert found(client, "heron") == []


class TestBulk:
    def test_a_due_date_is_set_for_many(self, client):
        sign_in(client, "editor")
        made = [desk.claim(), desk.published().claim]
        assert "2 claims due for a re-check on 1 March 2027" in run(client, "schedule", made, due="2027-03-01")
        assert {claim.due_on for claim in Claim.objects.all()} == {date(2027, 3, 1)}
        assert "Not a day that can be read" in run(client, "schedule", made, due="soon")
        assert "2 claims no longer due" in run(client, "schedule", made, due="")

    def test_reviews_are_started_and_claims_dropped_each_by_its_own_rules(self, client):
        sign_in(client, "editor")
        draft, locked = desk.claim(), desk.published().claim
        page = run(client, "start_review", [draft, locked])
        assert "1 claim in review now" in page and "is not possible: the claim is published now" in page
        assert "Say why they are dropped" in run(client, "drop", [draft])
        assert "1 claim dropped" in run(client, "drop", [draft, locked], why="Said twice.")
        assert set(Claim.objects.values_list("status", flat=True)) == {"dropped", "published"}

    def test_contributors_start_no_reviews_and_take_nothing_out(self, client):
        sign_in(client, "contributor")
        made = desk.claim()
        for action in ("start_review", "take_out"):
            run(client, action, [made], format="working-list")
        made.refresh_from_db()
        assert made.status == "draft"

    def test_suggestions_are_declined_together_with_one_answer(self, client):
        sign_in(client, "editor")
        spam = [Suggestion.objects.create(text=f"Buy {number} pills.") for number in range(3)]
        chosen = {"action": "decline", "_selected_action": [one.pk for one in spam[:2]]}
        address = reverse("admin:claims_suggestion_changelist")
        assert "Write an answer" in client.post(address, {**chosen, "answer": ""}, follow=True).content.decode()
        told = client.post(address, {**chosen, "answer": "This is an advertisement."}, follow=True).content.decode()
        assert "2 suggestions declined" in told
        states = Suggestion.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == ["declined", "declined", "new"]

    def taken_out(self, client, claims, name):
        data = {"action": "take_out", "_selected_action": [claim.pk for claim in claims], "format": name}
        answer = client.post(reverse(CLAIMS), data)
        return b"".join(answer.streaming_content).decode() if answer.streaming else ""

    def test_the_working_list_is_taken_out_for_a_spreadsheet(self, client):
        sign_in(client, "editor")
        draft = desk.claim(statement="=HYPERLINK(1)", verdict="false", confidence=80)
        table = list(csv.DictReader(io.StringIO(self.taken_out(client, [draft], "working-list"))))
        assert [(row["Claim"], row["Status"], row["Verdict"], row["Confidence"]) for row in table] == [
            ("'=HYPERLINK(1)", "Draft", "False", "80")
        ]

    def test_a_review_to_be_judged_blind_is_not_in_it(self, client):
        waiting = desk.awaiting(desk.with_evidence(desk.claim(summary="A zebra on deck.", verdict="false")))
        sign_in(client, "approver")
        text = self.taken_out(client, [waiting], "working-list")
        (row,) = csv.DictReader(io.StringIO(text))
        assert (row["Verdict"], row["Confidence"], row["Summary"]) == ("", "", "")
        assert "zebra" not in text

    def test_what_is_published_of_the_selection_leaves_in_every_format_and_nothing_else_does(self, client):
        sign_in(client, "editor")
        zebra = desk.with_evidence(desk.claim(statement="A zebra came."))
        desk.appear(zebra, desk.article(), "ten ships")
        chosen, other = desk.published(zebra), desk.published(statement="A heron came.")
        draft = desk.claim(statement="A draft of ours.")
        for name in FORMATS:
            text = self.taken_out(client, [chosen.claim, draft], name)
            assert "A zebra came." in text or "A zebra came." in json.dumps(text, ensure_ascii=False), name
            assert other.statement not in text and draft.statement not in text, name
        assert self.taken_out(client, [draft], "jsonl") == ""


class TestViews:
    def keep(self, client, name, query="status__exact=draft&o=2", **fields):
        return client.post(reverse("admin:claims_view"), {"name": name, "query": query, **fields}, follow=True)

    def test_a_list_is_kept_under_a_name_with_its_filters_order_and_columns(self, client):
        sign_in(client, "editor")
        desk.claim()
        query = "status__exact=draft&o=-7&columns=claimant&columns=due_on"
        page = self.keep(client, "Drafts by date", f"{query}&p=2")
        assert "Saved as “Drafts by date”" in page.content.decode()
        (link,) = client.get(f"{reverse(CLAIMS)}?{query}").context["views"]
        assert link.is_here and link.is_mine
        assert "field-claimant" in client.get(link.address).content.decode()
        assert "You have a view of that name" in self.keep(client, "Drafts by date").content.decode()

    def test_others_see_it_only_if_it_is_shared_and_nobody_deletes_anothers(self, client):
        sign_in(client, "editor")
        self.keep(client, "Mine")
        self.keep(client, "Ours", is_shared="on")
        sign_in(client, "contributor")
        assert [str(link.view) for link in client.get(reverse(CLAIMS)).context["views"]] == ["Ours"]
        client.post(reverse("admin:claims_view"), {"delete": SavedView.objects.get(name="Ours").pk})
        assert SavedView.objects.count() == 2

    @pytest.mark.database("sqlite", "postgresql")
    def test_no_sign_that_no_database_stores_is_in_its_name(self, client):
        sign_in(client, "editor")
        self.keep(client, "a\0b")
        assert "\0" not in SavedView.objects.get().name

    @pytest.mark.parametrize("odd", ["\0", "'", '"', 'a" OR b', "-", "*", "()", "a" * 10_000, "😀", "NEAR(a b)", "x:y"])
    @pytest.mark.database("sqlite", "postgresql")
    def test_any_search_and_any_columns_are_a_list(self, client, odd):
        sign_in(client, "editor")
        for model in ("claim", "article", "evidence"):
            answer = client.get(reverse(f"admin:claims_{model}_changelist"), {"q": odd, "columns": odd})
            assert answer.status_code in {200, 302}, (model, odd)

    def test_its_owner_deletes_it(self, client):
        sign_in(client, "editor")
        self.keep(client, "Mine")
        client.post(reverse("admin:claims_view"), {"delete": SavedView.objects.get().pk})
        assert not SavedView.objects.exists()
