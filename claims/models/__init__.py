"""What is stored: one file per concept. Working tables are private; publications are public."""

from claims.models.articles import Appearance, Article, DismissedSentence
from claims.models.claims import Claim, ClaimRelation
from claims.models.evidence import Evidence
from claims.models.matches import Match, PublicationVector
from claims.models.opinions import SecondOpinion
from claims.models.pages import Page
from claims.models.publications import ColumnChunk, Publication
from claims.models.reference import RatingWords, Source, Topic
from claims.models.suggestions import Suggestion
from claims.models.uploads import Upload

__all__ = [
    "Appearance",
    "Article",
    "Claim",
    "ClaimRelation",
    "ColumnChunk",
    "DismissedSentence",
    "Evidence",
    "Match",
    "Page",
    "Publication",
    "PublicationVector",
    "RatingWords",
    "SecondOpinion",
    "Source",
    "Suggestion",
    "Topic",
    "Upload",
]
