"""What the claim's form shows beside its fields: evidence at a glance, a suggested confidence, relations, likenesses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from claims import confidence
from claims.models import Claim, ClaimRelation, Evidence, independent_origins
from claims.search import Alike, likely_duplicates
from claims.vocabulary import Stance

MAX_RELATIONS = 100


@dataclass(frozen=True)
class Origin:
    """One independent source, with what traces to it by stance (in the order of Stance)."""

    name: str
    cells: list[list[Evidence]]


@dataclass(frozen=True)
class Panels:
    """What is shown of a saved claim."""

    origins: list[Origin]
    stances: list[str]
    suggestion: confidence.Suggestion
    relations_to: list[ClaimRelation]
    alike: list[Alike]


def of(claim: Claim, *, is_editable: bool) -> Panels:
    """Return a claim's panels; its likenesses only while they can still be acted on."""
    items = list(claim.evidence.select_related("publisher", "origin"))
    origins = independent_origins(items)
    return Panels(
        origins=_matrix(items, origins),
        stances=[str(stance.label) for stance in Stance],
        suggestion=confidence.suggest(claim.verdict, [_graded(item, origins[item.pk]) for item in items]),
        relations_to=list(claim.relations_to.select_related("from_claim")[:MAX_RELATIONS]),
        alike=likely_duplicates(claim.statement, besides=claim.pk) if is_editable else [],
    )


def _graded(item: Evidence, origin: tuple[str, str]) -> confidence.Graded:
    return confidence.Graded(item.stance, item.reliability, item.credibility, origin[0], item.title)


def _matrix(items: list[Evidence], origins: dict[int, tuple[str, str]]) -> list[Origin]:
    rows: dict[tuple[str, str], dict[str, list[Any]]] = {}
    for item in items:
        rows.setdefault(origins[item.pk], {}).setdefault(item.stance, []).append(item)
    return [Origin(name, [cells.get(stance, []) for stance in Stance]) for (_, name), cells in rows.items()]
