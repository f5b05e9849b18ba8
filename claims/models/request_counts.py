"""How often a stranger's address asked for something costly in an hour. The address is kept as a keyed hash."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F


class RequestCountManager(models.Manager["RequestCount"]):
    def add(self, key: str, hour: datetime) -> int:
        """Count one more request, in all server processes together, and return how many there were in that hour."""
        self.filter(hour__lt=hour - timedelta(hours=1)).delete()
        row, _ = self.get_or_create(key=key, defaults={"hour": hour})
        self.filter(pk=row.pk).update(count=F("count") + 1)
        return int(self.filter(pk=row.pk).values_list("count", flat=True)[0])


class RequestCount(models.Model):
    key = models.CharField(max_length=64, unique=True)
    hour = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    objects = RequestCountManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.count} in {self.hour:%H:%M}"
