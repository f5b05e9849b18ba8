"""Articles, and the appearances of claims in them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from claims import anchoring
from claims.models.fields import NaturalKeyModel, language_tag, one_of, uuid7
from claims.models.reference import Source
from claims.vocabulary import ArticleStance, TextRights


class Article(NaturalKeyModel):
    """A text that makes assertions, with its citation. Positions in it count normalised code points."""

    slug = models.SlugField(max_length=120, unique=True, help_text="Permanent: part of public addresses.")
    title = models.CharField(max_length=300)
    authors = models.CharField(max_length=300, blank=True, help_text="As printed, with their role.")
    publisher = models.ForeignKey(
        Source, on_delete=models.PROTECT, null=True, blank=True, related_name="published_articles"
    )
    url = models.URLField(max_length=2000, blank=True)
    archived_url = models.URLField("archived copy", max_length=2000, blank=True)
    published_on = models.DateField(null=True, blank=True)
    accessed_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=35, default="en", validators=[language_tag])
    text = models.TextField(blank=True, help_text="Plain text; a blank line separates paragraphs.")
    text_sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    rights = models.CharField(max_length=24, choices=TextRights, default=TextRights.FULL_TEXT_PRIVATE)

    history = HistoricalRecords()

    class Meta:
        ordering = ("-published_on", "slug")
        constraints = [one_of("rights", TextRights, "article")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:article", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = anchoring.normalise(self.text)
        self.text_sha256 = anchoring.sha256(self.text)
        super().save(*args, **kwargs)

    @property
    def public_text(self) -> str:
        """The text as far as readers may see it."""
        return "" if self.rights == TextRights.FULL_TEXT_PRIVATE else self.text


class Appearance(NaturalKeyModel):
    """One place where a claim stands in an article: quote, position, attribution."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="appearances")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="appearances")
    exact = models.TextField("quote", help_text="The words as they stand in the article's text.")
    prefix = models.CharField(max_length=200, blank=True, editable=False)
    suffix = models.CharField(max_length=200, blank=True, editable=False)
    start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    end = models.PositiveIntegerField(null=True, blank=True, editable=False)
    paragraph = models.PositiveIntegerField(null=True, blank=True, editable=False)
    attribution = models.CharField(
        max_length=200, blank=True, help_text='How the article hedges: "reportedly", "according to …".'
    )
    stance = models.CharField(max_length=24, choices=ArticleStance, default=ArticleStance.ASSERTS)

    history = HistoricalRecords()

    class Meta:
        ordering = ("article", "start", "uid")
        constraints = [
            one_of("stance", ArticleStance, "appearance"),
            models.CheckConstraint(
                name="claims_appearance_span",
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__lt=F("end")),
                violation_error_message="The end of a quote comes after its start.",
            ),
            models.UniqueConstraint(fields=["claim", "article", "start", "end"], name="claims_appearance_once"),
        ]

    def __str__(self) -> str:
        return self.exact[:80]

    def clean(self) -> None:
        """Anchor the quote in the article's text."""
        if self.article_id and self.exact:
            try:
                self.anchor()
            except anchoring.QuoteNotFoundError as error:
                raise ValidationError(
                    {"exact": f"{error} Copy it from the text, or correct the text first."}
                ) from error

    def anchor(self) -> None:
        """Set position and surroundings from the quote; raises QuoteNotFoundError."""
        self.exact = self.exact.replace("\r\n", "\n")
        if not self.article.text:
            return
        found = anchoring.locate(
            self.article.text, self.exact, prefix=self.prefix, suffix=self.suffix, start=self.start
        )
        self.exact, self.prefix, self.suffix = found.exact, found.prefix, found.suffix
        self.start, self.end = found.start, found.end
        self.paragraph = anchoring.paragraph_number(self.article.text, found.start)
