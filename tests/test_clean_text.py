"""Text is clean at every door: no sign breaks a feed, none is lost but those that nobody can read."""

from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from claims.models import Article, Claim, Publication, Suggestion
from claims.text import cleaning
from tests import desk
from tests.desk_forms import form_of, form_of_object, post, sign_in

pytestmark = pytest.mark.django_db

DIRTY = "Ten\x0bships\u2028came\uffff\x01 in Ma\u0301y."
CLEAN = "Ten ships came in M\u00e1y."


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One. Two."), ("One<br>two", "One two"), ("a <b>bold</b>ly", "a boldly"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"), ("a<b and c>d", "a<b and c>d"), ("<Under 18> vote", "<Under 18> vote"),
        ('<a href="x">here</a>', "here"), ("x<script>alert(1)</script>y", "x y"), ("x<!-- <p>no</p> -->y", "x y"),
        ("x <!-- never closed", "x <!-- never closed"), ("R&amp;D &lt;b&gt;", "R&D <b>"), ("", ""),
    ],
)  # fmt: skip
def test_markup_becomes_what_a_browser_shows(markup, text):
    assert cleaning.in_one_line(cleaning.without_markup(markup)) == text


def test_clean_text_is_left_alone():
    text = "Line one.\n\n\tLine “two” — naïve, 한국, हिन्दी, 👩‍🚀."
    assert cleaning.clean(text) == text


def test_what_is_typed_on_the_desk_is_kept_clean(client):
    sign_in(client, "editor")
    made = desk.claim()
    data = form_of(client, made)
    post(client, made, data, statement=DIRTY)
    assert Claim.objects.get().statement == CLEAN


def test_a_suggestion_is_kept_clean(client):
    client.post("/suggest/", {"text": DIRTY, "contact": "a\uffffb"})
    assert Suggestion.objects.get().text == CLEAN


@pytest.mark.parametrize("feed", ["atom", "rss"])
def test_a_feed_can_be_read_whatever_was_published_before(client, feed):
    desk.published(desk.with_evidence(desk.claim(statement=DIRTY.replace("\x01", ""))))
    assert "\x0b" in Publication.objects.get().record["statement"]
    answer = client.get(f"/claims/feed.{feed}")
    assert CLEAN in "".join(ET.fromstring(answer.content).itertext())


def test_an_article_that_was_not_replaced_keeps_its_text_letter_by_letter(client):
    sign_in(client, "editor")
    text = "Ten\x0bships came in May."
    article = desk.article(text=text)
    address = reverse("admin:claims_article_change", args=[article.pk])
    data = {name: value for name, value in form_of_object(client, address).items() if value is not False}
    client.post(address, {**data, "title": "Another title"})
    article = Article.objects.get(pk=article.pk)
    assert (article.title, article.text) == ("Another title", text)
    data = {name: value for name, value in form_of_object(client, address).items() if value is not False}
    client.post(address, {**data, "text": "Eleven\x0bships came in May."})
    assert Article.objects.get(pk=article.pk).text == "Eleven ships came in May."


def test_passwords_are_left_as_they_are_typed(client):
    user = sign_in(client, "editor")
    typed = "e\u0301-a-long-word-nobody-guesses"
    old = f"{user.username}-password"
    client.post("/admin/password_change/", {"old_password": old, "new_password1": typed, "new_password2": typed})
    user.refresh_from_db()
    assert user.check_password(typed)
