"""The desk's list of claims as rows of a spreadsheet, in columns that our own import reads."""

from __future__ import annotations

from typing import Any

from claims.models import Claim

HEADER = (
    "Claim", "Status", "Verdict", "Confidence", "Claimed by", "Claimed on", "Assigned to", "Due on", "Topics",
    "Summary", "Language", "Last changed", "Address",
)  # fmt: skip


def row(claim: Claim) -> tuple[Any, ...]:
    """Return a claim's cells; those of a review that is still hidden from the user are empty. Wants `is_hidden`."""
    is_hidden = vars(claim)["is_hidden"]
    return (
        claim.statement,
        claim.get_status_display(),
        "" if is_hidden else claim.get_verdict_display(),
        "" if is_hidden else claim.confidence,
        claim.claimant,
        claim.made_on,
        claim.assigned_to,
        claim.due_on,
        "; ".join(topic.name for topic in claim.topics.all()),
        "" if is_hidden else claim.summary,
        claim.language,
        claim.modified.date(),
        claim.slug,
    )
