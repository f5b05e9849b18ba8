"""The public record: its schema and bytes (pure), how it is built from a claim, and the chain it stands in.

`chain.append` is the only writer of publications and cards, and `verification` looks whether they are what they
were. It stands above search and matching, as the index, the columns and the vectors follow from it.
"""

from claims.record.canonical import CHAIN_START, canonical, chain_hash, record_hash
from claims.record.schema import (
    ADDITIONS,
    AppearanceRecord,
    ArticleRef,
    EvidenceRecord,
    ImportedReview,
    Record,
    RelationRecord,
    ReplyRecord,
    SourceRef,
    TopicRef,
    TranslationRecord,
    VersionRef,
    dating_of,
    json_schema,
    parse,
    reference_to,
    source_reference,
)

__all__ = [
    "ADDITIONS",
    "CHAIN_START",
    "AppearanceRecord",
    "ArticleRef",
    "EvidenceRecord",
    "ImportedReview",
    "Record",
    "RelationRecord",
    "ReplyRecord",
    "SourceRef",
    "TopicRef",
    "TranslationRecord",
    "VersionRef",
    "canonical",
    "chain_hash",
    "dating_of",
    "json_schema",
    "parse",
    "record_hash",
    "reference_to",
    "source_reference",
]
