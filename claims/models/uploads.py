"""Files that somebody is looking at before they import them. Kept here, so that any web server can go on."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

WAITING_SECONDS = 3600  # how long an upload waits to be confirmed


class UploadQuerySet(models.QuerySet["Upload"]):
    def waiting(self) -> UploadQuerySet:
        """Uploads that may still be confirmed."""
        return self.filter(created__gt=timezone.now() - timedelta(seconds=WAITING_SECONDS))

    def sweep(self) -> None:
        """Delete the uploads that waited too long."""
        self.exclude(pk__in=self.waiting().values("pk")).delete()


class Upload(models.Model):
    """A file with what its uploader said of it. It goes when it is imported, or when it waited too long."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)  # not to be guessed
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    options = models.JSONField(default=dict)
    content = models.BinaryField()
    created = models.DateTimeField(default=timezone.now, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
