"""A claim's form on the desk: nobody gets past the workflow, and nobody loses work."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from claims import workflow
from claims.models import Article, Claim, Evidence, Publication
from tests import desk
from tests.desk_forms import form_of, post, sign_in, take_step

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


def test_an_editor_edits_reviews_and_submits_and_an_approver_publishes(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim(summary=""))
    take_step(client, made, "start_review")
    take_step(client, made, "submit", {**form_of(client, made), "summary": "No ship came."})
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    take_step(client, made, "approve")
    assert Publication.objects.get().record["summary"] == "No ship came."


def test_a_new_claim_is_captured_with_its_quote_and_evidence(client):
    sign_in(client, "contributor")
    article = desk.article()
    data = {
        "statement": "Coal was shipped.", "slug": "coal", "made_on_precision": "day", "language": "en",
        "confidence_scale": "none_low_med_high",
        "appearances-TOTAL_FORMS": 1, "appearances-INITIAL_FORMS": 0, "appearances-0-article": article.pk,
        "appearances-0-exact": "coal was on board", "appearances-0-stance": "reports",
        "evidence-TOTAL_FORMS": 1, "evidence-INITIAL_FORMS": 0, "evidence-0-title": "Bill of lading",
        "evidence-0-stance": "supports", "evidence-0-reliability": "A", "evidence-0-credibility": "1",
        "relations_from-TOTAL_FORMS": 0, "relations_from-INITIAL_FORMS": 0,
        "reply_requests-TOTAL_FORMS": 0, "reply_requests-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert client.post(reverse("admin:claims_claim_add"), data).status_code == 302
    made = Claim.objects.get()
    assert (made.status, made.evidence.get().grade, made.appearances.get().paragraph) == ("draft", "A1", 2)


def test_a_quote_that_is_not_in_the_text_is_refused_at_its_row(client):
    sign_in(client, "editor")
    made = desk.claim()
    appearance = desk.appear(made, desk.article(), "ten ships")
    answer = post(client, made, form_of(client, made), **{"appearances-0-exact": "no such words"})
    assert b"does not stand in the article" in answer.content
    appearance.refresh_from_db()
    assert appearance.exact == "ten ships"


def test_no_form_sets_a_status(client):
    sign_in(client, "administrator")
    made = desk.with_evidence(desk.claim())
    post(client, made, form_of(client, made), status="published", submitted_by=1, version=99, created="2001-01-01")
    made.refresh_from_db()
    assert (made.status, made.submitted_by, made.version) == ("draft", None, 1)
    assert made.created.year != 2001


def test_no_bulk_action_touches_claims(client, rf):
    user = sign_in(client, "administrator")
    request = rf.get("/")
    request.user = user
    for model_admin in admin.site._registry.values():
        assert "delete_selected" not in model_admin.get_actions(request)
    made = desk.claim()
    address = reverse("admin:claims_claim_changelist")
    client.post(address, {"action": "delete_selected", "_selected_action": made.pk, "post": "yes"})
    assert Claim.objects.filter(pk=made.pk).exists()


def test_a_published_claim_is_not_deleted(client):
    publication = desk.published()
    sign_in(client, "administrator")
    address = reverse("admin:claims_claim_delete", args=[publication.claim.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
    draft = desk.claim()
    client.post(reverse("admin:claims_claim_delete", args=[draft.pk]), {"post": "yes"})
    assert not Claim.objects.filter(pk=draft.pk).exists()


def test_a_step_without_what_it_asks_for_says_why_and_is_not_taken(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    workflow.take("start_review", made, by=desk.person("editor"))
    answer = post(client, made, form_of(client, made), verdict="", summary="Kept.", _step="submit")
    page = client.get(answer.url).content.decode()
    assert "Choose a verdict." in page
    made.refresh_from_db()
    assert (made.status, made.summary) == ("in_review", "Kept.")


def test_the_second_of_two_editors_sees_both_versions_and_loses_nothing(client):
    first, second = desk.person("editor", "first"), desk.person("editor", "second")
    made = desk.with_evidence(desk.claim())
    client.force_login(second)
    opened = form_of(client, made)
    client.force_login(first)
    post(client, made, form_of(client, made), summary="The first text.")

    client.force_login(second)
    answer = post(
        client, made, opened, summary="The second text.", rationale="Typed long.", **{"evidence-0-note": "Mine."}
    )
    page = answer.content.decode()
    for words in ("first saved this claim", "The first text.", "The second text.", "Typed long.", "Mine."):
        assert words in page
    made.refresh_from_db()
    assert made.summary == "The first text."

    newest = re.search(r'name="seen_version" value="(\d+)"', page).group(1)
    post(client, made, opened, summary="Both texts.", seen_version=newest)
    made.refresh_from_db()
    assert made.summary == "Both texts."


def test_evidence_removed_meanwhile_does_not_lose_what_was_typed(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    opened = form_of(client, made)
    Evidence.objects.all().delete()
    Claim.objects.filter(pk=made.pk).update(version=2)
    answer = post(client, made, opened, **{"evidence-0-note": "Typed for long.", "summary": "And this."})
    assert answer.status_code == 200
    assert b"Typed for long." in answer.content
    assert b"And this." in answer.content


def test_text_typed_while_the_claim_was_locked_is_kept(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    workflow.take("start_review", made, by=desk.person("editor"))
    opened = form_of(client, made)
    workflow.take("submit", made, by=desk.person("editor"))
    answer = post(client, made, opened, summary="Typed for long.")
    assert b"Typed for long." in answer.content
    version = Claim.objects.get(pk=made.pk).version
    answer = post(client, made, opened, summary="Typed for long.", seen_version=version)
    assert b"awaiting approval. To edit it" in answer.content
    assert b"Typed for long." in answer.content
    made.refresh_from_db()
    assert made.summary == "Port records show no ship."


@pytest.mark.parametrize("state", ["awaiting_approval", "published"])
def test_a_forged_post_does_not_change_the_evidence_of_a_locked_claim(client, state):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    opened = form_of(client, made)
    desk.awaiting(made) if state == "awaiting_approval" else desk.published(made)
    version = Claim.objects.get(pk=made.pk).version
    answer = post(client, made, opened, seen_version=version, **{"evidence-0-title": "Forged"})
    assert workflow.editing_refusal(Claim.objects.get(pk=made.pk), desk.person("editor")) in answer.content.decode()
    assert b"Forged" in answer.content
    assert Evidence.objects.get().title == "Harbour log"


def test_a_contributor_does_not_change_the_evidence_of_a_claim_in_review(client):
    sign_in(client, "contributor")
    made = desk.with_evidence(desk.claim())
    opened = form_of(client, made)
    workflow.take("start_review", made, by=desk.person("editor"))
    version = Claim.objects.get(pk=made.pk).version
    post(client, made, opened, seen_version=version, **{"evidence-0-DELETE": "on"})
    assert Evidence.objects.count() == 1


def test_who_works_on_a_claim_and_when_it_is_due_can_change_in_every_state(client):
    publication = desk.published()
    editor = sign_in(client, "editor")
    made = publication.claim
    post(client, made, form_of(client, made), assigned_to=editor.pk, due_on="2027-01-01")
    made.refresh_from_db()
    assert (made.assigned_to, str(made.due_on), made.status) == (editor, "2027-01-01", "published")


def test_a_contributor_edits_drafts_only(client):
    sign_in(client, "contributor")
    made = desk.with_evidence(desk.claim())
    post(client, made, form_of(client, made), summary="Mine.")
    workflow.take("start_review", made, by=desk.person("editor"))
    assert "summary" not in form_of(client, made)
    version = Claim.objects.get(pk=made.pk).version
    answer = post(client, made, {}, statement="Taken over.", summary="Taken over.", seen_version=version)
    assert answer.status_code == 200
    made.refresh_from_db()
    assert made.summary == "Mine."


def test_the_history_shows_old_and_new_with_the_reason(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    post(
        client,
        made,
        form_of(client, made),
        summary="Two ships.",
        reason="A log turned up.",
        **{"evidence-0-title": "Log"},
    )
    page = client.get(reverse("admin:claims_claim_history", args=[made.pk])).content.decode()
    for words in (
        "<del>Port records show no ship.</del>",
        "<ins>Two ships.</ins>",
        "A log turned up.",
        "<ins>Log</ins>",
    ):
        assert words in page


def test_nothing_of_the_history_can_be_reverted_past_the_workflow(client):
    publication = desk.published()
    sign_in(client, "administrator")
    oldest = publication.claim.history.last()
    address = reverse("admin:claims_claim_history", args=[publication.claim.pk])
    client.post(f"{address}{oldest.pk}/", {"status": "draft"})
    assert Claim.objects.get().status == "published"


def test_an_article_gets_its_address_once(client):
    sign_in(client, "editor")
    article = desk.article()
    page = client.get(reverse("admin:claims_article_change", args=[article.pk]))
    assert "slug" not in page.context["adminform"].form.fields
    assert Article.objects.get().slug == "an-article"
