"""Proposals: what one person would have readers see, frozen until another signs it or sends it back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from claims.models.base import NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.vocabulary import ProposalState, PublicationKind


class Proposal(NaturalKeyModel):
    """A public record as it was submitted, without its `published_at`.

    `base` is the hash of the record it replaces, "" for a claim's first. `message` and `answer` are for
    colleagues and never public; the public note stands in the record.
    """

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=24, choices=PublicationKind)
    record = models.JSONField()
    sha256 = models.CharField(max_length=64, help_text="Of the record’s canonical JSON, as submitted.")
    base = models.CharField(max_length=64, blank=True, help_text="Hash of the record that this one replaces.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals_made")
    proposed_at = models.DateTimeField(default=timezone.now)
    message = models.TextField(blank=True)
    state = models.CharField(max_length=24, choices=ProposalState, default=ProposalState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        constraints = [
            one_of("kind", PublicationKind, "proposal"),
            one_of("state", ProposalState, "proposal"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(state=ProposalState.WAITING), name="claims_proposal_one_waiting"
            ),
            models.CheckConstraint(
                name="claims_proposal_decided",
                condition=Q(state=ProposalState.WAITING, decided_by=None, decided_at=None)
                | (~Q(state=ProposalState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                violation_error_message="A decided proposal names who decided on it and when; a waiting one nobody.",
            ),
            models.CheckConstraint(
                name="claims_proposal_two_people",
                condition=~Q(state=ProposalState.APPROVED) | ~Q(decided_by=F("proposed_by")),
                violation_error_message="Nobody approves what they submitted.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of “{self.record['statement']}”"

    @property
    def note(self) -> str:
        """The public note that readers will see."""
        return str(self.record["note"])
