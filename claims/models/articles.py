"""Articles, and the appearances of claims in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords
from simple_history.utils import bulk_update_with_history

from claims.models.defaults import uuid7
from claims.models.fields import NaturalKeyManager, NaturalKeyModel, language_tag, one_of
from claims.models.reference import NamedQuerySet, Source
from claims.text import anchors
from claims.vocabulary import AnchorState, ArticleStance, TextRights


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
    objects = NaturalKeyManager.from_queryset(NamedQuerySet)()

    class Meta:
        ordering = ("-published_on", "slug")
        indexes = [models.Index(fields=["-published_on", "slug"], name="claims_article_newest")]
        constraints = [one_of("rights", TextRights, "article")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("public:article", args=[self.slug])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.text = anchors.normalise(self.text)
        self.text_sha256 = anchors.sha256(self.text)
        super().save(*args, **kwargs)

    @property
    def public_text(self) -> str:
        """The text as far as readers may see it."""
        return "" if self.rights == TextRights.FULL_TEXT_PRIVATE else self.text

    def reanchor(self, user: Any = None) -> Counter[str]:
        """Find the quote of every appearance in the text as it stands now; return how many are in each AnchorState.

        Nothing is dropped and no quote rewritten: one that changed is pointed at the passage that
        stands in its place, one that is gone loses its position, and both wait for an editor.
        Call it in the transaction that replaced the text.
        """
        taken: set[tuple[Any, ...]] = set()
        found = []
        for appearance in self.appearances.order_by("start", "uid"):
            before = appearance.place
            appearance.find_again(self.text, taken)
            taken.add((appearance.claim_id, appearance.start, appearance.end))
            found.append((appearance, before))
        moved = [appearance for appearance, before in found if appearance.place != before]
        # free the old spans first: they are unique, and one quote may move to where another stood
        self.appearances.filter(pk__in=[appearance.pk for appearance in moved]).update(start=None, end=None)
        _save_with_history(moved, user)
        return Counter(appearance.anchor_state for appearance, _ in found)


def _save_with_history(appearances: Iterable[Appearance], user: Any) -> None:
    bulk_update_with_history(
        list(appearances),
        Appearance,
        ["start", "end", "paragraph", "prefix", "suffix", "anchor_state"],
        batch_size=200,
        default_user=user,
        default_change_reason="The article's text was replaced",
    )


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
    anchor_state = models.CharField(
        max_length=24, choices=AnchorState, default=AnchorState.SAME, editable=False, verbose_name="in the text"
    )

    history = HistoricalRecords()

    class Meta:
        ordering = ("article", "start", "uid")
        constraints = [
            one_of("stance", ArticleStance, "appearance"),
            one_of("anchor_state", AnchorState, "appearance"),
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
        """Anchor the quote in the article's text; a quote that stood in an earlier text may be kept."""
        if self.article_id and self.exact:
            try:
                self.anchor()
            except anchors.QuoteNotFoundError as error:
                if not Appearance.objects.filter(pk=self.pk, article_id=self.article_id, exact=self.exact).exists():
                    raise ValidationError(
                        {"exact": f"{error} Copy it from the text, or correct the text first."}
                    ) from error

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
    def stands(self) -> bool:
        """Whether the quote stands in the article's text word for word, where its position says."""
        return self.anchor_state in {AnchorState.SAME, AnchorState.MOVED}

    @property
    def place(self) -> tuple[Any, ...]:
        return self.start, self.end, self.paragraph, self.prefix, self.suffix, self.anchor_state

    def find_again(self, text: str, taken: set[tuple[Any, ...]]) -> None:
        """Set position and state by a newer text; a span in `taken` (claim, start, end) is another's already."""
        known = anchors.Selector(self.exact, self.prefix, self.suffix, self.start or 0, self.end or 0)
        found = anchors.reanchor(text, known)
        if found is None or (self.claim_id, found.start, found.end) in taken:
            self.anchor_state = AnchorState.GONE
            self.start = self.end = self.paragraph = None
        elif found.exact == self.exact:
            is_same = self.stands and self.start in {None, found.start}
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
