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
    quote, position = item["target"]["selector"]
    assert article.text[position["start"] : position["end"]] == quote["exact"] == "ten ships came in May"
    assert [body["value"] for body in item["body"][:2]] == ["Ten ships came.", "False"]
