"""What the desk decided on published claims that may answer a text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models.base import NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.vocabulary import MatchDecision, MatchTier


class Match(NaturalKeyModel):
    """The desk's decision whether a published claim answers a text. It links nothing and carries no verdict over."""

    NATURAL_KEY = ("text_sha256", "claim__uid")

    text_sha256 = models.CharField(_("hash of the text"), max_length=64)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="matches")
    score = models.FloatField(help_text=_("How likely the matcher took it to be, 0 to 1."))
    overlap = models.FloatField(help_text=_("Share of the text’s telling words that the claim has, 0 to 1."))
    similarity = models.FloatField(null=True, blank=True, help_text=_("Of meaning, −1 to 1; none without the model."))
    tier = models.CharField(max_length=24, choices=MatchTier)
    decision = models.CharField(max_length=24, choices=MatchDecision)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = _("matches")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["text_sha256", "claim"], name="claims_match_once"),
            one_of("tier", MatchTier, "match_tier"),
            one_of("decision", MatchDecision, "match_decision"),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}: {self.claim}"
