"""What other organisations' rating words mean on our scale."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, one_of
from claims.vocabulary import Verdict


class RatingWords(NaturalKeyModel):
    """What another organisation's rating words mean on our scale; used when its reviews are imported."""

    NATURAL_KEY = ("words",)

    words = models.CharField(
        max_length=200, unique=True, help_text=_("As printed; case and signs around do not matter.")
    )
    verdict = models.CharField(
        max_length=24, choices=Verdict, blank=True, help_text=_("Empty: these words stand for nothing on our scale.")
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("words",)
        verbose_name = verbose_name_plural = _("rating words")
        constraints = [one_of("verdict", Verdict, "ratingwords", empty=True)]

    def __str__(self) -> str:
        return self.words
