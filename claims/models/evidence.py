"""Evidence for and against a claim, graded by the Admiralty code."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, one_of
from claims.models.defaults import uuid7
from claims.models.sources import Source
from claims.vocabulary import Credibility, Reliability, Stance, admiralty_grade


class Evidence(NaturalKeyModel):
    """One item that supports, refutes or gives context, with where its information comes from."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="evidence")
    title = models.CharField(max_length=300)
    url = models.URLField(_("link"), max_length=2000, blank=True)
    archived_url = models.URLField(_("archived copy"), max_length=2000, blank=True)
    publisher = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="published_evidence"
    )
    published_on = models.DateField(null=True, blank=True)
    stance = models.CharField(max_length=24, choices=Stance)
    excerpt = models.TextField(blank=True, help_text=_("Word for word, as short as will do. Shown to readers."))
    note = models.TextField(blank=True, help_text=_("What it shows. Shown to readers."))
    reliability = models.CharField(max_length=1, choices=Reliability, default=Reliability.F)
    credibility = models.CharField(max_length=1, choices=Credibility, default=Credibility.CANNOT_BE_JUDGED)
    origin = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="originated_evidence",
        help_text=_("Whom the information traces to: items of one origin count as one source."),
    )
    origin_evidence = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        null=True,
        blank=True,
        related_name="derived_evidence",
        verbose_name=_("traces to evidence"),
        help_text=_("Earlier evidence that this one repeats."),
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("claim", "uid")
        verbose_name_plural = _("evidence")
        constraints = [
            one_of("stance", Stance, "evidence"),
            one_of("reliability", Reliability, "evidence"),
            one_of("credibility", Credibility, "evidence"),
            models.CheckConstraint(
                name="claims_evidence_one_origin",
                condition=Q(origin__isnull=True) | Q(origin_evidence__isnull=True),
                violation_error_message=_("Name a source or earlier evidence as origin, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Keep the trail of origins within one claim, so that it travels with it."""
        if self.origin_evidence and self.origin_evidence.claim_id != self.claim_id:
            words = gettext("Choose evidence of this claim; for another's, name its source.")
            raise ValidationError({"origin_evidence": words})

    @property
    def grade(self) -> str:
        return admiralty_grade(self.reliability, self.credibility)

    @property
    def origin_name(self) -> str:
        """The origin in words, or "" where none is named."""
        return str(self.origin or self.origin_evidence or "")
