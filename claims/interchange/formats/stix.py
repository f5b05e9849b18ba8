"""Public records as a STIX 2.1 bundle: sources as identities, claims with our review as notes. Pure.

Identifiers are made from ours (UUIDv5), so that the same claim is the same object in every bundle.
Confidence is STIX's own scale of 0 to 100; where none is stated the property is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID, uuid5

from claims.interchange.formats import json_stream
from claims.record import record_hash
from claims.record.headline import answer_in_our_words
from claims.vocabulary import ENDINGS, VERDICT_RATING, SourceKind, Verdict

NAMESPACE = UUID("6f2d1b0e-6a4e-5a37-9d0b-2c1c7b1d6a11")  # of identifiers made here
BEGINNING = "2020-01-01T00:00:00.000Z"  # a source has no moment of creation of its own
_CLASSES = {
    SourceKind.PERSON: "individual",
    SourceKind.ACCOUNT: "individual",
    SourceKind.GOVERNMENT: "organization",
    SourceKind.ORGANISATION: "organization",
    SourceKind.NEWS_OUTLET: "organization",
    SourceKind.DOCUMENT_SERIES: "unknown",
}


@dataclass(frozen=True)
class GivenOpinion:
    """What a second editor concluded of a claim before seeing the first one's verdict."""

    uid: UUID
    claim_uid: UUID
    verdict: str
    editor_verdict: str
    created: datetime


def write(documents: Iterable[dict[str, Any]], site: str, opinions: Iterable[GivenOpinion] = ()) -> Iterator[bytes]:
    """Yield a bundle of the records, each source once, and of second opinions where the desk's own are asked for."""
    opening = {"type": "bundle", "id": f"bundle--{uuid5(NAMESPACE, site)}"}
    return json_stream.document(opening, "objects", chain(_objects(documents, site), map(opinion, opinions)))


def _objects(documents: Iterable[dict[str, Any]], site: str) -> Iterator[dict[str, Any]]:
    known: set[str] = set()
    for values in documents:
        for source in (values["reviewer"], values["claimant"]):
            if source and source["slug"] not in known:
                known.add(source["slug"])
                yield identity(source)
        yield note(values, site)


def identity(source: dict[str, Any]) -> dict[str, Any]:
    made = {
        "type": "identity",
        "spec_version": "2.1",
        "id": _identity_id(source),
        "created": BEGINNING,
        "modified": BEGINNING,
        "name": source["name"],
        "identity_class": _CLASSES[SourceKind(source["kind"])],
    }
    reference = {"source_name": source["name"], "url": source["url"]}
    return {**made, "external_references": [reference]} if source["url"] else made


def note(values: dict[str, Any], site: str) -> dict[str, Any]:
    """Return a record as a note about its claimant (about its reviewer, where no claimant is known)."""
    verdict, is_revoked = values["verdict"], values["kind"] in ENDINGS
    moment = _timestamp(values["published_at"])
    page = f"{site}/claims/{values['slug']}/v/{values['number']}/"
    kept = {
        "source_name": values["reviewer"]["name"],
        "description": f"The record of this review; for people: {page}",
        "url": f"{page}record.json",
        "hashes": {"SHA-256": record_hash(values)},
    }
    evidence = [{"source_name": item["title"], "url": item["url"]} for item in values["evidence"] if item["url"]]
    made = {
        "type": "note",
        "spec_version": "2.1",
        "id": _note_id(values["uid"]),
        "created_by_ref": _identity_id(values["reviewer"]),
        "created": min(_created(values["uid"]) or moment, moment),
        "modified": moment,
        "abstract": values["statement"],
        "content": f"{answer_in_our_words(values)}. {values['note'] if is_revoked else values['summary']}".strip(),
        "authors": [values["reviewer"]["name"]],
        "object_refs": [_identity_id(values["claimant"] or values["reviewer"])],
        "labels": ["fact-check", f"verdict:{verdict}" if verdict and not is_revoked else values["kind"]],
        "lang": values["language"],
        "external_references": [kept, *evidence],
    }
    if is_revoked:
        made["revoked"] = True
    return made if values["confidence"] is None or is_revoked else {**made, "confidence": values["confidence"]}


def opinion(given: GivenOpinion) -> dict[str, Any]:
    """Return a second opinion as STIX has it: how far it agrees with the verdict that the editor had given."""
    moment = _timestamp(given.created.isoformat())
    return {
        "type": "opinion",
        "spec_version": "2.1",
        "id": f"opinion--{uuid5(NAMESPACE, str(given.uid))}",
        "created": moment,
        "modified": moment,
        "opinion": _agreement(given.verdict, given.editor_verdict),
        "explanation": given.verdict,
        "object_refs": [_note_id(given.claim_uid)],
    }


def _agreement(verdict: str, other: str) -> str:
    """Return how far two verdicts agree: by their distance on the scale from false to true, if both lie on it."""
    if verdict == other:
        return "strongly-agree"
    if verdict not in VERDICT_RATING or other not in VERDICT_RATING:
        return "disagree"
    distance = abs(VERDICT_RATING[Verdict(verdict)] - VERDICT_RATING[Verdict(other)])
    return {1: "agree", 2: "disagree"}.get(distance, "strongly-disagree")


def _note_id(claim_uid: UUID | str) -> str:
    return f"note--{uuid5(NAMESPACE, str(claim_uid))}"


def _identity_id(source: dict[str, Any]) -> str:
    return f"identity--{uuid5(NAMESPACE, source['slug'])}"


def _created(uid: str) -> str | None:
    """Return when a UUID version 7 was made (RFC 9562, section 5.7), or None for another version."""
    made = UUID(uid)
    if made.version != 7:
        return None
    try:
        return _timestamp(datetime.fromtimestamp((made.int >> 80) / 1000, UTC).isoformat())
    except (ValueError, OverflowError):
        return None  # a time past our calendar


def _timestamp(moment: str) -> str:
    """Return an RFC 3339 moment as STIX writes it: UTC, milliseconds, Z."""
    parsed = datetime.fromisoformat(moment).astimezone(UTC)
    return parsed.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
