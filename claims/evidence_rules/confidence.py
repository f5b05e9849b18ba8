"""From graded evidence to a suggested confidence in a verdict, with its reasons. Pure.

The rule, in full:

1. An item counts only if both its axes are judged: F and 6 are "no basis" and add nothing.
   Context adds nothing either.
2. Its strength is reliability times credibility: A 0.95, B 0.8, C 0.6, D 0.4, E 0.2, times the
   value of the credibility in STIX 2.1, Appendix A (1 is 0.9, 2 is 0.7, 3 is 0.5, 4 is 0.3, 5 is 0.1).
3. Items of one stance that trace to one origin are one source (origins.py): the first counts, repeats do not.
4. Independent sources of one stance add up as independent chances of being right:
   one minus the product of what each leaves open. Items of unknown origin are no independent sources:
   the first of them counts in place of the others where it is the stronger, and adds nothing to them.
5. The suggestion is 50 + 50 × (strength for the verdict − strength against it), in whole numbers.
   So nothing judged suggests nothing, more independent support never lowers it, and contradiction
   pulls it to the middle and, when stronger than the support, below.

A verdict that lies on neither side (mixed, misleading, unproven, outdated, not checkable) gets no
suggestion. The editor decides: nothing applies a suggestion by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.evidence_rules.origins import UNKNOWN
from claims.scales import CONFIDENCE_BANDS, ConfidenceScale
from claims.vocabulary import VERDICT_RESTS_ON, Credibility, Reliability, Stance, Verdict, admiralty_grade

RELIABILITY_STRENGTH = {
    Reliability.A: 0.95,
    Reliability.B: 0.8,
    Reliability.C: 0.6,
    Reliability.D: 0.4,
    Reliability.E: 0.2,
}
CREDIBILITY_STRENGTH = {
    Credibility(band.word[0]): band.value / 100 for band in CONFIDENCE_BANDS[ConfidenceScale.ADMIRALTY_CREDIBILITY]
}
_OPPOSITE = {Stance.SUPPORTS: Stance.REFUTES, Stance.REFUTES: Stance.SUPPORTS}


@dataclass(frozen=True)
class Graded:
    """One piece of evidence as the rule sees it; items with equal `origin` are one source, unless it is UNKNOWN."""

    stance: str
    reliability: str
    credibility: str
    origin: str = UNKNOWN
    name: str = ""

    @property
    def strength(self) -> float:
        """From 0 (no basis, or context) to 0.855 (A1)."""
        if self.stance == Stance.CONTEXT:
            return 0.0
        reliability = RELIABILITY_STRENGTH.get(Reliability(self.reliability), 0.0)
        return reliability * CREDIBILITY_STRENGTH.get(Credibility(self.credibility), 0.0)


@dataclass(frozen=True)
class SuggestedConfidence:
    """A confidence of 0–100, or None where the evidence gives no basis, with the reasons in words."""

    confidence: int | None
    reasons: tuple[str, ...]


def suggest(verdict: str, evidence: Iterable[Graded]) -> SuggestedConfidence:
    """Return the confidence that the evidence suggests for a verdict ("" or one of Verdict)."""
    items = list(evidence)
    if not verdict:
        return SuggestedConfidence(None, (_("Choose a verdict first: confidence is confidence in a verdict."),))
    rests_on = VERDICT_RESTS_ON.get(Verdict(verdict))
    if rests_on is None:
        words = _("The verdict “%(verdict)s” lies on neither side: weigh the evidence yourself.")
        return SuggestedConfidence(None, (words % {"verdict": Verdict(verdict).label.lower()},))
    sources = _counted(items)
    wanted = Stance(rests_on)
    for_it, against = (_together(sources, stance) for stance in (wanted, _OPPOSITE[wanted]))
    reasons = tuple(_reasons(items, sources, wanted))
    if not for_it and not against:
        return SuggestedConfidence(None, (*reasons, _("No judged evidence bears on the verdict: nothing to suggest.")))
    return SuggestedConfidence(round(50 + 50 * (for_it - against)), reasons)


def _counted(items: list[Graded]) -> list[Graded]:
    """Return the first judged item of each origin and stance; of all unknown ones, the first."""
    first: dict[tuple[str, str], Graded] = {}
    for item in items:
        if item.strength:
            first.setdefault((item.stance, item.origin), item)
    return list(first.values())


def _together(sources: list[Graded], stance: Stance) -> float:
    of_stance = [item for item in sources if item.stance == stance]
    independent = 1 - prod(1 - item.strength for item in of_stance if item.origin != UNKNOWN)
    return max([independent, *(item.strength for item in of_stance if item.origin == UNKNOWN)])


def _reasons(items: list[Graded], sources: list[Graded], wanted: Stance) -> Iterable[str]:
    for stance, side in ((wanted, _("for the verdict")), (_OPPOSITE[wanted], _("against it"))):
        of_stance = [item for item in sources if item.stance == stance]
        named = [item for item in of_stance if item.origin != UNKNOWN]
        if of_stance:
            listed = ", ".join(
                f"{item.name or _('an item')} ({admiralty_grade(item.reliability, item.credibility)})"
                for item in named or of_stance
            )
            words = ngettext(
                "%(count)s independent source %(side)s: %(items)s; together %(strength)s of 1.",
                "%(count)s independent sources %(side)s: %(items)s; together %(strength)s of 1.",
                len(named),
            )
            if not named:
                words = _("No named origin %(side)s: %(items)s; together %(strength)s of 1.")
            strength = f"{_together(sources, stance):.2f}"
            yield words % {"count": len(named), "side": side, "items": listed, "strength": strength}
    bearing = [item for item in items if item.stance != Stance.CONTEXT]
    unjudged = [item for item in bearing if not item.strength]
    unknown = sum(bool(item.strength) and item.origin == UNKNOWN for item in bearing)
    repeats = len(bearing) - len(unjudged) - unknown - sum(item.origin != UNKNOWN for item in sources)
    if repeats:
        words = ngettext(
            "%(count)s item repeats an origin already counted: nothing added.",
            "%(count)s items repeat an origin already counted: nothing added.",
            repeats,
        )
        yield words % {"count": repeats}
    if unknown:
        words = ngettext(
            "%(count)s item without a named origin: no independent support.",
            "%(count)s items without a named origin: no independent support.",
            unknown,
        )
        yield words % {"count": unknown}
    if unjudged:
        words = ngettext(
            "%(count)s item graded F or 6 (no basis): nothing added.",
            "%(count)s items graded F or 6 (no basis): nothing added.",
            len(unjudged),
        )
        yield words % {"count": len(unjudged)}
