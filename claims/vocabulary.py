"""The field's terms and scales: choices, their words, and conversions between scales.

Four axes are kept apart: status (where is the claim in our work), verdict (what we concluded),
confidence (how sure we are, 0–100) and likelihood wording (how we say it, ICD 203).
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

LANGUAGE_TAG = r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$"  # of BCP 47, as far as we need it


class Status(TextChoices):
    """Where a claim is in our work."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    AWAITING_APPROVAL = "awaiting_approval", _("Awaiting approval")
    PUBLISHED = "published", _("Published")
    RETRACTED = "retracted", _("Retracted")
    MERGED = "merged", _("Merged")
    DROPPED = "dropped", _("Dropped")


#: Where the desk has no work on a claim: what is published of it stands.
SETTLED = (Status.PUBLISHED, Status.RETRACTED, Status.MERGED)
#: Where no work is left to be done.
CLOSED = (Status.RETRACTED, Status.MERGED, Status.DROPPED)


class Verdict(TextChoices):
    """What we concluded. Values are retired, never deleted."""

    TRUE = "true", _("True")
    MOSTLY_TRUE = "mostly_true", _("Mostly true")
    MIXED = "mixed", _("Mixed")
    MOSTLY_FALSE = "mostly_false", _("Mostly false")
    FALSE = "false", _("False")
    MISLEADING = "misleading", _("Misleading")
    UNPROVEN = "unproven", _("Unproven")
    OUTDATED = "outdated", _("Outdated")
    NOT_CHECKABLE = "not_checkable", _("Not checkable")


#: What each verdict says.
VERDICT_MEANING = {
    Verdict.TRUE: _("The evidence bears the claim out, and nothing that matters is missing from it."),
    Verdict.MOSTLY_TRUE: _("What matters in the claim holds; a detail is wrong, or something is missing."),
    Verdict.MIXED: _("Part of the claim holds and part does not, and neither outweighs the other."),
    Verdict.MOSTLY_FALSE: _("What matters in the claim is wrong, though some of it holds."),
    Verdict.FALSE: _("The evidence shows that it is not so."),
    Verdict.MISLEADING: _("Its words may be accurate, but what they leave out, or how they are put, misleads."),
    Verdict.UNPROVEN: _("The evidence we found neither bears the claim out nor refutes it. It may be true."),
    Verdict.OUTDATED: _("It was so once, and no longer is."),
    Verdict.NOT_CHECKABLE: _("No evidence could settle it: an opinion, a forecast, or what nobody else can know."),
}
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


class VerdictFamily(TextChoices):
    """What verdicts have in common: how a claim fared, for colours and pictures."""

    HOLDS = "holds", _("True or mostly true")
    PARTLY = "partly", _("Mixed, misleading or outdated")
    FAILS = "fails", _("False or mostly false")
    OPEN = "open", _("Unproven or not checkable")


VERDICT_FAMILY = {
    Verdict.TRUE: VerdictFamily.HOLDS,
    Verdict.MOSTLY_TRUE: VerdictFamily.HOLDS,
    Verdict.MIXED: VerdictFamily.PARTLY,
    Verdict.MISLEADING: VerdictFamily.PARTLY,
    Verdict.OUTDATED: VerdictFamily.PARTLY,
    Verdict.MOSTLY_FALSE: VerdictFamily.FAILS,
    Verdict.FALSE: VerdictFamily.FAILS,
    Verdict.UNPROVEN: VerdictFamily.OPEN,
    Verdict.NOT_CHECKABLE: VerdictFamily.OPEN,
}
#: Verdicts that may stand without evidence, on a rationale alone.
VERDICTS_WITHOUT_EVIDENCE = frozenset({Verdict.UNPROVEN, Verdict.NOT_CHECKABLE})


class Stance(TextChoices):
    """What a piece of evidence does to the claim."""

    SUPPORTS = "supports", _("Supports")
    REFUTES = "refutes", _("Refutes")
    CONTEXT = "context", _("Context")


class ArticleStance(TextChoices):
    """How the article stands to the claim it carries."""

    ASSERTS = "asserts", _("Asserts")
    REPORTS = "reports", _("Reports")
    DISPUTES = "disputes", _("Disputes")


class AnchorState(TextChoices):
    """What became of a quote when its article's text was replaced. "Changed" and "gone" wait for an editor."""

    SAME = "same", _("Stands where it stood")
    MOVED = "moved", _("Moved, word for word")
    CHANGED = "changed", _("Changed in the text")
    GONE = "gone", _("Gone from the text")


class Reliability(TextChoices):
    """NATO Admiralty code (AJP-2.1), source reliability. F means "no basis", not "worst"."""

    A = "A", _("A · Completely reliable")
    B = "B", _("B · Usually reliable")
    C = "C", _("C · Fairly reliable")
    D = "D", _("D · Not usually reliable")
    E = "E", _("E · Unreliable")
    F = "F", _("F · Cannot be judged")


class Credibility(TextChoices):
    """NATO Admiralty code (AJP-2.1), information credibility. 6 means "no basis", not "worst"."""

    CONFIRMED = "1", _("1 · Confirmed by other sources")
    PROBABLY_TRUE = "2", _("2 · Probably true")
    POSSIBLY_TRUE = "3", _("3 · Possibly true")
    DOUBTFUL = "4", _("4 · Doubtful")
    IMPROBABLE = "5", _("5 · Improbable")
    CANNOT_BE_JUDGED = "6", _("6 · Cannot be judged")


