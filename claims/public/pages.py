"""Pages beside the claims: corrections, how we work, and those whose text the desk writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from claims.models import Card, Publication, Withholding
from claims.record import CHAIN_START, chain
from claims.scales import CONFIDENCE_BANDS, LIKELIHOOD_BANDS, ConfidenceScale
from claims.search.pages import bounded_count, page_of
from claims.vocabulary import (
    VERDICT_MEANING,
    VERDICT_RATING,
    VERDICTS_WITHOUT_EVIDENCE,
    CardKind,
    Credibility,
    PageName,
    RelationKind,
    Reliability,
    Verdict,
)

#: What readers of fact-checks are owed beside the checks (IFCN Code of Principles, EFCSN Code of Standards).
ABOUT = (PageName.PEOPLE, PageName.FUNDING, PageName.ETHICS, PageName.COMPLAINTS)
MAX_WITHHELD = 100  # listed


@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction and retraction, newest first, under the desk's own words on how it corrects."""
    rows = Publication.shown.corrections_and_retractions().defer("record")
    page = page_of(rows, request.GET, "", key="sequence")
    _add_verdicts_before(page.rows)
    policy = Card.objects.page(PageName.CORRECTIONS, translation.get_language())
    context = {
        "page": page,
        "policy": policy,
        "redactions": Card.objects.filter(kind=CardKind.REDACTION).order_by("-sequence")[:MAX_WITHHELD],
        "withheld_since": list(Withholding.objects.standing().values_list("withheld_at", flat=True)[:MAX_WITHHELD]),
    }
    return render(request, "claims/corrections.html", context)


def _add_verdicts_before(rows: list[Publication]) -> None:
    """Set on each what the version before it had concluded."""
    of_them = Q(*(Q(claim_id=row.claim_id, number=row.number - 1) for row in rows), _connector=Q.OR)
    earlier = Publication.shown.filter(of_them) if rows else Publication.shown.none()
    verdicts = {(uid, number): verdict for uid, number, verdict in earlier.values_list("claim_id", "number", "verdict")}
    for row in rows:
        before: Any = (row.claim_id, row.number - 1)
        row.verdict_before = verdicts.get(before, "")


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """A page whose text the desk writes; it says so while there is none. "About us" has parts that the desk fills."""
    context = {
        "page": Card.objects.page(name, translation.get_language()),
        "title": PageName(name).label,
        "parts": _parts(ABOUT if name == PageName.ABOUT else ()),
    }
    return render(request, "claims/page.html", context)


def _parts(names: Iterable[PageName]) -> list[tuple[PageName, Card | None]]:
    language = translation.get_language()
    return [(name, Card.objects.page(name, language)) for name in names]


@require_safe
def methodology(request: HttpRequest) -> HttpResponse:
    """The scales and the process, as the code has them."""
    context = {
        "verdicts": [(verdict, VERDICT_MEANING[verdict], VERDICT_RATING.get(verdict)) for verdict in Verdict],
        "scales": [(scale.label, CONFIDENCE_BANDS[scale]) for scale in ConfidenceScale],
        "parts": _parts([PageName.SELECTION]),
        "likelihoods": LIKELIHOOD_BANDS,
        "reliabilities": Reliability.labels,
        "credibilities": Credibility.labels,
        "relations": RelationKind.labels,
        "without_evidence": sorted(str(verdict.label).lower() for verdict in VERDICTS_WITHOUT_EVIDENCE),
        "chain_start": CHAIN_START,
        "newest_hash": chain.end_of_chain()[1],
        "unsigned": bounded_count(Card.objects.unsigned()),
    }
    return render(request, "claims/methodology.html", context)
