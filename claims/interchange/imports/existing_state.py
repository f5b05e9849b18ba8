"""What is here of the claims of some records: which version may come next, and what stands in the way."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from claims.interchange.imports.external_reviews import same_words
from claims.models import Claim, Publication
from claims.record import Record
from claims.record.build import our_desk
from claims.text.addresses import same_address
from claims.vocabulary import SETTLED, PublicationKind


class RefusedError(Exception):
    """A record that may not come in: why, and the value at fault."""

    def __init__(self, reason: str, value: str = "") -> None:
        super().__init__(reason)
        self.reason, self.value = reason, value


class SameError(Exception):
    """A record that says what is here already."""


@dataclass(frozen=True)
class Redacted:
    """A version that comes without its content: what stands of it."""

    uid: UUID
    number: int
    slug: str
    columns: dict[str, Any]


class KeptError(Exception):
    """A card in whose place ours is kept."""


class ExistingState:
    """What is published of the claims of some records, and which of the records were accepted as the next version."""

    def __init__(self, documents: Sequence[Record | Redacted], addresses: Mapping[str, UUID] | None = None) -> None:
        uids, slugs = {document.uid for document in documents}, {document.slug for document in documents}
        publications = Publication.objects.filter(claim_id__in=uids).values_list("claim_id", "number", "record_hash")
        self.hashes = {(uid, number): digest for uid, number, digest in publications}
        self.last: Counter[UUID] = Counter()
        for uid, number in self.hashes:
            self.last[uid] = max(self.last[uid], number)
        of_others = Q(record__imported__isnull=False)
        signed = Q(reviewer__slug__iexact=settings.REVIEWER_SLUG) | (Q(approved_by__isnull=False) & ~of_others)
        ours = Publication.objects.filter(signed, claim_id__in=uids).order_by()
        self.ours = set(ours.values_list("claim_id", flat=True))
        self.desk = our_desk()
        self.owners = dict(Publication.objects.filter(slug__in=slugs).values_list("slug", "claim_id"))
        self.owners |= addresses or {}

    def accept(self, document: Record | Redacted, digest: str) -> None:
        """Take a version, with its record's hash, as the next of its claim; raises SameError or RefusedError."""
        known = self.hashes.get((document.uid, document.number))
        if known == digest:
            raise SameError
        if known:
            raise RefusedError(_("this version is here with another content; a record is never changed"), document.slug)
        if document.number != self.last[document.uid] + 1:
            expected = self.last[document.uid] + 1
            words = _("the next version of this claim here is %(number)s") % {"number": expected}
            raise RefusedError(words, str(document.number))
        if self.owners.setdefault(document.slug, document.uid) != document.uid:
            raise RefusedError(_("this is the address of another claim"), document.slug)
        self.hashes[document.uid, document.number] = digest
        self.last[document.uid] = document.number

    def expect(self, values: Mapping[str, Any], digest: str) -> None:
        """Count a record that waits in the same batch as here."""
        uid, number = UUID(values["uid"]), values["number"]
        self.hashes[uid, number] = digest
        self.last[uid] = max(self.last[uid], number)
        self.owners.setdefault(values["slug"], uid)

    def is_ours(self, document: Record) -> bool:
        """Whether a record says, by slug or name, that this desk published it, or continues what it published."""
        reviewer = document.reviewer
        is_named = reviewer.slug.casefold() == self.desk.slug.casefold() or _plain(reviewer.name) == _plain(
            self.desk.name
        )
        return is_named or document.uid in self.ours


def _plain(name: str) -> str:
    """Return a name as it is compared: without case, widths, and signs that nobody sees."""
    shown = (sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) not in {"Cf", "Cc"})
    return " ".join("".join(shown).casefold().split())


#: What every version has of its own.
_OF_A_VERSION = ("number", "kind", "note", "published_at", "slug", "uid")


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a review by others tells, in whichever spelling: of its version, address and quotation marks none."""
    imported = values["imported"]
    return {
        **{name: value for name, value in values.items() if name not in _OF_A_VERSION},
        "statement": same_words(values["statement"]),
        "imported": {**imported, "url": same_address(imported["url"])},
    }


class DeskState:
    """What the desk has to do with the claims of a batch."""

    def __init__(self, documents: Sequence[Record], external: Iterable[UUID]) -> None:
        uids, slugs = {document.uid for document in documents}, {document.slug for document in documents}
        self.addresses = dict(Claim.objects.filter(slug__in=slugs).values_list("slug", "uid"))
        at_work = Claim.objects.filter(uid__in=uids).exclude(status__in=SETTLED)
        self.worked_on = set(at_work.values_list("uid", flat=True))
        current = Publication.objects.current().filter(claim_id__in=list(external))
        self.standing: dict[Any, Any] = dict(current.values_list("claim_id", "record"))

    def refuse_worked_on(self, document: Record) -> None:
        if document.uid in self.worked_on:
            raise RefusedError(_("the desk is working on this claim; publish or drop that first"), document.slug)

    def next_version(self, document: Record, here: ExistingState) -> Record:
        """Return a review by others as the next version of what stands of it here."""
        standing = self.standing.get(document.uid)
        if standing is None:
            return document
        if not standing.get("imported"):
            raise RefusedError(_("our own review of this claim stands here"), document.slug)
        if _told(document.as_json()) == _told(standing):
            raise SameError
        changed = {"number": here.last[document.uid] + 1, "kind": PublicationKind.UPDATE, "slug": standing["slug"]}
        return document.model_copy(update=changed)
