"""A review by another organisation, as any format gives it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExternalReview:
    """What a file says of one review; "" where it says nothing."""

    claim: str = ""
    url: str = ""
    title: str = ""
    reviewer: str = ""
    reviewer_url: str = ""
    reviewed_on: str = ""
    rating: str = ""
    rating_value: str = ""
    rating_best: str = ""
    rating_worst: str = ""
    claimant: str = ""
    claimant_url: str = ""
    is_claimant_person: bool = False
    claimed_on: str = ""
    language: str = ""
    summary: str = ""
    topics: tuple[str, ...] = ()
    appearances: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()  # what of it could be read in more than one way


@dataclass(frozen=True)
class SheetRow(ExternalReview):
    """A row of our own work, as a spreadsheet has it: a review to be, and where the work on it stands."""

    status: str = ""
    confidence: str = ""
    assignee: str = ""
    due_on: str = ""
