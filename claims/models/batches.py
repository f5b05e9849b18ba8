"""Batches: what was imported, by whom, and from which file; and what of it waits, or became a draft."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models.base import NaturalKeyManager, NaturalKeyModel, one_of
from claims.models.defaults import uuid7
from claims.models.proposals import Proposal
from claims.vocabulary import ImportKind, ItemState, ProposalKind, ProposalState, Verdict


class BatchQuerySet(models.QuerySet["Batch"]):
    def with_items(self) -> BatchQuerySet:
        """Batches of which something waits, was published, or became drafts."""
        return self.filter(models.Exists(BatchItem.objects.filter(batch=models.OuterRef("pk"))))

    def to_publish(self) -> list[Batch]:
        """Return the approved batches of which something is still to be published, the oldest first."""
        waiting = BatchItem.objects.filter(batch=models.OuterRef("pk"), state=ItemState.WAITING)
        return [batch for batch in self.filter(models.Exists(waiting)).order_by("id") if batch.is_approved]


class Batch(NaturalKeyModel):
    """One import. `by` is empty where it was run on the command line; `counts` is what it did, by kind."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="batches"
    )
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=24, choices=ImportKind, blank=True, help_text=_("Empty where nobody asked yet."))
    file = models.CharField(max_length=240, help_text=_("Its name."))
    sha256 = models.CharField(_("hash"), max_length=64, db_index=True)
    is_into_empty = models.BooleanField(
        _("into an empty site"), help_text=_("Whether nothing was published here when it began.")
    )
    counts = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(
        default=dict, blank=True, help_text=_("Of a table: its columns, and what they are taken as.")
    )

    takes_back = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="withdrawals",
        help_text=_("The batch it retracts."),
    )

    objects = NaturalKeyManager.from_queryset(BatchQuerySet)()

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        verbose_name_plural = _("batches")
        constraints = [one_of("kind", ImportKind, "batch", empty=True)]

    def __str__(self) -> str:
        return f"{self.file}, {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("admin:claims_batch_change", args=[self.pk])

    @property
    def proposals(self) -> models.QuerySet[Any]:
        """By which what waits of it was submitted, the newest first."""
        found: models.QuerySet[Any] = Proposal.objects.filter(kind=ProposalKind.BATCH, subject=str(self.uid))
        return found

    @property
    def is_approved(self) -> bool:
        return bool(self.proposals.filter(state=ProposalState.APPROVED).exists())

    def waiting(self) -> models.QuerySet[BatchItem]:
        """The items that wait, in their order in the file."""
        return self.items.filter(state=ItemState.WAITING).order_by("number")

    def digest(self) -> str:
        """Return the SHA-256 of the hashes of what waits, one a line, in order."""
        digest = sha256()
        for item in self.waiting().values_list("sha256", flat=True).iterator(chunk_size=2000):
            digest.update(f"{item}\n".encode())
        return digest.hexdigest()


class BatchItem(NaturalKeyModel):
    """One review of a batch: the record as it will be published, or the draft that was made of it.

    A record made here lacks the moment, which approving gives. Published, the publication holds it and this no more.
    """

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    place = models.CharField(max_length=120, help_text=_("Where it stands in the file."))
    record = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(_("hash"), max_length=64, blank=True, help_text=_("Of the record’s canonical JSON."))
    claim_uid = models.UUIDField(null=True, blank=True, db_index=True, help_text=_("The claim it is of."))
    state = models.CharField(max_length=24, choices=ItemState, default=ItemState.WAITING)
    version = models.PositiveIntegerField(null=True, blank=True, help_text=_("The version that it was published as."))
    reason = models.CharField(max_length=240, blank=True, help_text=_("Why it was not taken."))

    class Meta:
        ordering = ("batch", "number")
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["batch", "number"], name="claims_item_waiting", condition=models.Q(state="waiting"))
        ]
        constraints = [
            one_of("state", ItemState, "batchitem"),
            models.UniqueConstraint(fields=["batch", "number"], name="claims_batchitem_number"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.record.get('statement', '')}"

    @property
    def verdict_in_words(self) -> str:
        verdict = self.record.get("verdict")
        return str(Verdict(verdict).label) if verdict else ""
