"""Proposals: what one person would have readers see, frozen until another signs it or sends it back."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from claims.models.base import NaturalKeyManager, NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.vocabulary import ALONE, CardKind, ProposalKind, ProposalState


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def awaiting_decision_of(self, user: Any) -> ProposalQuerySet:
        """What is decided on its own page, proposed and brought in by others: cards, batches, and what is ALONE."""
        alone = self.filter(Q(claim=None, part_of=None) | Q(kind__in=ALONE), state=ProposalState.WAITING)
        batches = alone.filter(kind=ProposalKind.BATCH).values_list("subject", flat=True)
        brought = apps.get_model("claims", "Batch").objects.filter(uid__in=list(batches), by=user)
        own = [str(uid) for uid in brought.values_list("uid", flat=True)]
        return alone.exclude(proposed_by=user).exclude(kind=ProposalKind.BATCH, subject__in=own).order_by("id")


class Proposal(NaturalKeyModel):
    """A public record, of a claim or a card, as it was submitted, without the moment it would be signed at.

    That a withheld claim is shown again is proposed in the same way; its record names the withholding. A batch of
    reviews by others is one proposal, its subject the batch, its record the digest of what waits.

    `base` is the hash of the record it replaces, "" for a subject's first. `message` and `answer` are for
    colleagues and never public; the public note stands in the record. First cards of what a claim names are
    `part_of` the claim's proposal: one decision is on all of them.
    """

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, null=True, blank=True, related_name="proposals")
    card_kind = models.CharField(max_length=24, choices=CardKind, blank=True)
    subject = models.CharField(max_length=120, blank=True, help_text=_("Of a card; a claim has none."))
    part_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=24, choices=ProposalKind)
    record = models.JSONField()
    text = models.TextField(blank=True, help_text=_("Of an article or page, as readers would see it."))
    sha256 = models.CharField(max_length=64, help_text=_("Of the record’s canonical JSON, as submitted."))
    base = models.CharField(max_length=64, blank=True, help_text=_("Hash of the record that this one replaces."))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals_made")
    proposed_at = models.DateTimeField(default=timezone.now)
    message = models.TextField(blank=True)
    state = models.CharField(max_length=24, choices=ProposalState, default=ProposalState.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    objects = NaturalKeyManager.from_queryset(ProposalQuerySet)()

    class Meta:
        ordering = ("-id",)
        default_permissions = ("add", "view")
        constraints = [
            one_of("kind", ProposalKind, "proposal"),
            one_of("state", ProposalState, "proposal"),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=ProposalState.WAITING) & ~Q(kind__in=ALONE),
                name="claims_proposal_one_waiting",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=ProposalState.WAITING, kind__in=[ProposalKind.ADDITION, ProposalKind.MERGER]),
                name="claims_proposal_one_addition",
            ),
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state=ProposalState.WAITING, kind=ProposalKind.LIFT),
                name="claims_proposal_one_lift_waiting",
            ),
            models.UniqueConstraint(
                fields=["card_kind", "subject"],
                condition=Q(state=ProposalState.WAITING, claim=None, part_of=None),
                name="claims_proposal_one_card_waiting",
            ),
            models.CheckConstraint(
                name="claims_proposal_subject",
                condition=Q(claim__isnull=False, card_kind="", subject="", part_of=None)
                | (Q(claim=None) & ~Q(card_kind="") & ~Q(subject=""))
                | (Q(kind=ProposalKind.BATCH, claim=None, card_kind="", part_of=None) & ~Q(subject="")),
                violation_error_message=_("A proposal is of a claim, of a card with its subject, or of a batch."),
            ),
            one_of("card_kind", CardKind, "proposal", empty=True),
            models.CheckConstraint(
                name="claims_proposal_decided",
                condition=Q(state=ProposalState.WAITING, decided_by=None, decided_at=None)
                | (~Q(state=ProposalState.WAITING) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                violation_error_message=_("A decided proposal names who decided on it and when; a waiting one nobody."),
            ),
            models.CheckConstraint(
                name="claims_proposal_two_people",
                condition=~Q(state=ProposalState.APPROVED) | ~Q(decided_by=F("proposed_by")),
                violation_error_message=_("Nobody approves what they submitted."),
            ),
        ]

    def __str__(self) -> str:
        if self.claim:
            named = {"kind": self.get_kind_display(), "claim": self.record.get("statement", self.claim)}
            return gettext("%(kind)s of “%(claim)s”") % named
        if self.kind == ProposalKind.BATCH:
            count = self.record.get("reviews", 0)
            if self.note:
                words = ngettext(
                    "%(count)s retractions, of what came from %(file)s",
                    "%(count)s retractions, of what came from %(file)s",
                    count,
                )
            else:
                words = ngettext(
                    "%(count)s reviews by others, from %(file)s", "%(count)s reviews by others, from %(file)s", count
                )
            return words % {"count": f"{count:,}", "file": self.record.get("file", self.subject)}
        name = self.record.get("name") or self.record.get("title") or self.subject
        return f"{self.get_card_kind_display()} “{name}”"

    def get_absolute_url(self) -> str:
        return reverse("admin:claims_proposal_change", args=[self.pk])

    @property
    def note(self) -> str:
        """The public note that readers will see."""
        return str(self.record.get("note", ""))

    @property
    def seal(self) -> str:
        """What whoever decides has seen: the hash of the record, with those of its parts."""
        parts = sorted(self.parts.values_list("sha256", flat=True))
        return sha256("\n".join([self.sha256, *parts]).encode()).hexdigest() if parts else self.sha256
