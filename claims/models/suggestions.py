"""What readers ask of us. Nothing in a suggestion is asserted by us."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.vocabulary import SuggestionState


class Suggestion(NaturalKeyModel):
    """A reader's request: check this, or correct that."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.SET_NULL, null=True, blank=True, related_name="suggestions")
    text = models.TextField()
    url = models.URLField(_("link"), max_length=2000, blank=True)
    contact = models.CharField(max_length=200, blank=True, help_text=_("Private: never shown to readers."))
    state = models.CharField(max_length=24, choices=SuggestionState, default=SuggestionState.NEW)
    answer = models.TextField(blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ("-id",)
        constraints = [one_of("state", SuggestionState, "suggestion")]

    def __str__(self) -> str:
        return self.text[:80]
