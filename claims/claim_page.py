"""What the page of a claim shows of a publication: for readers, and for the desk before it is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from claims import record
from claims.models import Publication
from claims.vocabulary import Stance

CLAIM_TEMPLATE = "claims/claim.html"


def claim_page(
    publication: Publication, versions: Sequence[Publication], *, is_version: bool = False
) -> dict[str, Any]:
    """Return the context of CLAIM_TEMPLATE; `versions` are all of the claim's, newest first."""
    document = record.parse(publication.record)
    return {
        "publication": publication,
        "record": document,
        "evidence": [
            (stance.label, [item for item in document.evidence if item.stance == stance]) for stance in Stance
        ],
        "versions": versions,
        "newest": versions[0],
        "is_version": is_version,
        "is_preview": False,
        "changes": [],
        "chain_before": "",
    }
