"""Sources and topics: who says, publishes and is quoted; what claims are about.

Readers see them through their cards alone (cards.py), once a publication names them.
"""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyManager, NaturalKeyModel, one_of
from claims.vocabulary import Reliability, SourceKind


class Source(NaturalKeyModel):
    """A person, organisation, government, outlet, document series or account."""

    slug = models.SlugField(max_length=120, unique=True, help_text="Permanent: part of public addresses.")
    name = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=24, choices=SourceKind, default=SourceKind.ORGANISATION)
    url = models.URLField(max_length=2000, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Give the two capital letters of ISO 3166, such as KP.")],
        help_text="ISO 3166 code, two letters.",
    )
    description = models.TextField(blank=True, help_text="One neutral sentence, shown to readers.")
    default_reliability = models.CharField(
        max_length=1,
        choices=Reliability,
        default=Reliability.F,
        help_text="Proposed for new evidence; for the desk only.",
    )

    history = HistoricalRecords()
    objects = NaturalKeyManager()

    class Meta:
        ordering = ("name", "slug")
        constraints = [
            one_of("kind", SourceKind, "source"),
            one_of("default_reliability", Reliability, "source"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:source", args=[self.slug])


class Topic(NaturalKeyModel):
    """A subject that claims are filed under. Retired, never deleted, once published."""

    slug = models.SlugField(max_length=120, unique=True, help_text="Permanent: part of public addresses.")
    name = models.CharField(max_length=120)
    is_retired = models.BooleanField("retired", default=False, help_text="No longer offered; old claims keep it.")

    history = HistoricalRecords()
    objects = NaturalKeyManager()

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:topic", args=[self.slug])
