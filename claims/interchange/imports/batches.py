"""What an import may publish here, and the row that says who imported what."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from claims.interchange.imports.existing_state import ExistingState, RefusedError
from claims.models import Batch, Card, Publication
from claims.record import Record
from claims.vocabulary import ImportKind

if TYPE_CHECKING:
    from django.contrib.auth.models import User

NOT_OURS_TO_PUBLISH = gettext_lazy(
    "it says that this desk published it, and this desk did not: only two people of the desk publish in its name."
    " Bring it into an empty database, or submit the claim here"
)

NAMES_US = gettext_lazy(
    "it says that this desk reviewed it: bring the file in as our own work, and its rows become drafts"
)


@dataclass
class Importer:
    """Who imports which file, and so what it may publish.

    Into an empty database an export of this product comes as it is. Later, what says that this desk published it
    comes only where it repeats our chain, or, on the command line, continues it byte for byte. Reviews by others
    always wait for two people.
    """

    by: User | None  # None: on the command line
    file: str
    sha256: str
    is_into_empty: bool
    kind: ImportKind | None = None  # what somebody said that the file is
    batch: Batch | None = None

    @classmethod
    def of(cls, path: Path, name: str = "", *, by: User | None = None, kind: ImportKind | None = None) -> Importer:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        has_chain = Publication.objects.exists() or Card.objects.exists()
        is_into_empty = kind in {None, ImportKind.OURS} and (not has_chain or _goes_on(digest))
        return cls(by, (name or path.name)[-240:], digest, is_into_empty, kind)

    @property
    def may_continue_the_chain(self) -> bool:
        return self.by is None

    def must_wait(self, document: Record, here: ExistingState, *, is_external: bool) -> bool:
        """Whether a record is a review by others, and so waits for two people with all of its batch.

        Raises RefusedError for one that names us as its reviewer, or that is none yet.
        """
        if is_external and here.is_ours(document):
            raise RefusedError(str(NAMES_US), document.slug)
        waits = is_external or not (self.is_into_empty or here.is_ours(document))
        if waits and document.published_at > timezone.now() + timedelta(days=1):
            raise RefusedError(gettext("it says that it was published in the future"), document.slug)
        return waits

    def must_propose(self, document: Record, here: ExistingState) -> bool:
        """Whether a record that is new here has to await approval; raises RefusedError where it may not even that."""
        if self.is_into_empty or not here.is_ours(document):
            return False
        if self.by is None or document.number > 1:
            raise RefusedError(str(NOT_OURS_TO_PUBLISH), document.slug)
        return True

    def begin(self, columns: Mapping[str, Any] | None = None) -> None:
        """Keep that the import began: one that is killed goes on by that when it is run again."""
        kind = self.kind or ImportKind.OURS
        begun = Batch.objects.with_items().filter(by=self.by, sha256=self.sha256, kind=kind, counts={}, takes_back=None)
        self.batch = next((batch for batch in begun if not batch.proposals.exists()), None) or Batch(
            by=self.by,
            file=self.file,
            sha256=self.sha256,
            is_into_empty=self.is_into_empty,
            kind=kind,
        )
        self.batch.columns = dict(columns or {})
        self.batch.save()

    def finish(self, counts: Mapping[str, Any]) -> None:
        """Keep what the import did."""
        if self.batch is None:
            self.begin()
        assert self.batch
        if self.kind in {None, ImportKind.OURS} and self.batch.items.exists():
            self.batch.kind = ImportKind.REVIEWS
        self.batch.counts = {name: count for name, count in counts.items() if count}
        self.batch.save()


def _goes_on(sha256: str) -> bool:
    """Whether a file began to come into an empty database, where nobody has published since."""
    began = Batch.objects.filter(sha256=sha256, is_into_empty=True).exists()
    return began and not Publication.objects.filter(approved_by__isnull=False).exists()
