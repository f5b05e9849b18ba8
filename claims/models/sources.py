"""Sources and topics: who says, publishes and is quoted; what claims are about.

Readers see them through their cards alone (cards.py), once a publication names them.
"""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, one_of
from claims.vocabulary import Reliability, SourceKind


class Mergeable(NaturalKeyModel):
    """What can turn out to be another one: readers then find both under the other's name.

    Nothing moves: records keep the name they were published with, and taking the merger back is another edit.
    """

    slug: Any

    merged_into = models.SlugField(
        max_length=120,
        blank=True,
        default="",
        db_index=False,
        help_text=_("The one that stands for this one, too, from now on."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse what is not here, and a circle."""
        seen, wanted = {self.slug}, self.merged_into
        while wanted:
            if wanted in seen:
                raise ValidationError({"merged_into": gettext("That leads back to this one: choose another.")})
            seen.add(wanted)
            found = type(self)._default_manager.filter(slug=wanted).values_list("merged_into", flat=True).first()
            if found is None:
                words = gettext("There is no “%(slug)s” here.") % {"slug": wanted}
                raise ValidationError({"merged_into": words})
            wanted = found

    @property
    def successor(self) -> Self:
        """The one that stands for this one: itself, where it is not merged."""
        row, seen = self, {self.slug}
        while row.merged_into and row.merged_into not in seen:
            seen.add(row.merged_into)
            row = type(self)._default_manager.filter(slug=row.merged_into).first() or row
        return row


class Source(Mergeable):
    """A person, organisation, government, outlet, document series or account."""

    slug = models.SlugField(max_length=120, unique=True, help_text=_("Permanent: part of public addresses."))
    name = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=24, choices=SourceKind, default=SourceKind.ORGANISATION)
    url = models.URLField(_("link"), max_length=2000, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", _("Give the two capital letters of ISO 3166, such as KP."))],
        help_text=_("ISO 3166 code, two letters."),
    )
    description = models.TextField(blank=True, help_text=_("One neutral sentence, shown to readers."))
    default_reliability = models.CharField(
        max_length=1,
        choices=Reliability,
        default=Reliability.F,
        help_text=_("Proposed for new evidence; for the desk only."),
    )

    history = HistoricalRecords()

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


class Topic(Mergeable):
    """A subject that claims are filed under. Retired, never deleted, once published."""

    slug = models.SlugField(max_length=120, unique=True, help_text=_("Permanent: part of public addresses."))
    name = models.CharField(max_length=120)
    is_retired = models.BooleanField(_("retired"), default=False, help_text=_("No longer offered; old claims keep it."))

    history = HistoricalRecords()

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("public:topic", args=[self.slug])
