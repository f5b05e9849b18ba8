"""What the database itself guarantees, on SQLite and on PostgreSQL."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from claims.models import Claim, ClaimRelation, Evidence, Publication
from tests import desk

pytestmark = pytest.mark.django_db


def copy_of(publication, **fields):
    publication.pk, publication.sequence = None, publication.sequence + 1
    for name, value in {"number": 2, "is_current": False, **fields}.items():
        setattr(publication, name, value)
    return publication


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE claims_publication SET statement = 'x'",
        "UPDATE claims_publication SET sequence = sequence + 1",
        "DELETE FROM claims_publication",
        "DELETE FROM claims_publication_topics",
        "UPDATE claims_publication_topics SET topic_id = topic_id + 1",
        "DELETE FROM claims_publication_articles",
    ],
)
def test_a_publication_can_be_neither_changed_nor_removed(statement):
    draft = desk.with_evidence(desk.claim())
    draft.topics.add(desk.topic())
    desk.appear(draft, desk.article(), "ten ships")
    desk.published(draft)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Publication.objects.count() == 1


def test_an_older_version_cannot_be_made_current_again():
    publication = desk.published()
    desk.republished(publication, step="submit")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Publication.objects.filter(number=1).update(is_current=True)


def test_nobody_approves_their_own_submission_even_by_hand():
    publication = desk.published()
    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        copy_of(publication, approved_by=publication.submitted_by).save()


def test_a_claim_has_one_current_publication():
    publication = desk.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(publication, is_current=True).save()


def test_an_address_belongs_to_one_claim():
    publication = desk.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(publication, claim_id=desk.claim().uid, number=1, is_current=False).save()


def test_a_version_number_is_given_once():
    publication = desk.published()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(publication, number=1).save()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "false"},
        {"verdict": "published"},
        {"confidence": 101},
        {"made_on_precision": "hour"},
        {"confidence_scale": "stars"},
        {"status": "awaiting_approval"},
    ],
)
def test_the_database_refuses_values_outside_the_vocabulary(fields):
    made = desk.claim()
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.filter(pk=made.pk).update(**fields)


def test_a_claim_does_not_relate_to_itself():
    made = desk.claim()
    with pytest.raises(IntegrityError), transaction.atomic():
        ClaimRelation.objects.create(from_claim=made, to_claim=made, kind="repeats")


def test_evidence_names_a_source_or_earlier_evidence_not_both():
    made = desk.with_evidence(desk.claim())
    first = made.evidence.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(claim=made, title="x", stance="supports", origin=desk.source(), origin_evidence=first)


def test_an_appearance_is_anchored_by_its_quote():
    found = desk.appear(desk.claim(), desk.article(), "coal was on board")
    assert (found.paragraph, found.article.text[found.start : found.end]) == (2, "coal was on board")
    assert found.prefix.endswith("Reportedly, ")


def test_a_quote_that_is_not_in_the_text_is_named():
    with pytest.raises(ValidationError, match="does not stand"):
        desk.appear(desk.claim(), desk.article(), "twelve ships")


def test_an_articles_text_is_kept_normalised():
    assert desk.article("crlf", text="one\r\n\r\n\r\n\r\ntwo ").text == "one\n\ntwo"


def test_objects_are_found_by_their_natural_keys():
    publication = desk.published()
    for obj in (publication, publication.claim, publication.claimant, publication.claim.evidence.get()):
        assert type(obj).objects.get_by_natural_key(*obj.natural_key()) == obj
