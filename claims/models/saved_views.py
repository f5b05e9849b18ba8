"""Lists of the desk as somebody likes to see them: filters, words, order and columns under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A list of claims under a name, of one person or, if shared, of the desk. Not content: exports leave it out."""

    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000, blank=True, help_text=_("What follows the “?” in the list's address."))
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "id")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="claims_savedview_once",
                violation_error_message=_("You have a view of that name: choose another, or delete it first."),
            )
        ]

    def __str__(self) -> str:
        return self.name
