"""The field's terms and scales: choices, their words, and conversions between scales.

Four axes are kept apart: status (where is the claim in our work), verdict (what we concluded),
confidence (how sure we are, 0–100) and likelihood wording (how we say it, ICD 203).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import TextChoices


class Status(TextChoices):
    """Where a claim is in our work."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    AWAITING_APPROVAL = "awaiting_approval", "Awaiting approval"
    PUBLISHED = "published", "Published"
    RETRACTED = "retracted", "Retracted"


class Verdict(TextChoices):
    """What we concluded. Values are retired, never deleted."""

    TRUE = "true", "True"
    MOSTLY_TRUE = "mostly_true", "Mostly true"
    MIXED = "mixed", "Mixed"
    MOSTLY_FALSE = "mostly_false", "Mostly false"
    FALSE = "false", "False"
    MISLEADING = "misleading", "Misleading"
    UNPROVEN = "unproven", "Unproven"
    OUTDATED = "outdated", "Outdated"
    NOT_CHECKABLE = "not_checkable", "Not checkable"


#: schema.org ratingValue, for the verdicts that lie on the scale from false to true.
VERDICT_RATING = {
    Verdict.FALSE: 1,
    Verdict.MOSTLY_FALSE: 2,
    Verdict.MIXED: 3,
    Verdict.MOSTLY_TRUE: 4,
    Verdict.TRUE: 5,
}
#: What evidence for the verdict says of the claim; the other verdicts lie on neither side.
VERDICT_RESTS_ON = {
    Verdict.TRUE: "supports",
    Verdict.MOSTLY_TRUE: "supports",
    Verdict.MOSTLY_FALSE: "refutes",
    Verdict.FALSE: "refutes",
}
#: Verdicts that may stand without evidence, on a rationale alone.
VERDICTS_WITHOUT_EVIDENCE = frozenset({Verdict.UNPROVEN, Verdict.NOT_CHECKABLE})


class Stance(TextChoices):
    """What a piece of evidence does to the claim."""

    SUPPORTS = "supports", "Supports"
    REFUTES = "refutes", "Refutes"
    CONTEXT = "context", "Context"


class ArticleStance(TextChoices):
    """How the article stands to the claim it carries."""

    ASSERTS = "asserts", "Asserts"
    REPORTS = "reports", "Reports"
    DISPUTES = "disputes", "Disputes"


class AnchorState(TextChoices):
    """What became of a quote when its article's text was replaced. "Changed" and "gone" wait for an editor."""

    SAME = "same", "Stands where it stood"
    MOVED = "moved", "Moved, word for word"
    CHANGED = "changed", "Changed in the text"
    GONE = "gone", "Gone from the text"


class Reliability(TextChoices):
    """NATO Admiralty code (AJP-2.1), source reliability. F means "no basis", not "worst"."""

    A = "A", "A · Completely reliable"
    B = "B", "B · Usually reliable"
    C = "C", "C · Fairly reliable"
    D = "D", "D · Not usually reliable"
    E = "E", "E · Unreliable"
    F = "F", "F · Cannot be judged"


class Credibility(TextChoices):
    """NATO Admiralty code (AJP-2.1), information credibility. 6 means "no basis", not "worst"."""

    CONFIRMED = "1", "1 · Confirmed by other sources"
    PROBABLY_TRUE = "2", "2 · Probably true"
    POSSIBLY_TRUE = "3", "3 · Possibly true"
    DOUBTFUL = "4", "4 · Doubtful"
    IMPROBABLE = "5", "5 · Improbable"
    CANNOT_BE_JUDGED = "6", "6 · Cannot be judged"


class RelationKind(TextChoices):
    """How one claim relates to another. No verdict passes along a relation by itself."""

    REPEATS = "repeats", "Repeats"
    NARROWS = "narrows", "Narrows"
    BROADENS = "broadens", "Broadens"
    CONTRADICTS = "contradicts", "Contradicts"
    UPDATES = "updates", "Updates"
    TRANSLATES = "translates", "Translates"


class SourceKind(TextChoices):
    PERSON = "person", "Person"
    ORGANISATION = "organisation", "Organisation"
    GOVERNMENT = "government", "Government"
    NEWS_OUTLET = "news_outlet", "News outlet"
    DOCUMENT_SERIES = "document_series", "Document series"
    ACCOUNT = "account", "Account"


