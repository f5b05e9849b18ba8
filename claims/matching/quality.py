"""How well the matcher does by the desk's own decisions, and which thresholds would do better."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from claims.models import Match
from claims.vocabulary import MatchDecision, MatchTier

DECISIONS = 20_000  # looked at, the newest
ENOUGH = 20  # decisions from which on a threshold is proposed
AIMS = {MatchTier.SUGGESTED: 0.5, MatchTier.VERY_LIKELY: 0.95}  # precision of what is shown in a tier and above


@dataclass(frozen=True)
class TierPrecision:
    """The decisions on one tier's finds."""

    tier: str
    decided: int
    confirmed: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.confirmed / self.decided) if self.decided else None


@dataclass(frozen=True)
class BetterThreshold:
    """The lowest threshold that would have reached the aim, if any."""

    tier: str
    setting: str
    now: float
    aim: float
    better: float | None


def by_tier() -> list[TierPrecision]:
    counted = {
        row["tier"]: row
        for row in Match.objects.order_by()
        .values("tier")
        .annotate(decided=Count("pk"), confirmed=Count("pk", filter=Q(decision=MatchDecision.CONFIRMED)))
    }
    none = {"decided": 0, "confirmed": 0}
    return [
        TierPrecision(str(tier.label), counted.get(tier, none)["decided"], counted.get(tier, none)["confirmed"])
        for tier in MatchTier
    ]


def better_thresholds() -> list[BetterThreshold]:
    rows = list(Match.objects.order_by("-id").values_list("score", "decision")[:DECISIONS])
    scored = sorted(((score, decision == MatchDecision.CONFIRMED) for score, decision in rows), reverse=True)
    return [
        BetterThreshold(
            str(tier.label), f"MATCH_{tier.name}", getattr(settings, f"MATCH_{tier.name}"), aim, lowest(scored, aim)
        )
        for tier, aim in AIMS.items()
    ]


def lowest(scored: list[tuple[float, bool]], aim: float) -> float | None:
    """Return the lowest score down to which at least the share `aim` is confirmed; scores are given greatest first."""
    found, confirmed = None, 0
    for number, (score, is_confirmed) in enumerate(scored, 1):
        confirmed += is_confirmed
        is_last_of_its_score = number == len(scored) or scored[number][0] < score
        if number >= ENOUGH and is_last_of_its_score and confirmed / number >= aim:
            found = round(score, 3)
    return found
