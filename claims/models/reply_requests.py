"""Right of reply: whom the desk asked about a claim, how, and what they said."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.models.sources import Source


class ReplyRequest(NaturalKeyModel):
    """One question to somebody whom a claim is by or about. It is published with the claim, silence too."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="reply_requests")
    asked = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="reply_requests", verbose_name=_("who"))
    asked_on = models.DateField(_("asked on"))
    channel = models.CharField(_("how"), max_length=100, help_text=_('"By e-mail", "by telephone". Readers see it.'))
    answered_on = models.DateField(
        _("answered on"), null=True, blank=True, help_text=_("Empty while there is no answer.")
    )
    answer = models.TextField(
        blank=True, help_text=_("What they say, in their words or ours. Readers see it; empty is silence.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("claim", "asked_on", "uid")
        verbose_name = _("request for a reply")
        verbose_name_plural = _("right of reply")
        constraints = [
            models.CheckConstraint(
                name="claims_replyrequest_order",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("asked_on")),
                violation_error_message=_("An answer comes after the question: look at the two dates."),
            ),
            models.CheckConstraint(
                name="claims_replyrequest_answer",
                condition=Q(answer="") | Q(answered_on__isnull=False),
                violation_error_message=_("Say when they answered."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked}, {self.asked_on}"
