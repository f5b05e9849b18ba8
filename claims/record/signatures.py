"""Who signed an entry of the chain, committed to in its hash: told to nobody, and provable by whoever has the salts.

commitment = SHA-256(salt LF role LF person), signers = SHA-256(submitter's LF approver's LF opinions); the salt is
32 random bytes in hexadecimal, the role "submitter" or "approver", the person a UUID, the opinions the SHA-256
of the canonical JSON of the second opinions on that submission ("" of a card).
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q

from claims.models import Card, Person, Proposal, Publication, SecondOpinion
from claims.vocabulary import ProposalKind, ProposalState

ROLES = ("submitter", "approver")


@dataclass(frozen=True)
class Signatures:
    """Who signed, by the keys of their accounts, with the salts; `signers` alone where the rest is not told.

    Nothing of it where nobody signed here: then the chain hash is made without.
    """

    submitted_by: int | None = None
    approved_by: int | None = None
    submitter_salt: str = ""
    approver_salt: str = ""
    opinions_sha256: str = ""
    signers: str = ""
    people: tuple[UUID, ...] = ()  # the numbers under which the two sign

    @classmethod
    def of(cls, submitted_by: int, approved_by: int, opinions_sha256: str = "") -> Signatures:
        """Return the signatures of two people, freshly salted; raises ValueError for one person twice."""
        if submitted_by == approved_by:
            raise ValueError("Nobody approves what they submitted.")
        uids = uids_of([submitted_by, approved_by])
        return cls(submitted_by, approved_by, people=(uids[submitted_by], uids[approved_by])).again(opinions_sha256)

    def again(self, opinions_sha256: str = "") -> Signatures:
        """Return those of the same two people under another entry, with salts of its own."""
        if self.submitted_by is None or self.approved_by is None:
            return NOBODY
        if not self.people:
            return Signatures.of(self.submitted_by, self.approved_by, opinions_sha256)
        salts = (secrets.token_hex(32), secrets.token_hex(32))
        signers = signers_hash(salts, self.people, opinions_sha256)
        return Signatures(self.submitted_by, self.approved_by, *salts, opinions_sha256, signers, self.people)

    def as_columns(self) -> dict[str, Any]:
        return {
            "submitted_by_id": self.submitted_by,
            "approved_by_id": self.approved_by,
            "submitter_salt": self.submitter_salt,
            "approver_salt": self.approver_salt,
            "opinions_sha256": self.opinions_sha256,
            "signers": self.signers,
        }


NOBODY = Signatures()


def commitment(salt: str, role: str, person: UUID) -> str:
    return sha256(f"{salt}\n{role}\n{person}".encode()).hexdigest()


def signers_hash(salts: Sequence[str], people: Sequence[UUID], opinions_sha256: str) -> str:
    """Return what the chain hash says of a submitter and an approver, in that order."""
    commitments = [commitment(*signed) for signed in zip(salts, ROLES, people, strict=True)]
    return sha256("\n".join([*commitments, opinions_sha256]).encode()).hexdigest()


def opens(salts: Sequence[str], people: Sequence[UUID | None], opinions_sha256: str, signers: str) -> bool:
    """Whether salts show that a submitter and an approver, two people, are who signed."""
    known = [person for person in people if person]
    return len(set(known)) == len(ROLES) and signers_hash(salts, known, opinions_sha256) == signers


def uids_of(users: Iterable[int]) -> dict[int, UUID]:
    """Return the numbers under which accounts sign; who signs for the first time gets one."""
    keys = set(users)
    known = dict(Person.objects.filter(user__in=keys).values_list("user", "uid"))
    for missing in sorted(keys - known.keys()):
        known[missing] = Person.objects.create(user_id=missing).uid
    return known


def no_opinions() -> str:
    """Return the digest of no second opinions."""
    return _digest([], {})


def opinions_sha256(claim: UUID, submitted_at: datetime) -> str:
    """Return the digest of the second opinions on one submission of a claim."""
    found = list(SecondOpinion.objects.filter(claim__uid=claim, submitted_at=submitted_at))
    return _digest(found, uids_of(opinion.by_id for opinion in found))


def faults(entries: Sequence[Publication | Card]) -> Iterator[tuple[Publication | Card, str]]:
    """Yield the entries whose signatures do not open, with what is wrong. A few queries, however many entries.

    A public copy holds `signers` and no salts: there is nothing to open, and nobody is named.
    """
    signed = [entry for entry in entries if entry.signers]
    people = dict(Person.objects.filter(user__in=_signers_of(signed)).values_list("user", "uid"))
    submitted = _submitted(signed)
    opinions = _opinions_of([entry for entry in signed if isinstance(entry, Publication)], submitted)
    for entry in entries:
        is_told = bool(entry.submitter_salt or entry.approver_salt or entry.opinions_sha256)
        names_somebody = bool(entry.submitted_by_id or entry.approved_by_id)
        if not entry.signers:
            if is_told:
                yield entry, "who signed it was taken out"
        elif not is_told:
            if names_somebody or _key(entry) in submitted:
                yield entry, "who signed it was taken out"
        elif not _opens(entry, people):
            yield entry, "who signed it was changed"
        elif isinstance(entry, Publication) and opinions[entry.pk] != entry.opinions_sha256:
            yield entry, "the second opinions on it were changed"


def _signers_of(entries: Iterable[Publication | Card]) -> set[int]:
    return {key for entry in entries for key in (entry.submitted_by_id, entry.approved_by_id) if key}


def _opens(entry: Publication | Card, people: Mapping[int, UUID]) -> bool:
    both = (people.get(entry.submitted_by_id or 0), people.get(entry.approved_by_id or 0))
    return opens((entry.submitter_salt, entry.approver_salt), both, entry.opinions_sha256, entry.signers)


def _key(entry: Publication | Card) -> tuple[str, int]:
    subject = f"{entry.kind} {entry.subject}" if isinstance(entry, Card) else str(entry.claim_id)
    return subject, entry.number


def _submitted(entries: Iterable[Publication | Card]) -> dict[tuple[str, int], datetime]:
    """Return when each entry was submitted, of those that were proposed and approved here."""
    uids = {entry.claim_id for entry in entries if isinstance(entry, Publication)}
    subjects = {entry.subject for entry in entries if isinstance(entry, Card)}
    of_these = Q(claim__uid__in=uids) | Q(claim=None, subject__in=subjects)
    approved = Proposal.objects.filter(of_these, state=ProposalState.APPROVED).exclude(kind=ProposalKind.LIFT)
    rows = approved.values_list("claim__uid", "card_kind", "subject", "record__number", "proposed_at")
    return {(str(uid) if uid else f"{kind} {subject}", number): at for uid, kind, subject, number, at in rows}


def _opinions_of(publications: Sequence[Publication], submitted: Mapping[tuple[str, int], datetime]) -> dict[int, str]:
    """Return the digests of the second opinions on each publication's submission, as they are here now."""
    given: dict[tuple[str, datetime], list[SecondOpinion]] = defaultdict(list)
    people: dict[int, UUID] = {}
    uids = {publication.claim_id for publication in publications}
    for opinion in SecondOpinion.objects.filter(claim__uid__in=uids).select_related("by__person", "claim"):
        given[str(opinion.claim.uid), opinion.submitted_at].append(opinion)
        if hasattr(opinion.by, "person"):
            people[opinion.by_id] = opinion.by.person.uid
    found = {}
    for publication in publications:
        at = submitted.get(_key(publication))
        found[publication.pk] = _digest(given[str(publication.claim_id), at] if at else [], people)
    return found


def _digest(opinions: Iterable[SecondOpinion], people: Mapping[int, UUID]) -> str:
    said = [
        {
            "uid": str(opinion.uid),
            "by": str(people.get(opinion.by_id, "")),
            "verdict": opinion.verdict,
            "confidence": opinion.confidence,
            "note": opinion.note,
            "editor_verdict": opinion.editor_verdict,
            "editor_confidence": opinion.editor_confidence,
            "submitted_at": opinion.submitted_at,
        }
        for opinion in opinions
    ]
    said.sort(key=lambda values: str(values["uid"]))
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
