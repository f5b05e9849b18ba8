"""Appearances: where claims stand in articles."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.articles import Article
from claims.models.base import NaturalKeyManager, NaturalKeyModel, one_of
from claims.models.defaults import uuid7
from claims.text import anchors
from claims.vocabulary import AnchorState, ArticleStance


class AppearanceQuerySet(models.QuerySet["Appearance"]):
    def lost(self) -> AppearanceQuerySet:
        """Those whose words do not stand in the article's text any more, as they were."""
        return self.filter(anchor_state__in=[AnchorState.CHANGED, AnchorState.GONE])


class Appearance(NaturalKeyModel):
    """One place where a claim stands in an article: quote, position, attribution."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="appearances")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="appearances")
    exact = models.TextField(_("quote"), help_text=_("The words as they stand in the article's text."))
    prefix = models.CharField(max_length=200, blank=True, editable=False)
    suffix = models.CharField(max_length=200, blank=True, editable=False)
    start = models.PositiveIntegerField(null=True, blank=True, editable=False)
    end = models.PositiveIntegerField(null=True, blank=True, editable=False)
    paragraph = models.PositiveIntegerField(null=True, blank=True, editable=False)
    attribution = models.CharField(
        max_length=200, blank=True, help_text=_('How the article hedges: "reportedly", "according to …".')
    )
    reported = models.ForeignKey(
        "claims.Source",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reported_in",
        verbose_name=_("said by"),
        help_text=_("Whom the article says it of, where it reports; empty where it says so itself."),
    )
    stance = models.CharField(max_length=24, choices=ArticleStance, default=ArticleStance.ASSERTS)
    anchor_state = models.CharField(
        max_length=24, choices=AnchorState, default=AnchorState.SAME, editable=False, verbose_name=_("in the text")
    )

    objects = NaturalKeyManager.from_queryset(AppearanceQuerySet)()
    history = HistoricalRecords()

    class Meta:
        ordering = ("article", "start", "uid")
        constraints = [
            one_of("stance", ArticleStance, "appearance"),
            one_of("anchor_state", AnchorState, "appearance"),
            models.CheckConstraint(
                name="claims_appearance_span",
                condition=Q(start__isnull=True, end__isnull=True) | Q(start__lt=F("end")),
                violation_error_message=_("The end of a quote comes after its start."),
            ),
            models.UniqueConstraint(fields=["claim", "article", "start", "end"], name="claims_appearance_once"),
        ]

    def __str__(self) -> str:
        return self.exact[:80]

    def clean(self) -> None:
        """Anchor the quote in the article's text; a quote that stood in an earlier text may be kept."""
        if self.article_id and self.exact:
            try:
                self.anchor()
            except anchors.QuoteNotFoundError as error:
                if not Appearance.objects.filter(pk=self.pk, article_id=self.article_id, exact=self.exact).exists():
                    remedy = gettext("Copy it from the text, or correct the text first.")
                    raise ValidationError({"exact": f"{error} {remedy}"}) from error

    def anchor(self) -> None:
        """Set position and surroundings from the quote; raises QuoteNotFoundError."""
        self.exact = self.exact.replace("\r\n", "\n")
        if not self.article.text:
            return
        self._take_place(
            self.article.text,
            anchors.locate(self.article.text, self.exact, prefix=self.prefix, suffix=self.suffix, start=self.start),
        )
        self.anchor_state = AnchorState.SAME

    @property
    def is_anchored(self) -> bool:
        """Whether the quote stands in the article's text word for word, where its position says."""
        return self.anchor_state in {AnchorState.SAME, AnchorState.MOVED}

    @property
    def anchor_fields(self) -> tuple[Any, ...]:
        return self.start, self.end, self.paragraph, self.prefix, self.suffix, self.anchor_state

    def reanchor_in(self, text: str, taken: set[tuple[Any, ...]]) -> None:
        """Set position and state by a newer text; a span in `taken` (claim, start, end) is another's already."""
        known = anchors.Selector(self.exact, self.prefix, self.suffix, self.start or 0, self.end or 0)
        found = anchors.reanchor(text, known)
        if found is None or (self.claim_id, found.start, found.end) in taken:
            self.anchor_state = AnchorState.GONE
            self.start = self.end = self.paragraph = None
        elif found.exact == self.exact:
            is_same = self.is_anchored and self.start in {None, found.start}
            self._take_place(text, found)
            self.anchor_state = AnchorState.SAME if is_same else AnchorState.MOVED
        else:
            self.anchor_state = AnchorState.CHANGED
            self.start, self.end = found.start, found.end
            self.paragraph = anchors.paragraph_number(text, found.start)

    def _take_place(self, text: str, found: anchors.Selector) -> None:
        self.exact, self.prefix, self.suffix = found.exact, found.prefix, found.suffix
        self.start, self.end = found.start, found.end
        self.paragraph = anchors.paragraph_number(text, found.start)
