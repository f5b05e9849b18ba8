"""One article added twice, the same text under two addresses: claims in work are marked in one of them."""

import pytest
from django.urls import reverse

from claims import workflow
from claims.models import Appearance, Article, Claim
from claims.record.verification import chain_faults
from tests import desk
from tests.desk_forms import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]

TEXT = "Ten ships came to the port. Coal was on board.\n\nNobody saw them."


@pytest.fixture
def twice():
    one = desk.article(slug="one", title="One", text=TEXT)
    other = desk.article(slug="other", title="Other", text="By a reporter\n\n" + TEXT)
    return one, other


def merge(client, one, other, **fields):
    address = reverse("admin:claims_article_merge", args=[one.pk])
    shown = client.get(address, {"into": other.pk})
    seal = shown.context["merger"].seal
    return shown.content.decode(), client.post(address, {"into": other.pk, "seal": seal, **fields}, follow=True)


def test_claims_in_work_are_marked_there_and_the_article_that_nothing_names_goes(client, twice):
    one, other = twice
    made = desk.claim()
    desk.appear(made, one, "Coal was on board", attribution="reportedly")
    editor = sign_in(client, "editor")
    shown, answer = merge(client, one, other)
    assert "<strong>1 passage" in shown and "is then deleted" in shown
    place = made.appearances.get()
    assert (place.article, place.attribution) == (other, "reportedly")
    assert other.text[place.start : place.end] == "Coal was on board"
    assert not Article.objects.filter(pk=one.pk).exists()
    assert answer.redirect_chain[-1][0] == reverse("admin:claims_workbench", args=[other.pk])
    assert made.history.first().history_user == editor and "merged into" in made.history.first().history_change_reason
    assert Article.history.filter(slug="one").first().history_user == editor


def test_a_claim_that_is_marked_there_already_is_marked_once(client, twice):
    one, other = twice
    made = desk.claim()
    for article in twice:
        desk.appear(made, article, "Coal was on board")
    sign_in(client, "editor")
    merge(client, one, other)
    assert made.appearances.get().article == other


def test_a_quote_that_the_other_text_does_not_have_waits_to_be_placed(client, twice):
    one, _ = twice
    shorter = desk.article(slug="shorter", text="Something else altogether was printed here.")
    made = desk.claim()
    desk.appear(made, one, "Nobody saw them")
    sign_in(client, "editor")
    shown, _ = merge(client, one, shorter)
    place = made.appearances.get()
    assert "do not stand in its text" in shown
    assert (place.exact, place.anchor_state, place.start) == ("Nobody saw them", "gone", None)


def test_what_readers_see_stays_as_it_is(client, twice):
    one, other = twice
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, one, "Ten ships")
    published = desk.published(draft)
    before = client.get(published.get_absolute_url()).content
    sign_in(client, "editor")
    shown, _ = merge(client, one, other)
    assert "1 more stay with this article" in shown and "readers see reviews that name it" in shown
    assert published.claim.appearances.get().article == one and Article.objects.filter(pk=one.pk).exists()
    client.logout()
    assert client.get(published.get_absolute_url()).content == before


def test_what_changed_since_it_was_shown_is_shown_again_and_contributors_do_not_merge(client, twice):
    one, other = twice
    made = desk.claim()
    desk.appear(made, one, "Ten ships")
    sign_in(client, "editor")
    _, answer = merge(client, one, other, seal="what was shown before")
    assert answer.status_code == 400 and "look at what moves again" in answer.content.decode()
    _, answer = merge(client, one, other, into=one.pk)
    assert "not merged with itself" in answer.content.decode()
    sign_in(client, "contributor")
    _, answer = merge(client, one, other)
    assert answer.status_code == 400 and made.appearances.get().article == one


def merging(loser, winner):
    seal, editor = workflow.articles.merger_of(loser, winner).seal, desk.person("editor")
    return lambda: workflow.articles.merge(loser, winner, by=editor, seal=seal)


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite", "postgresql")
def test_of_two_people_who_merge_two_articles_each_into_the_other_one_is_told(twice):
    one, other = twice
    made = desk.claim()
    desk.appear(made, one, "Ten ships")
    assert sorted(desk.at_once(merging(one, other), merging(other, one))) == ["StaleClaimError", "done"]
    left = Article.objects.get()
    place = made.appearances.get()
    assert place.article == left and left.text[place.start : place.end] == "Ten ships"


@pytest.mark.django_db(transaction=True)
@pytest.mark.database("sqlite", "postgresql")
def test_a_claim_that_is_published_while_its_article_is_merged_keeps_an_article(twice):
    one, other = twice
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, one, "Ten ships")
    waiting = desk.awaiting(draft)
    approver = desk.person("approver")
    assert desk.at_once(merging(one, other), lambda: desk.approve(waiting, by=approver)) == ["done", "done"]
    published = Claim.objects.get(pk=waiting.pk).publications.get()
    assert published.record["appearances"][0]["article"]["slug"] == "one"
    assert Article.objects.filter(slug="one").exists()
    assert Appearance.objects.get().article.slug == "one"
    assert not list(chain_faults())
