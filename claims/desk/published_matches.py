"""The matcher's finds as the desk sees them: with the working claim of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims import matching
from claims.models import Claim
from claims.vocabulary import MatchTier


@dataclass(frozen=True)
class DeskMatch:
    """A published claim that may answer a text, and its working record."""

    found: matching.PublishedMatch
    claim: Claim

    @property
    def label(self) -> str:
        """How likely it is the same claim, in words."""
        return _("On the same subject") if self.found.mismatches else str(MatchTier(self.found.tier).label)


def published_matches(
    text: str, *, besides: int | None = None, limit: int = 5, method: str = "fused"
) -> list[DeskMatch]:
    """Return the published claims that answer a text, but the one with the primary key `besides`."""
    return with_claims(matching.match(text, limit=limit, method=method), besides=besides)


def with_claims(matched: matching.MatchResult, *, besides: int | None = None) -> list[DeskMatch]:
    found = matched.found
    claims = {claim.uid: claim for claim in Claim.objects.filter(uid__in=[item.publication.claim_id for item in found])}
    rows = [DeskMatch(item, claims[item.publication.claim_id]) for item in found if item.publication.claim_id in claims]
    return [row for row in rows if row.claim.pk != besides]
