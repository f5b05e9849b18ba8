"""What the claim's form shows beside its fields: evidence at a glance, suggested confidence, relations, likenesses."""

from __future__ import annotations

from dataclasses import dataclass

from claims.evidence_rules import confidence
from claims.evidence_rules.origins import Independence, Trail, independence, origins, trails
from claims.models import Claim, ClaimRelation, Evidence
from claims.search import Alike, likely_duplicates
from claims.vocabulary import Stance

MAX_RELATIONS = 100


@dataclass(frozen=True)
class Origin:
    """One source, with what traces to it by the words of each stance; "" where no origin is named."""

    name: str
    by_stance: list[tuple[str, list[Evidence]]]


@dataclass(frozen=True)
class Panels:
    """What is shown of a saved claim."""

    origins: list[Origin]
    suggestion: confidence.SuggestedConfidence
    independence: Independence
    relations_to: list[ClaimRelation]
    alike: list[Alike]


def of(claim: Claim, *, is_editable: bool) -> Panels:
    """Return a claim's panels; its likenesses only while they can still be acted on."""
    items = list(claim.evidence.select_related("publisher", "origin"))
    traced = origins(_trails(items))
    return Panels(
        origins=_matrix(items, traced),
        suggestion=confidence.suggest(claim.verdict, map(_graded, items, traced)),
        independence=independence(claim.verdict, zip([item.stance for item in items], traced, strict=True)),
        relations_to=list(claim.relations_to.select_related("from_claim")[:MAX_RELATIONS]),
        alike=likely_duplicates(claim.statement, besides=claim.pk) if is_editable else [],
    )


def _trails(items: list[Evidence]) -> list[Trail]:
    places: dict[int | None, int] = {item.pk: place for place, item in enumerate(items, 1)}
    return trails(
        (item.title, item.origin.name if item.origin else "", places.get(item.origin_evidence_id)) for item in items
    )


def _graded(item: Evidence, origin: str) -> confidence.Graded:
    return confidence.Graded(item.stance, item.reliability, item.credibility, origin, item.title)


def _matrix(items: list[Evidence], traced: list[str]) -> list[Origin]:
    rows: dict[str, dict[str, list[Evidence]]] = {}
    for item, origin in zip(items, traced, strict=True):
        rows.setdefault(origin, {}).setdefault(item.stance, []).append(item)
    return [
        Origin(name, [(str(stance.label), cells[stance]) for stance in Stance if stance in cells])
        for name, cells in rows.items()
    ]
