"""Second opinions: what an approver concluded before seeing the editor's conclusion."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.vocabulary import Verdict


class SecondOpinion(NaturalKeyModel):
    """One person's blind verdict on one submission of a claim, beside the editor's as it then stood.

    Without a verdict it says that the person chose to read the review first: their opinion on
    this submission can no longer be blind.
    """

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="second_opinions")
    submitted_at = models.DateTimeField(editable=False, help_text=_("The submission it is about."))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="second_opinions")
    verdict = models.CharField(max_length=24, choices=Verdict, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(100)])
    note = models.TextField(blank=True)
    editor_verdict = models.CharField(
        _("verdict of the review"), max_length=24, choices=Verdict, blank=True, editable=False
    )
    editor_confidence = models.PositiveSmallIntegerField(
        _("confidence of the review"), null=True, blank=True, editable=False
    )
    created = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["created"], name="claims_secondopinion_created")]
        constraints = [
            models.UniqueConstraint(fields=["claim", "by", "submitted_at"], name="claims_secondopinion_once"),
            one_of("verdict", Verdict, "secondopinion", empty=True),
            models.CheckConstraint(
                name="claims_secondopinion_confidence_range",
                condition=Q(confidence__isnull=True) | Q(confidence__range=(0, 100)),
                violation_error_message=_("confidence: give a whole number from 0 to 100, or leave it empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display() or gettext('No opinion')} ({self.by})"
