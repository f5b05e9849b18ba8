"""The desk: what each role can do there, and that nobody gets past the workflow or loses work."""

import re
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from claims import roles, workflow
from claims.models import Article, Claim, Evidence, Publication, Topic, Upload, uploads
from tests import desk

pytestmark = pytest.mark.django_db
CHANGE = "admin:claims_claim_change"


def form_of(client, made):
    """A claim's change form as a browser would send it back."""
    return form_of_object(client, reverse(CHANGE, args=[made.pk]))


def form_of_object(client, address):
    """A change form's fields as a browser would send them back."""
    page = client.get(address)
    assert page.status_code == 200
    data = {}
    forms = [page.context["adminform"].form]
    for formset in page.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    return data


def post(client, made, data, **changes):
    return client.post(reverse(CHANGE, args=[made.pk]), {**data, **changes})


def sign_in(client, role):
    user = desk.person(role)
    client.force_login(user)
    return user


def test_an_editor_edits_reviews_and_submits_and_an_approver_publishes(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim(summary=""))
    post(client, made, form_of(client, made), _step="start_review")
    post(client, made, form_of(client, made), summary="No ship came.", _step="submit")
    approver = sign_in(client, "approver")
    workflow.second_opinions.read_review(made, by=approver)
    post(client, made, form_of(client, made), _step="approve")
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
    assert (made.status, made.submitted_by, made.version) == ("draft", None, 2)
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


def test_a_step_without_what_it_asks_for_saves_the_form_and_says_why(client):
    sign_in(client, "editor")
    made = desk.with_evidence(desk.claim())
    workflow.start_review(made, by=desk.person("editor"))
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
    workflow.start_review(made, by=desk.person("editor"))
    opened = form_of(client, made)
    workflow.submit(made, by=desk.person("editor"))
    answer = post(client, made, opened, summary="Typed for long.")
    assert b"Typed for long." in answer.content
    version = Claim.objects.get(pk=made.pk).version
    answer = post(client, made, opened, summary="Typed for long.", seen_version=version)
    assert b"awaits approval" in answer.content
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
    workflow.start_review(made, by=desk.person("editor"))
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
    workflow.start_review(made, by=desk.person("editor"))
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


READ_ONLY = ("evidence", "appearance", "claimrelation", "publication")


@pytest.mark.parametrize("model", READ_ONLY)
def test_parts_of_claims_are_browsed_not_edited(client, model):
    publication = desk.published()
    sign_in(client, "administrator")
    assert client.get(reverse(f"admin:claims_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:claims_{model}_add")).status_code == 403
    pk = {"evidence": publication.claim.evidence.get().pk, "publication": publication.pk}.get(model)
    if pk:
        assert client.post(reverse(f"admin:claims_{model}_change", args=[pk]), {"title": "x"}).status_code == 403


@pytest.mark.parametrize("role", ["contributor", "editor", "approver", "administrator"])
def test_every_list_and_form_opens_for_every_role_that_may_see_it(client, role):
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, desk.article(), "ten ships")
    desk.published(draft)
    sign_in(client, role)
    for model in ("claim", "article", "source", "topic", "suggestion", *READ_ONLY):
        page = client.get(reverse(f"admin:claims_{model}_changelist"), {"q": "ships"})
        assert page.status_code == 200, model
        add = client.get(reverse(f"admin:claims_{model}_add"))
        may_add = model not in READ_ONLY and f"add_{model}" in roles.ROLES[role]
        assert add.status_code == (200 if may_add else 403), model
        assert b"<script>" not in add.content
        assert b" style=" not in add.content


def test_lists_are_searched_and_filtered_with_counts(client):
    desk.published(statement="A zebra came.")
    sign_in(client, "editor")
    page = client.get(
        reverse("admin:claims_claim_changelist"), {"q": "zebra", "band": "70-100", "_facets": "True"}
    ).content.decode()
    assert "A zebra came." in page
    assert "Published (1)" in page


def test_very_long_lists_are_of_the_newest_and_say_so(client, monkeypatch):
    monkeypatch.setattr("claims.desk.lists.ROWS", 3)
    for number in range(5):
        desk.claim(statement=f"Zebra {5 - number} came.")
    sign_in(client, "editor")
    rows = reverse("admin:claims_claim_changelist")
    page = client.get(rows, {"_facets": "True"}).content.decode()
    assert "More than 3 match" in page and "Draft (3)" in page
    by_statement = client.get(rows, {"o": "1"}).context["cl"]
    assert [claim.statement for claim in by_statement.result_list] == [
        "Zebra 1 came.",
        "Zebra 2 came.",
        "Zebra 3 came.",
    ]
    monkeypatch.setattr("claims.desk.lists.ROWS", 9)
    assert "More than" not in client.get(rows).content.decode()


def test_the_desk_finds_claims_by_words_in_any_order_and_by_who_made_them(client):
    desk.claim(statement="Ten zebras came to the harbour.", claimant=desk.source("gazette", name="The Evening Gazette"))
    sign_in(client, "editor")
    rows = reverse("admin:claims_claim_changelist")
    for query, count in {"harb zebra": 1, "evening gaz": 1, "zebra moon": 0, "'\"%_*": 0}.items():
        assert client.get(rows, {"q": query}).context["cl"].result_count == count, query


