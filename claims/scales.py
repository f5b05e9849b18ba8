"""The word scales a confidence is said in, and the words for how likely something is."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _


class ConfidenceScale(TextChoices):
    """The word scale a confidence is said in; each is a table of STIX 2.1, Appendix A."""

    NONE_LOW_MED_HIGH = "none_low_med_high", _("None / low / medium / high")
    DNI = "dni", _("DNI likelihood words")
    ADMIRALTY_CREDIBILITY = "admiralty_credibility", _("Admiralty credibility")


@dataclass(frozen=True)
class Band:
    """One word of a scale: `low` to `high` read as the word, which is written as `value`."""

    word: str
    low: int
    high: int
    value: int

    @property
    def label(self) -> str:
        """The word in the reader's language."""
        return gettext(self.word)


#: STIX 2.1, Appendix A: 0 to 100 in whole numbers, ranges inclusive on both ends.
CONFIDENCE_BANDS: dict[str, tuple[Band, ...]] = {
    ConfidenceScale.NONE_LOW_MED_HIGH: (
        Band(gettext_noop("none"), 0, 0, 0),
        Band(gettext_noop("low"), 1, 29, 15),
        Band(gettext_noop("medium"), 30, 69, 50),
        Band(gettext_noop("high"), 70, 100, 85),
    ),
    ConfidenceScale.DNI: (
        Band(gettext_noop("almost no chance"), 0, 9, 5),
        Band(gettext_noop("very unlikely"), 10, 19, 15),
        Band(gettext_noop("unlikely"), 20, 39, 30),
        Band(gettext_noop("roughly even chance"), 40, 59, 50),
        Band(gettext_noop("likely"), 60, 79, 70),
        Band(gettext_noop("very likely"), 80, 89, 85),
        Band(gettext_noop("almost certain"), 90, 100, 95),
    ),
    ConfidenceScale.ADMIRALTY_CREDIBILITY: (
        Band(gettext_noop("5 · improbable"), 0, 19, 10),
        Band(gettext_noop("4 · doubtful"), 20, 39, 30),
        Band(gettext_noop("3 · possibly true"), 40, 59, 50),
        Band(gettext_noop("2 · probably true"), 60, 79, 70),
        Band(gettext_noop("1 · confirmed by other sources"), 80, 100, 90),
    ),
}

#: ICD 203 (2015), expressions of likelihood, in percent. Not the STIX table "DNI": two tables.
LIKELIHOOD_BANDS: tuple[tuple[str, int, int], ...] = (
    (gettext_noop("almost no chance"), 1, 5),
    (gettext_noop("very unlikely"), 5, 20),
    (gettext_noop("unlikely"), 20, 45),
    (gettext_noop("roughly even chance"), 45, 55),
    (gettext_noop("likely"), 55, 80),
    (gettext_noop("very likely"), 80, 95),
    (gettext_noop("almost certain"), 95, 99),
)


def confidence_band(confidence: int, scale: str = ConfidenceScale.NONE_LOW_MED_HIGH) -> Band:
    """Return the band of `scale` that a confidence of 0–100 falls in (STIX 2.1, Appendix A).

    Raises ValueError when the confidence is outside 0–100, KeyError for an unknown scale.
    """
    for band in CONFIDENCE_BANDS[scale]:
        if band.low <= confidence <= band.high:
            return band
    raise ValueError(f"Confidence must be from 0 to 100, not {confidence}.")
