"""What the demo says, claim by claim. It is the same on any database, and brought in once for all tests here."""

import pytest
from django.db import transaction

from claims import record
from claims.interchange.formats import fixture
from claims.interchange.imports import fixtures
from claims.management.commands.demo import FIXTURE
from claims.models import Appearance, Article, Batch, Claim, Evidence, Publication
from claims.record.content_rules import cautions
from tests import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database("sqlite")]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        fixtures.bring_in(fixture.read(FIXTURE.read_bytes()), desk.importer())
        yield
        transaction.set_rollback(True)


def test_the_demo_is_a_desk_at_work(demo):
    current = Publication.objects.current()
    assert Claim.objects.count() >= 36
    assert current.reviews().count() >= 15
    assert len(set(current.reviews().values_list("verdict", flat=True))) >= 4
    assert set(Claim.objects.values_list("status", flat=True)) == {
        "draft", "in_review", "awaiting_approval", "published", "retracted",
    }  # fmt: skip
    assert Publication.objects.filter(kind="correction").count() == 1
    assert Publication.objects.filter(kind="retraction").count() == 1
    waiting = [item.record["imported"] for item in Batch.objects.get(kind="reviews").waiting()]
    assert len(waiting) == 3
    assert all(its["url"] and its["title"] and its["rating"] and its["published_on"] for its in waiting)


def test_every_published_review_of_the_demo_rests_on_a_source_with_an_address(demo):
    for publication in Publication.objects.current().reviews():
        assert any(item["url"].startswith("http") for item in publication.record["evidence"]), publication.slug


def test_every_claim_of_the_demo_is_anchored_in_the_digest(demo):
    article = Article.objects.get()
    for appearance in Appearance.objects.all():
        assert article.text[appearance.start : appearance.end] == appearance.exact
    assert Appearance.objects.values("claim").distinct().count() == Claim.objects.count()


def test_what_the_article_has_wrong_is_said(demo):
    verdicts = dict(Publication.objects.current().values_list("slug", "verdict"))
    assert verdicts["kim-2023-visit-returned-putins"] == "false"
    assert verdicts["treaty-in-force-by-russian-ratification"] == "false"
    assert verdicts["article-6-bars-third-country-deals"] == "mostly_false"
    assert verdicts["kim-premier-of-dprk"] == "false"
    assert verdicts["lady-k-returned-in-may"] == "unproven"


def test_what_a_review_of_the_demo_should_be_read_again_for_is_answered_in_it(demo):
    standing = Publication.shown.current().reviews()
    told = {publication.slug: cautions(record.parse(publication.record)) for publication in standing}
    assert {slug: found for slug, found in told.items() if found} == {}


def test_the_articles_author_claims_what_the_article_says_that_others_said(demo):
    letters = Publication.objects.current().filter(slug__startswith="letter-")
    assert letters.count() >= 3
    for publication in letters:
        assert publication.record["claimant"]["slug"] == "s-bushra-batool"
        assert publication.record["appearances"][0]["reported"]["slug"] == "vladimir-putin"


def test_the_demo_calls_its_digest_a_digest_and_says_how_its_date_is_known(demo, client):
    article = Article.objects.get()
    assert article.published_on < article.published_until
    assert "estimate" in article.published_reason
    for publication in Publication.objects.current():
        assert all(item["article"]["rights"] == "digest" for item in publication.record["appearances"])


def test_the_history_of_the_demo_is_told_over_days(demo):
    days = {publication.published_at.date() for publication in Publication.objects.all()}
    assert len(days) >= 7
    for number in Publication.objects.filter(number=2):
        assert number.published_at > Publication.objects.get(claim_id=number.claim_id, number=1).published_at


def test_evidence_of_one_origin_says_so(demo):
    assert Evidence.objects.filter(claim__slug="russia-released-nine-million").values("origin").distinct().count() == 1
