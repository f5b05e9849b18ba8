"""Reviews by others wait in a batch; approved by two people, they are published block by block."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from claims import record
from claims.interchange.imports.existing_state import DeskState, ExistingState, RefusedError, SameError
from claims.interchange.imports.foreign_keys import ForeignKeys
from claims.interchange.imports.records import write
from claims.models import Batch, BatchItem, Proposal, Withholding, locks
from claims.outages import NotTakenError, all_or_nothing
from claims.record.canonical import record_hash
from claims.record.chain import Version
from claims.record.signatures import Signatures, no_opinions
from claims.vocabulary import ItemState, ProposalState

BLOCK = 1000  # reviews published in one transaction
PAUSE = 0.12  # seconds between blocks: SQLite lets who waits try again every tenth of a second


@override(None)  # why an item was not taken is kept in no user's language
def publish(batch: Batch, *, seconds: float | None = None, progress: Callable[[int], None] = lambda done: None) -> int:
    """Publish what waits of an approved batch, for so long at most; return how much still waits.

    Each block is one transaction: killed, it goes on where it was when it is called again. What another import
    brought meanwhile is not taken, and the item says so.
    """
    proposal = batch.proposals.filter(state=ProposalState.APPROVED).first()
    if proposal is None:
        return batch.waiting().count()
    signatures = Signatures.of(proposal.proposed_by_id, proposal.decided_by_id)
    started, done, keys = time.monotonic(), 0, ForeignKeys()
    approved = batch.waiting().filter(number__lte=proposal.record["last"])
    while block := list(approved.values_list("pk", flat=True)[:BLOCK]):
        if not _publish(block, proposal, signatures, keys):
            keys = ForeignKeys()
            for key in block:
                if not _publish([key], proposal, signatures, keys):
                    _not_taken(key, "the database does not take it")
                    keys = ForeignKeys()
        done += len(block)
        progress(done)
        if seconds is not None and time.monotonic() - started > seconds:
            break
        time.sleep(PAUSE)
    return approved.count()


def _publish(keys_of_items: Sequence[int], proposal: Proposal, signatures: Signatures, keys: ForeignKeys) -> bool:
    """Publish some items in a transaction of their own; whether the database let it, with nothing changed if not."""
    try:
        with all_or_nothing():
            locks.wait_for(locks.CHAIN)
            waiting = BatchItem.objects.filter(pk__in=keys_of_items, state=ItemState.WAITING)
            _publish_block(list(waiting.order_by("number")), proposal, signatures, keys)
    except NotTakenError:
        return False
    return True


def _publish_block(items: list[Any], proposal: Proposal, signatures: Signatures, keys: ForeignKeys) -> None:
    values = [_with_moment(item.record, proposal) for item in items]
    documents = [record.parse(value) for value in values]
    here, desk = ExistingState(documents), DeskState(documents, [])
    takes_back = bool(proposal.note)
    versions: list[Version] = []
    taken: dict[int, list[int]] = defaultdict(list)
    opinions = no_opinions()
    for item, document, value in zip(items, documents, values, strict=True):
        version = Version.of(document, value, signatures.again(opinions))
        try:
            _refuse_changed(item)
            if not takes_back and here.is_ours(document):
                raise RefusedError("this desk has a review of its own of it by now")  # noqa: TRY301
            here.accept(document, version.digest)
            desk.refuse_worked_on(document)
        except SameError:
            _not_taken(item.pk, "it was published here meanwhile")
        except RefusedError as refused:
            _not_taken(item.pk, refused.reason)
        else:
            taken[document.number].append(item.pk)
            versions.append(version)
    write(versions, keys)
    if takes_back:
        withheld = Withholding.objects.standing().order_by()
        withheld.filter(claim__uid__in=[version.record.uid for version in versions]).update(ended_at=timezone.now())
    for number, items_of in taken.items():
        BatchItem.objects.filter(pk__in=items_of).update(state=ItemState.PUBLISHED, record={}, version=number)


def _refuse_changed(item: BatchItem) -> None:
    if record_hash(item.record) != item.sha256:
        raise RefusedError("it is not what was submitted")


def _with_moment(values: dict[str, Any], proposal: Proposal) -> dict[str, Any]:
    if "published_at" in values:
        return values
    assert proposal.decided_at
    moment = record.parse({**values, "published_at": proposal.decided_at.replace(microsecond=0)})
    return {**values, "published_at": moment.as_json()["published_at"]}


def _not_taken(key: int, reason: str) -> None:
    BatchItem.objects.filter(pk=key).update(state=ItemState.NOT_TAKEN, reason=reason[:240])
