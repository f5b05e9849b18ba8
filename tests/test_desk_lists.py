"""The desk's lists: who sees them, searched, filtered, bounded."""

import pytest
from django.urls import reverse

from claims import roles
from claims.models import Topic
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


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
