"""What an administrator did to an account, and whether its owner may sign again since."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models.base import one_of
from claims.vocabulary import AccountChangeKind

WAIT = timedelta(days=1)  # before the owner of a changed account approves anything


class AccountChangeQuerySet(models.QuerySet["AccountChange"]):
    def holding(self) -> AccountChangeQuerySet:
        """Changes that nobody confirmed yet and that are not a day old."""
        return self.filter(at__gt=timezone.now() - WAIT, confirmed_by=None).exclude(kind=AccountChangeKind.LINK)


class AccountChange(models.Model):
    """One change of an account by somebody else than its owner, or the use of a link that they made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=24, choices=AccountChangeKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="changes_made")
    at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="changes_confirmed"
    )

    objects = AccountChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        constraints = [
            one_of("kind", AccountChangeKind, "accountchange"),
            models.CheckConstraint(
                name="claims_accountchange_two_people",
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("by")) & ~Q(confirmed_by=F("user")),
                violation_error_message=_("A second administrator confirms, not who made the change or whose it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.user}"
