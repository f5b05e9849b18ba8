"""Pages whose text the desk writes: who we are, how to reach us, how we correct."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, language_tag, one_of
from claims.models.defaults import review_language
from claims.vocabulary import PageName

#: Where readers find what is no page of its own: a page, and the part of it.
_PARTS = {
    PageName.CORRECTIONS: ("corrections", ""),
    PageName.SELECTION: ("methodology", "#selection"),
    PageName.PEOPLE: ("about", "#people"),
    PageName.FUNDING: ("about", "#funding"),
    PageName.ETHICS: ("about", "#ethics"),
    PageName.COMPLAINTS: ("about", "#complaints"),
}


def address_of(name: str) -> str:
    """Return where readers find a text of the desk."""
    page, part = _PARTS.get(PageName(name), (name, ""))
    return reverse(f"public:{page}") + part


class Page(NaturalKeyModel):
    """The text of one page in one language, in Markdown. Public once its card is signed."""

    NATURAL_KEY = ("name", "language")

    name = models.CharField(max_length=24, choices=PageName)
    language = models.CharField(
        max_length=35,
        default=review_language,
        validators=[language_tag],
        help_text=_("As in the page's address: ko, ru; or the language of your reviews."),
    )
    text = models.TextField(help_text=_("Markdown. Readers see it once it is proposed and approved."))

    history = HistoricalRecords()

    class Meta:
        ordering = ("name", "language")
        constraints = [
            one_of("name", PageName, "page"),
            models.UniqueConstraint(fields=["name", "language"], name="claims_page_name_language"),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.language})"

    def get_absolute_url(self) -> str:
        return address_of(self.name)