def test_only_those_allowed_take_the_working_data_out(client):
    desk.claim(statement="A secret draft.")
    address = reverse("admin:claims_export")
    for role, status in {"contributor": 403, "editor": 403, "approver": 403, "administrator": 200}.items():
        sign_in(client, role)
        assert client.get(address).status_code == status
    assert b"A secret draft." in b"".join(client.get(address).streaming_content)


def test_a_fixture_is_imported_by_upload_and_problems_are_listed(client):
    address = reverse("admin:claims_import")
    sign_in(client, "editor")
    assert client.get(address).status_code == 403
    sign_in(client, "administrator")
    bad = SimpleUploadedFile("bad.json", b'[{"model": "claims.nothing", "fields": {}}]')
    assert b"unknown model" in client.post(address, {"file": bad}).content
    topic = b'[{"model": "claims.topic", "fields": {"slug": "new", "name": "New", "is_retired": false}}]'
    looked_at = client.post(address, {"file": SimpleUploadedFile("ok.json", topic)})
    assert b"1 objects added" in looked_at.content
    assert not Topic.objects.exists()
    confirmed = {"token": looked_at.context["token"]}
    assert client.post(address, confirmed).status_code == 302
    assert Topic.objects.get().slug == "new"
    again = client.post(address, confirmed, follow=True)
    assert b"no longer here" in again.content


def test_reviews_by_others_are_looked_at_before_they_are_imported(client):
    address = reverse("admin:claims_import")
    sign_in(client, "administrator")
    assert b"null" not in client.get(address).content
    table = "Claim,Verdict,Odd\nTen ships came.,Kind of,1\n<b>Coal</b> came.,False,2\n".encode("utf-16")
    page = client.post(address, {"file": SimpleUploadedFile("t.csv", table), "reviewer": "AFP"})
    text = page.content.decode()
    assert "2 claims and 0 new versions added" in text
    assert "Not taken: Odd" in text
    assert "Kind of" in text
    assert "Coal came." in text
    assert not Publication.objects.exists()
    client.post(address, {"token": page.context["token"]})
    assert set(Publication.objects.values_list("verdict", "reviewer__name")) == {("", "AFP"), ("false", "AFP")}


def test_an_upload_is_confirmed_only_by_who_made_it(client):
    address = reverse("admin:claims_import")
    sign_in(client, "administrator")
    table = b"claim,rating,reviewer\nTen ships came.,False,AFP\n"
    token = client.post(address, {"file": SimpleUploadedFile("t.csv", table)}).context["token"]
    sign_in(client, "administrator")
    assert b"no longer here" in client.post(address, {"token": token}, follow=True).content
    assert b"no longer here" in client.post(address, {"token": str(token)[:-2]}, follow=True).content
    assert not Publication.objects.exists()


def left_on_disk():
    return list(Path(gettempdir()).glob("factcheck-import-*"))


def test_an_upload_that_is_only_looked_at_leaves_nothing_on_the_disk_and_is_swept(client, monkeypatch):
    """It is kept in the database, for any web server to go on with, until it waited too long."""
    address, table = reverse("admin:claims_import"), b"claim,rating,reviewer\nTen ships came.,False,AFP\n"
    sign_in(client, "administrator")
    before = left_on_disk()
    first = client.post(address, {"file": SimpleUploadedFile("t.csv", table)}).context["token"]
    assert left_on_disk() == before
    assert bytes(Upload.objects.get().content) == table
    late = timezone.now() + timedelta(seconds=uploads.WAITING_SECONDS + 1)
    monkeypatch.setattr(uploads.timezone, "now", lambda: late)
    client.post(address, {"file": SimpleUploadedFile("t.csv", table)})
    assert Upload.objects.count() == 1
    assert b"no longer here" in client.post(address, {"token": first}, follow=True).content
    assert not Publication.objects.exists()


def test_a_file_that_cannot_be_read_is_not_kept(client):
    sign_in(client, "administrator")
    client.post(reverse("admin:claims_import"), {"file": SimpleUploadedFile("bad.json", b"[{]")})
    assert not Upload.objects.exists()


def test_an_article_gets_its_address_once(client):
    sign_in(client, "editor")
    article = desk.article()
    page = client.get(reverse("admin:claims_article_change", args=[article.pk]))
    assert "slug" not in page.context["adminform"].form.fields
    assert Article.objects.get().slug == "an-article"


def test_the_desk_asks_strangers_to_sign_in(client):
    for name in ("admin:index", "admin:claims_claim_changelist", "admin:claims_export", "admin:claims_import"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302
        assert "/admin/login/" in answer.url


def test_a_retired_topic_is_not_offered_any_more(client):
    desk.topic("old")
    desk.topic("new")
    Topic.objects.filter(slug="old").update(is_retired=True)
    sign_in(client, "editor")
    query = {"app_label": "claims", "model_name": "claim", "field_name": "topics", "term": ""}
    offered = client.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [choice["text"] for choice in offered] == ["New"]
