"""What the page of a claim shows of a publication: for readers, and for the desk before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Concat

from claims import record
from claims.models import Card, Publication
from claims.vocabulary import CardKind, Stance

CLAIM_TEMPLATE = "claims/claim.html"


def claim_page(
    publication: Publication, versions: Sequence[Publication], *, is_version: bool = False
) -> dict[str, Any]:
    """Return the context of CLAIM_TEMPLATE; `versions` are all of the claim's, newest first."""
    document = record.parse(publication.record)
    listed = Card.objects.current().filter(
        Q(kind=CardKind.SOURCE, subject=document.claimant.slug if document.claimant else "")
        | Q(kind=CardKind.ARTICLE, subject__in=[item.article.slug for item in document.appearances])
        | Q(kind=CardKind.TOPIC, subject__in=[topic.slug for topic in document.topics])
    )
    related = Publication.shown.current().filter(slug__in=[item.slug for item in document.relations])
    shown = set(related.values_list("slug", flat=True)) if document.relations else set()
    return {
        "publication": publication,
        "record": document,
        "evidence": [
            (stance.label, [item for item in document.evidence if item.stance == stance]) for stance in Stance
        ],
        "relations": [item for item in document.relations if item.slug in shown],
        "versions": versions,
        "newest": versions[0],
        "is_version": is_version,
        "is_preview": False,
        "is_withheld": False,
        "listed_as": dict(listed.values_list(Concat("kind", Value(" "), "subject"), "name")),
        "changes": [],
        "chain_before": "",
    }
