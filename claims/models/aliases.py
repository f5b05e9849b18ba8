"""Other names of what claims speak of: the desk's own table, by which a search finds a thing under any of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, language_tag
from claims.text.stems import name_key


class Alias(NaturalKeyModel):
    """Another name of something. A search for one of its names finds the others, from the moment it is saved."""

    NATURAL_KEY = ("name", "alias")

    name = models.CharField(max_length=200, help_text=_("The name that most claims use, such as North Korea."))
    alias = models.CharField(
        _("other name"),
        max_length=200,
        help_text=_("Another name of the same, such as DPRK. Give each name its own row."),
    )
    language = models.CharField(
        max_length=35,
        default="en",
        validators=[language_tag],
        help_text=_("Of the other name: its word forms are found."),
    )
    name_key = models.CharField(max_length=400, editable=False, db_index=True)
    alias_key = models.CharField(max_length=400, editable=False, db_index=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ("name", "alias")
        verbose_name = _("other name")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "alias"],
                name="claims_alias_once",
                violation_error_message=_("This other name is in the table already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.alias}"

    def save(self, *args: Any, **options: Any) -> None:
        self._set_keys()
        super().save(*args, **options)

    def clean_fields(self, exclude: Any = None) -> None:
        self._set_keys()
        super().clean_fields(exclude)

    def clean(self) -> None:
        """Refuse what no search could tell from the name itself, or find."""
        if not self.name_key or not self.alias_key:
            raise ValidationError(gettext("A name needs at least one letter or digit."))
        if self.name_key == self.alias_key:
            raise ValidationError({"alias": gettext("A search takes the two for the same name already.")})

    def _set_keys(self) -> None:
        self.name_key, self.alias_key = (name_key(name)[:400] for name in (self.name, self.alias))
