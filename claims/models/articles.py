"""Articles, and the sentences of them that are not worth checking."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, in_order, language_tag, one_of
from claims.models.sources import Source
from claims.text import anchors
from claims.vocabulary import DatePrecision, TextRights


class Article(NaturalKeyModel):
    """A text that makes assertions, with its citation. Positions in it count normalised code points."""

    slug = models.SlugField(max_length=120, unique=True, help_text=_("Permanent: part of public addresses."))
    title = models.CharField(max_length=300)
    authors = models.CharField(max_length=300, blank=True, help_text=_("As printed, with their role."))
    publisher = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="published_articles"
    )
    url = models.URLField(_("link"), max_length=2000, blank=True)
    archived_url = models.URLField(_("archived copy"), max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    published_on_precision = models.CharField(
        _("precision"), max_length=24, choices=DatePrecision, default=DatePrecision.DAY
    )
    published_until = models.DateField(
        null=True, blank=True, help_text=_("The last day it can have been, where only a span is known.")
    )
    published_reason = models.CharField(
        _("how the date is known"),
        max_length=300,
        blank=True,
        help_text=_("Why it is a span, or empty. Readers see it."),
    )
    accessed_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, default="en", validators=[language_tag])
    text = models.TextField(blank=True, help_text=_("Plain text; a blank line separates paragraphs."))
    text_sha256 = models.CharField(_("hash of the text"), max_length=64, editable=False, db_index=True)
    rights = models.CharField(max_length=24, choices=TextRights, default=TextRights.FULL_TEXT_PRIVATE)

    history = HistoricalRecords()

    class Meta:
        ordering = ("-published_on", "slug")
        indexes = [models.Index(fields=["-published_on", "slug"], name="claims_article_newest")]
        constraints = [
            one_of("rights", TextRights, "article"),
            one_of("published_on_precision", DatePrecision, "article"),
            in_order("published_on", "published_until", "article"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:article", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = anchors.normalise(self.text)
        self.text_sha256 = anchors.sha256(self.text)
        super().save(*args, **kwargs)


class DismissedSentence(NaturalKeyModel):
    """A sentence of an article that an editor found not worth checking; it is not proposed again."""

    NATURAL_KEY = ("article__slug", "sentence_sha256")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="dismissed_sentences")
    sentence = models.TextField()
    sentence_sha256 = models.CharField(max_length=64, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ("article", "sentence_sha256")
        constraints = [
            models.UniqueConstraint(fields=["article", "sentence_sha256"], name="claims_dismissedsentence_once")
        ]

    def __str__(self) -> str:
        return self.sentence[:80]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sentence_sha256 = anchors.sha256(self.sentence)
        super().save(*args, **kwargs)
