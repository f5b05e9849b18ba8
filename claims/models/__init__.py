"""What is stored: one file per concept. Working tables are private; publications are public."""

from typing import Any

from claims.models.account_changes import AccountChange
from claims.models.aliases import Alias
from claims.models.appearances import Appearance
from claims.models.articles import Article, DismissedSentence
from claims.models.batches import Batch, BatchItem
from claims.models.cards import Card
from claims.models.claims import Claim, ClaimRelation
from claims.models.comments import Comment, Notice
from claims.models.evidence import Evidence
from claims.models.match_decisions import Match
from claims.models.pages import Page
from claims.models.people import Person
from claims.models.proposals import Proposal
from claims.models.publications import Publication
from claims.models.rating_words import RatingWords
from claims.models.reply_requests import ReplyRequest
from claims.models.request_counts import RequestCount
from claims.models.saved_views import SavedView
from claims.models.second_opinions import SecondOpinion
from claims.models.snapshots import ColumnChunk, PublicationVector
from claims.models.sources import Source, Topic
from claims.models.suggestions import Suggestion
from claims.models.translations import Translation
from claims.models.uploads import Upload
from claims.models.withholdings import Withholding

__all__ = [
    "CLAIM_PARTS",
    "AccountChange",
    "Alias",
    "Appearance",
    "Article",
    "Batch",
    "BatchItem",
    "Card",
    "Claim",
    "ClaimRelation",
    "ColumnChunk",
    "Comment",
    "DismissedSentence",
    "Evidence",
    "Match",
    "Notice",
    "Page",
    "Person",
    "Proposal",
    "Publication",
    "PublicationVector",
    "RatingWords",
    "ReplyRequest",
    "RequestCount",
    "SavedView",
    "SecondOpinion",
    "Source",
    "Suggestion",
    "Topic",
    "Translation",
    "Upload",
    "Withholding",
]

#: What belongs to a claim and has an edit history of its own → the field that names the claim.
CLAIM_PARTS: dict[Any, str] = {
    Evidence: "claim",
    ReplyRequest: "claim",
    Appearance: "claim",
    ClaimRelation: "from_claim",
    Translation: "claim",
}
