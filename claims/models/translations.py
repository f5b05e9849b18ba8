"""A review in another language: its summary and rationale, translated by the desk."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models.base import NaturalKeyModel, language_tag
from claims.models.claims import Claim
from claims.models.defaults import uuid7


class Translation(NaturalKeyModel):
    """One claim's summary and rationale in one language. It stands for as long as the words that it translates do."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=35, validators=[language_tag])
    summary = models.TextField()
    rationale = models.TextField(blank=True, help_text=_("Left empty, readers see the original."))
    of_sha256 = models.CharField(max_length=64, editable=False, help_text=_("Of the words that it translates."))

    history = HistoricalRecords()

    class Meta:
        ordering = ("claim", "language")
        constraints = [models.UniqueConstraint("claim", Lower("language"), name="claims_translation_language")]

    def __str__(self) -> str:
        return gettext("Translation: %(language)s") % {"language": name_of(self.language)}


def name_of(language: str) -> str:
    """Return what a language is called in the reader's own."""
    try:
        return str(get_language_info(language.lower())["name_translated"])
    except KeyError:
        return language


def words_sha256(said: Any) -> str:
    """Return the SHA-256 of the summary and rationale of a claim, a record or a translation.

    How lines end, and space around the words, which a form may change, play no part.
    """
    words = (text.replace("\r\n", "\n").strip() for text in (said.summary, said.rationale))
    return sha256("\0".join(words).encode()).hexdigest()
