"""People: who signs, under a number of their own that no change of account touches."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.base import NaturalKeyModel


class Person(NaturalKeyModel):
    """The number under which an account signs. It is in no public place but under a salt."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="person")

    class Meta:
        ordering = ("uid",)
        default_permissions = ()
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.user)
