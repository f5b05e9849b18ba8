"""W3C Web Annotations point at the words in the article."""

import pytest

from claims.interchange.formats import web_annotation
from tests import desk
from tests.contracts.records import SITE, document


@pytest.mark.django_db
def test_annotations_point_at_the_words_in_the_article():
    article = desk.article(text="😀 A ministry said that ten ships came in May.")
    draft = desk.with_evidence(desk.claim(statement="Ten ships came."))
    desk.appear(draft, article, "ten ships came in May")
    publication = desk.published(draft)
    page = document(web_annotation.write([publication.record], SITE))
    assert page["@context"] == "http://www.w3.org/ns/anno.jsonld"
    (item,) = page["items"]
    (target,) = item["target"]
    assert target["source"] == f"{SITE}/articles/an-article/text.txt"
    quote, position = target["selector"]
    assert article.text[position["start"] : position["end"]] == quote["exact"] == "ten ships came in May"
    assert [body["value"] for body in item["body"][:2]] == ["Ten ships came.", "False"]


@pytest.mark.django_db
def test_both_selectors_anchor_in_the_text_at_the_address_they_name(client):
    article = desk.article(text="😀 A ministry said that ten ships came in May.\n\nTen ships left again.")
    draft = desk.with_evidence(desk.claim(statement="Ten ships came."))
    desk.appear(draft, article, "ten ships came in May")
    desk.published(draft)
    ((target,),) = (item["target"] for item in document(client.get("/export/annotation").streaming_content)["items"])
    answer = client.get(target["source"].removeprefix("http://testserver"))
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode()
    quote, position = target["selector"]
    around = quote["prefix"] + quote["exact"] + quote["suffix"]
    assert text.count(around) == 1
    assert text[position["start"] : position["end"]] == quote["exact"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rights", "sources"),
    [
        ("digest", ["{site}/articles/an-article/text.txt"]),
        ("full_text", ["{site}/articles/an-article/text.txt", "https://news.example/a"]),
        ("full_text_private", ["https://news.example/a"]),
    ],
)
def test_a_quote_is_sought_only_where_its_words_stand(client, rights, sources):
    article = desk.article(rights=rights, url="https://news.example/a")
    draft = desk.with_evidence(desk.claim())
    desk.appear(draft, article, "ten ships came in May")
    publication = desk.published(draft)
    (item,) = document(web_annotation.write([publication.record], SITE))["items"]
    assert [target["source"] for target in item["target"]] == [source.format(site=SITE) for source in sources]
    is_shown = rights != "full_text_private"
    assert client.get("/articles/an-article/text.txt").status_code == (200 if is_shown else 404)