class DatePrecision(TextChoices):
    DAY = "day", "Day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


class TextRights(TextChoices):
    """What an article's stored text is, and so what readers may be shown of it."""

    DIGEST = "digest", "Digest in our words (shown to readers)"
    FULL_TEXT = "full_text", "Full text, publication allowed (shown to readers)"
    FULL_TEXT_PRIVATE = "full_text_private", "Full text for the desk only (readers see quotes)"


class PublicationKind(TextChoices):
    ORIGINAL = "original", "Original"
    UPDATE = "update", "Update"
    CORRECTION = "correction", "Correction"
    RETRACTION = "retraction", "Retraction"


class SuggestionState(TextChoices):
    NEW = "new", "New"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class ConfidenceScale(TextChoices):
    """The word scale a confidence is said in; each is a table of STIX 2.1, Appendix A."""

    NONE_LOW_MED_HIGH = "none_low_med_high", "None / low / medium / high"
    DNI = "dni", "DNI likelihood words"
    ADMIRALTY_CREDIBILITY = "admiralty_credibility", "Admiralty credibility"


@dataclass(frozen=True)
class Band:
    """One word of a scale: `low` to `high` read as the word, which is written as `value`."""

    word: str
    low: int
    high: int
    value: int


#: STIX 2.1, Appendix A: 0–100 in whole numbers, ranges inclusive on both ends.
CONFIDENCE_BANDS: dict[str, tuple[Band, ...]] = {
    ConfidenceScale.NONE_LOW_MED_HIGH: (
        Band("none", 0, 0, 0),
        Band("low", 1, 29, 15),
        Band("medium", 30, 69, 50),
        Band("high", 70, 100, 85),
    ),
    ConfidenceScale.DNI: (
        Band("almost no chance", 0, 9, 5),
        Band("very unlikely", 10, 19, 15),
        Band("unlikely", 20, 39, 30),
        Band("roughly even chance", 40, 59, 50),
        Band("likely", 60, 79, 70),
        Band("very likely", 80, 89, 85),
        Band("almost certain", 90, 100, 95),
    ),
    ConfidenceScale.ADMIRALTY_CREDIBILITY: (
        Band("5 · improbable", 0, 19, 10),
        Band("4 · doubtful", 20, 39, 30),
        Band("3 · possibly true", 40, 59, 50),
        Band("2 · probably true", 60, 79, 70),
        Band("1 · confirmed by other sources", 80, 100, 90),
    ),
}

#: ICD 203 (2015), expressions of likelihood, in percent. Not the STIX table "DNI": two tables.
#: Neighbouring bands share a bound; a shared bound reads as the band nearer to an even chance.
LIKELIHOOD_BANDS: tuple[tuple[str, int, int], ...] = (
    ("almost no chance", 1, 5),
    ("very unlikely", 5, 20),
    ("unlikely", 20, 45),
    ("roughly even chance", 45, 55),
    ("likely", 55, 80),
    ("very likely", 80, 95),
    ("almost certain", 95, 99),
)


def confidence_band(confidence: int, scale: str = ConfidenceScale.NONE_LOW_MED_HIGH) -> Band:
    """Return the band of `scale` that a confidence of 0–100 falls in (STIX 2.1, Appendix A).

    Raises ValueError when the confidence is outside 0–100, KeyError for an unknown scale.
    """
    for band in CONFIDENCE_BANDS[scale]:
        if band.low <= confidence <= band.high:
            return band
    raise ValueError(f"Confidence must be from 0 to 100, not {confidence}.")


def likelihood_words(percent: int) -> str:
    """Return the ICD 203 words for a likelihood of 1–99 percent; raises ValueError outside."""
    bands = [words for words, low, high in LIKELIHOOD_BANDS if low <= percent <= high]
    if not bands:
        raise ValueError(f"ICD 203 has words for 1 to 99 percent, not {percent}.")
    return bands[-1] if percent < 50 else bands[0]


def admiralty_grade(reliability: str, credibility: str) -> str:
    """Return the two Admiralty axes written together, as in "B2"."""
    return f"{reliability}{credibility}"
