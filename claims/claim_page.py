"""What the page of a claim shows of a publication: for readers, and for the desk before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language

from claims import record
from claims.models import Card, Publication
from claims.record import cards
from claims.record.headline import answer, headline, languages_of, review_in
from claims.vocabulary import PublicationKind, Stance

CLAIM_TEMPLATE = "claims/claim.html"


def claim_page(
    publication: Publication, versions: Sequence[Publication], *, is_version: bool = False
) -> dict[str, Any]:
    """Return the context of CLAIM_TEMPLATE; `versions` are all of the claim's, newest first."""
    document = record.parse(publication.record)
    named = {(kind.value, reference.slug) for kind, reference in cards.named_in(document)}
    rows = Card.objects.filter(kind__in=dict(named), subject__in={slug for _, slug in named}).order_by("number")
    listed = {f"{kind} {subject}": name for kind, subject, name in rows.values_list("kind", "subject", "name")}
    related = Publication.shown.current().filter(slug__in=[item.slug for item in document.relations])
    shown = dict(related.values_list("slug", "statement")) if document.relations else {}
    reviewed = document.reviewed or document
    before = next((version for version in versions if version.number == reviewed.number - 1), None)
    is_superseded = publication.is_followed
    return {
        "successor": publication.successor,
        "reviewed": reviewed,
        "before": before,
        "corrected": reviewed if reviewed.kind == PublicationKind.CORRECTION else None,
        "article_count": len({item.article.slug for item in document.appearances}),
        "publication": publication,
        "answer": answer(publication.record, is_superseded=is_superseded),
        "title": headline(publication.record, is_superseded=is_superseded),
        "record": document,
        "review": review_in(publication.record, get_language() or ""),
        "review_languages": languages_of(publication.record),
        "evidence": [
            (stance.label, [(place, item) for place, item in enumerate(document.evidence, 1) if item.stance == stance])
            for stance in Stance
        ],
        "relations": [
            item.model_copy(update={"statement": shown[item.slug]}) for item in document.relations if item.slug in shown
        ],
        "versions": versions,
        "newest": versions[0],
        "is_version": is_version,
        "is_preview": False,
        "is_withheld": False,
        "listed_as": listed,
        "changes": [],
        "chain_before": "",
        "more": [],
    }
