"""Who said that who said: the author claims it, and whom it is said of is told apart. A digest is no quotation."""

import json

import pytest

from claims import record
from claims.interchange.formats.web_annotation import of_record
from claims.models import Publication
from claims.vocabulary import TextRights
from tests import desk

pytestmark = pytest.mark.django_db
TEXT = "The minister wrote a letter. In it, the text says, ten ships were promised to the harbour."


def published(*, rights=TextRights.DIGEST, reported=True):
    article = desk.article(text=TEXT, rights=rights, url="https://example.org/article")
    draft = desk.with_evidence(desk.claim(claimant=desk.source("author", name="A. Author", kind="person")))
    speaker = desk.source("minister", name="The minister", kind="person") if reported else None
    desk.appear(draft, article, "ten ships were promised", stance="reports", reported=speaker)
    return desk.published(draft)


class TestWhoIsSaidToSayIt:
    def test_is_in_the_record_and_on_the_page_and_the_claim_stays_the_authors(self, client):
        publication = published()
        (appearance,) = publication.record["appearances"]
        assert appearance["reported"]["name"] == "The minister"
        assert publication.record["claimant"]["name"] == "A. Author"
        page = client.get(publication.get_absolute_url()).content.decode()
        assert "attributed to" in page and 'href="/sources/minister/"' in page

    def test_has_a_profile_that_lists_it_apart_and_counts_it_for_nobody(self, client):
        publication = published()
        page = client.get("/sources/minister/").content.decode()
        assert "Reported as saying" in page and publication.statement in page
        assert "How its claims fared" not in page
        assert "Reported as saying" not in client.get("/sources/author/").content.decode()

    def test_lists_a_claim_once_and_none_that_was_retracted(self, client):
        article = desk.article(text=TEXT)
        minister, twin = (desk.source(slug, name=slug.title(), kind="person") for slug in ("minister", "the-minister"))
        draft = desk.with_evidence(desk.claim())
        desk.appear(draft, article, "The minister wrote a letter", reported=minister)
        desk.appear(draft, article, "ten ships were promised", reported=twin)
        publication = desk.published(draft)
        desk.shown_anew(twin, merged_into="minister")
        assert client.get("/sources/minister/").content.decode().count(publication.statement) == 1
        desk.retracted(publication.claim, "It was another port.")
        page = client.get("/sources/minister/")
        assert publication.statement not in page.content.decode()

    def test_is_absent_from_a_record_in_which_nobody_is_named(self):
        (appearance,) = published(reported=False).record["appearances"]
        assert "reported" not in appearance

    def test_comes_back_from_an_export(self, tmp_path):
        publication = published()
        assert record.parse(json.loads(json.dumps(publication.record))).as_json() == publication.record
        assert list(Publication.objects.get().reported.values_list("slug", flat=True)) == ["minister"]


def test_a_number_in_the_rationale_leads_to_its_item_of_evidence(client):
    draft = desk.with_evidence(desk.claim(rationale="The log lists none [1]; [7] is a footnote elsewhere."))
    page = client.get(desk.published(draft).get_absolute_url()).content.decode()
    assert '<a href="#evidence-1">[1]</a>' in page and 'id="evidence-1"' in page
    assert "#evidence-7" not in page and "[7] is a footnote" in page


class TestADigest:
    def test_is_called_ours_and_never_quoted(self, client):
        publication = published()
        page = client.get(publication.get_absolute_url()).content.decode()
        assert "Our digest of the article, not the author’s words" in page
        assert "<blockquote" not in page.partition('class="appearance"')[2].partition("</figure>")[0]

    def test_is_annotated_on_our_page_which_has_its_words(self):
        (annotation,) = of_record(published().record, "https://desk.example")
        assert [one["source"] for one in annotation["target"]] == ["https://desk.example/articles/an-article/text.txt"]

    def test_is_told_from_the_authors_own_words(self, client):
        publication = published(rights=TextRights.FULL_TEXT_PRIVATE)
        figure = client.get(publication.get_absolute_url()).content.decode().partition('class="appearance"')[2]
        assert "<blockquote" in figure.partition("</figure>")[0] and "not the author" not in figure
        (annotation,) = of_record(publication.record, "https://desk.example")
        assert annotation["target"][-1]["source"] == "https://example.org/article"

    def test_is_shown_with_whole_words_around_the_passage(self, client):
        figure = client.get(published().get_absolute_url()).content.decode().partition('class="digest"')[2]
        passage = figure.partition("</p>")[0]
        assert "…letter. In it, the text says, <mark>" in passage
        assert "</mark> to the harbour.…" in passage
