"""Batches: what was imported, by whom, and from which file."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from claims.models.base import NaturalKeyModel
from claims.models.defaults import uuid7


class Batch(NaturalKeyModel):
    """One import. `by` is empty where it was run on the command line; `counts` is what it did, by kind."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="batches")
    at = models.DateTimeField(default=timezone.now)
    file = models.CharField(max_length=240, help_text="Its name.")
    sha256 = models.CharField(max_length=64, db_index=True)
    is_into_empty = models.BooleanField(help_text="Whether nothing was published here when it began.")
    counts = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.file}, {self.at:%Y-%m-%d %H:%M}"
