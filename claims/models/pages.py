"""Pages whose text the desk writes: who we are, how to reach us, how we correct."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyManager, NaturalKeyModel, language_tag, one_of
from claims.models.defaults import review_language
from claims.vocabulary import PageName


class PageQuerySet(models.QuerySet["Page"]):
    def in_language(self, language: str) -> QuerySet[Page]:
        """One text of each page: in the language where there is one, else in the language of reviews."""
        preferred = Case(When(language=language, then=Value(0)), default=Value(1))
        return self.filter(Q(language=language) | Q(language=settings.LANGUAGE_CODE)).order_by(preferred)


class Page(NaturalKeyModel):
    """The text of one page in one language, in Markdown. Public as soon as it is saved."""

    NATURAL_KEY = ("name", "language")

    name = models.CharField(max_length=24, choices=PageName)
    language = models.CharField(
        max_length=35,
        default=review_language,
        validators=[language_tag],
        help_text="As in the page's address: ko, ru; or the language of your reviews.",
    )
    text = models.TextField(help_text="Markdown. Readers see it as soon as it is saved.")

    history = HistoricalRecords()
    objects = NaturalKeyManager.from_queryset(PageQuerySet)()

    class Meta:
        ordering = ("name", "language")
        constraints = [
            one_of("name", PageName, "page"),
            models.UniqueConstraint(fields=["name", "language"], name="claims_page_name_language"),
        ]

    def __str__(self) -> str:
        return f"{self.get_name_display()} ({self.language})"

    def get_absolute_url(self) -> str:
        return reverse("public:corrections" if self.name == PageName.CORRECTIONS else f"public:{self.name}")
