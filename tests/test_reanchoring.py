"""When an article's text is replaced: every quote is found again, or waits for an editor; none is dropped."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Appearance, Article, Claim
from tests import desk
from tests.desk_forms import form_of_object, sign_in

pytestmark = pytest.mark.django_db
TEXT = "A ministry said that ten ships came in May. Nobody saw them.\n\nReportedly, coal was on board."


def replaced(text, *quotes):
    article = desk.article(text=TEXT)
    marks = [desk.appear(desk.claim(), article, quote) for quote in quotes]
    article.text = text
    article.save()
    outcome = workflow.articles.reanchor(article, by=desk.person("editor"))
    for mark in marks:
        mark.refresh_from_db()
    return outcome, marks


def test_what_became_of_each_quote_is_told_and_kept():
    newer = "A ministry said that twelve ships came in May. Nobody saw them.\n\nNothing else is known."
    outcome, marks = replaced(newer, "A ministry", "Nobody saw them", "ten ships", "coal was on board")
    assert outcome == {"same": 1, "moved": 1, "changed": 1, "gone": 1}
    assert [mark.anchor_state for mark in marks] == ["same", "moved", "changed", "gone"]
    _, moved, changed, gone = marks
    assert newer[moved.start : moved.end] == "Nobody saw them"
    assert (changed.exact, newer[changed.start : changed.end]) == ("ten ships", "twelve ships")
    assert (gone.exact, gone.start, gone.end) == ("coal was on board", None, None)
    assert "replaced" in gone.history.first().history_change_reason


def test_a_quote_that_comes_back_stands_again():
    _, (mark,) = replaced("Nothing of it is left.", "ten ships")
    assert mark.anchor_state == "gone"
    mark.article.refresh_from_db()
    mark.article.text = TEXT
    mark.article.save()
    workflow.articles.reanchor(mark.article, by=desk.person("editor"))
    mark.refresh_from_db()
    assert mark.is_anchored
    assert TEXT[mark.start : mark.end] == "ten ships"


def test_two_quotes_of_one_claim_never_share_a_place():
    article = desk.article(text="ten ships here, and ten ships there, and that is all")
    made = desk.claim()
    first = desk.appear(made, article, "ten ships", start=0)
    second = desk.appear(made, article, "ten ships", prefix="and ", start=20)
    article.text = "Only ten ships are left now"
    article.save()
    workflow.articles.reanchor(article, by=desk.person("editor"))
    states = sorted(Appearance.objects.values_list("anchor_state", flat=True))
    assert states == ["gone", "moved"]
    assert {first.pk, second.pk} == set(Appearance.objects.values_list("pk", flat=True))


def test_quotes_may_change_places():
    _, (first, second) = replaced("coal was on board. ten ships", "ten ships", "coal was on board")
    assert first.start > second.start


def test_the_editor_sees_the_outcome_and_the_list_of_what_is_lost(client):
    sign_in(client, "editor")
    article = desk.article(text=TEXT)
    desk.appear(desk.claim(statement="Coal came."), article, "coal was on board")
    address = reverse("admin:claims_article_change", args=[article.pk])
    data = form_of_object(client, address)
    page = client.post(address, {**data, "text": "All else is new."}, follow=True).content.decode()
    assert "1 gone from the text" in page
    bench = client.get(reverse("admin:claims_workbench", args=[article.pk])).content.decode()
    assert "Quotes that no longer stand" in bench
    assert "coal was on board" in bench
    listed = client.get(reverse("admin:claims_appearance_changelist"), {"anchor_state__exact": "gone"})
    assert "coal was on board" in listed.content.decode()


def test_a_claim_whose_quote_is_gone_can_still_be_saved(client):
    from tests.desk_forms import form_of, post

    sign_in(client, "editor")
    article = desk.article(text=TEXT)
    made = desk.claim()
    desk.appear(made, article, "ten ships")
    Article.objects.filter(pk=article.pk).update(text="All else is new.")
    post(client, made, form_of(client, made), summary="Still here.", **{"appearances-0-attribution": "reportedly"})
    assert Claim.objects.get().summary == "Still here."
    assert Appearance.objects.get().attribution == "reportedly"


def test_a_changed_quote_is_published_without_a_position():
    article = desk.article(text=TEXT)
    made = desk.with_evidence(desk.claim())
    desk.appear(made, article, "ten ships")
    article.text = TEXT.replace("ten ships", "twelve ships")
    article.save()
    workflow.articles.reanchor(article, by=desk.person("editor"))
    (shown,) = desk.published(made).record["appearances"]
    assert (shown["exact"], shown["start"], shown["end"]) == ("ten ships", None, None)
