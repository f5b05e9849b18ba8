"""Withholdings: what one approver took from readers at once, in fixed words, until two people end it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models.base import NaturalKeyManager, NaturalKeyModel
from claims.models.claims import Claim
from claims.models.defaults import uuid7

DAYS = 14  # after which a withholding is overdue


class WithholdingQuerySet(models.QuerySet["Withholding"]):
    def standing(self) -> WithholdingQuerySet:
        """Those that nobody has ended, the oldest first."""
        return self.filter(ended_at=None).order_by("id")


class Withholding(NaturalKeyModel):
    """A claim of which readers see nothing: no version, record, list, search, match, feed or export."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(
        Claim, to_field="uid", on_delete=models.PROTECT, db_constraint=False, related_name="withholdings"
    )
    withheld_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="withholdings")
    withheld_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = NaturalKeyManager.from_queryset(WithholdingQuerySet)()

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["claim"], condition=Q(ended_at=None), name="claims_withholding_standing")
        ]

    def __str__(self) -> str:
        values = {"day": f"{self.withheld_at:%Y-%m-%d}", "name": self.withheld_by}
        return _("Withheld on %(day)s by %(name)s") % values

    @property
    def due_at(self) -> datetime:
        return self.withheld_at + timedelta(days=DAYS)

    @property
    def is_overdue(self) -> bool:
        return self.due_at < timezone.now()