class RelationKind(TextChoices):
    """How one claim relates to another. No verdict passes along a relation by itself."""

    REPEATS = "repeats", _("Repeats")
    NARROWS = "narrows", _("Narrows")
    BROADENS = "broadens", _("Broadens")
    CONTRADICTS = "contradicts", _("Contradicts")
    UPDATES = "updates", _("Updates")
    TRANSLATES = "translates", _("Translates")


class SourceKind(TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    GOVERNMENT = "government", _("Government")
    NEWS_OUTLET = "news_outlet", _("News outlet")
    DOCUMENT_SERIES = "document_series", _("Document series")
    ACCOUNT = "account", _("Account")


class DatePrecision(TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")
    YEAR = "year", _("Year")


class TextRights(TextChoices):
    """What an article's stored text is, and so what readers may be shown of it."""

    DIGEST = "digest", _("Digest in our words (shown to readers)")
    FULL_TEXT = "full_text", _("Full text, publication allowed (shown to readers)")
    FULL_TEXT_PRIVATE = "full_text_private", _("Full text for the desk only (readers see quotes)")


class PublicationKind(TextChoices):
    ORIGINAL = "original", _("Original")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    ADDITION = "addition", _("Addition")
    RETRACTION = "retraction", _("Retraction")
    MERGER = "merger", _("Merger")


#: Versions after which a claim has no review that stands.
ENDINGS = (PublicationKind.RETRACTION, PublicationKind.MERGER)


class ProposalKind(TextChoices):
    """What is proposed: a publication of its kind, or that a claim is shown to readers again."""

    ORIGINAL = "original", _("Original")
    UPDATE = "update", _("Update")
    CORRECTION = "correction", _("Correction")
    ADDITION = "addition", _("Addition")
    RETRACTION = "retraction", _("Retraction")
    MERGER = "merger", _("Merger")
    LIFT = "lift", _("End of a withholding")
    BATCH = "batch", _("Batch of reviews by others")


#: What of a claim is decided by itself, beside its review.
ALONE = [ProposalKind.LIFT, ProposalKind.ADDITION, ProposalKind.MERGER]


class ProposalState(TextChoices):
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")


class ImportKind(TextChoices):
    """What a file holds, and so what becomes of it."""

    DRAFTS = "drafts", _("Our own work: rows become drafts")
    REVIEWS = "reviews", _("Reviews by others: a batch that a second person approves")
    OURS = "ours", _("An export of this product")


class ItemState(TextChoices):
    """What became of one item of a batch."""

    WAITING = "waiting", _("Waiting")
    PUBLISHED = "published", _("Published")
    DRAFTED = "drafted", _("Draft")
    NOT_TAKEN = "not_taken", _("Not taken")


class NoticeKind(TextChoices):
    """What one person is told of, as done by another."""

    ASSIGNED = "assigned", _("assigned this to you")
    MENTIONED = "mentioned", _("mentioned you")
    REPLIED = "replied", _("replied to you")
    COMMENTED = "commented", _("commented")
    SENT_BACK = "sent_back", _("sent this back to you")
    TO_APPROVE = "to_approve", _("submitted a claim for approval")
    APPROVED = "approved", _("approved this")
    CORRECTED = "corrected", _("approved that this is corrected or retracted")
    SUGGESTION = "suggestion", _("wrote to us about this")
    BATCH = "batch", _("submitted reviews by others for approval")


class SuggestionState(TextChoices):
    NEW = "new", _("New")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")


class MatchTier(TextChoices):
    """How sure the matcher is that a claim answers a text."""

    SUGGESTED = "suggested", _("Suggested")
    VERY_LIKELY = "very_likely", _("Very likely")


class MatchDecision(TextChoices):
    """What the desk says of it."""

    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")


class AccountChangeKind(TextChoices):
    """What was done to an account by somebody else than its owner, or by a link that they made."""

    LINK = "link", _("Link to choose a password made")
    PASSWORD = "password", _("Password set by a link")
    ROLE = "role", _("Role changed")
    ACTIVE = "active", _("Activated or deactivated")
    FACTOR = "factor", _("Second factor removed")
    ADDRESS = "address", _("Name or mail address changed")


class CardKind(TextChoices):
    """What readers are told of beside claims, each through signed cards of its own."""

    SOURCE = "source", _("Source")
    TOPIC = "topic", _("Topic")
    ARTICLE = "article", _("Article")
    PAGE = "page", _("Page")
    REDACTION = "redaction", _("Redaction")


class PageName(TextChoices):
    """The pages whose text the desk writes."""

    ABOUT = "about", _("About us")
    CONTACT = "contact", _("Contact")
    CORRECTIONS = "corrections", _("How we correct")
    SELECTION = "selection", _("How we choose claims")
    PEOPLE = "people", _("Who we are")
    FUNDING = "funding", _("Who pays for our work")
    ETHICS = "ethics", _("The rules we keep to")
    COMPLAINTS = "complaints", _("Complaints")


def admiralty_grade(reliability: str, credibility: str) -> str:
    """Return the two Admiralty axes written together, as in "B2"."""
    return f"{reliability}{credibility}"
