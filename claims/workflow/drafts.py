"""Changes to a claim's content outside its form, each under the claim's lock and in its history."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from anyascii import anyascii
from django.core.validators import ProhibitNullCharactersValidator
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims.models import CLAIM_PARTS, Claim, Topic
from claims.models.defaults import uuid7
from claims.vocabulary import Status
from claims.workflow import notices
from claims.workflow.guards import NotPermittedError, WrongStateError, editing_refusal, require

if TYPE_CHECKING:
    from datetime import date

    from django.contrib.auth.models import AnonymousUser, User

_SLUG_CHARACTERS = 70
_NAMELESS = "claim"  # an address of no letters
_NUMBERED = re.compile(r"-[0-9a-f]{8}$")


@transaction.atomic
def assign(claim: Claim, *, by: User, to: User | None) -> bool:
    """Give a claim to somebody, or to nobody; possible in every state. Return whether that is a change."""
    require(by, "change_claim", _("Your role may not assign claims."))
    if to is not None and not (to.is_active and to.is_staff):
        raise NotPermittedError(_("%(name)s does not work on this desk.") % {"name": to})
    locked = lock(claim)
    if locked.assigned_to_id == (to.pk if to else None):
        return False
    locked.assigned_to = to
    save(locked, by, f"Assigned to {to}" if to else "Assigned to nobody")
    notices.assigned(locked, by=by)
    return True


@transaction.atomic
def schedule(claim: Claim, *, by: User, due_on: date | None) -> bool:
    """Say when a claim is due for a re-check, or that it is not; in every state. Return whether that is a change."""
    require(by, "change_claim", _("Your role may not set when a re-check is due."))
    locked = lock(claim)
    if locked.due_on == due_on:
        return False
    locked.due_on = due_on
    save(locked, by, f"Re-check due on {due_on:%-d %B %Y}" if due_on else "No re-check is due")
    return True


@transaction.atomic
def tag(claim: Claim, *, by: User, topic: Topic) -> bool:
    """File a claim under a topic; of a published one readers see it with an addition. Return whether it is a change."""
    locked = lock_for_adding(claim, by)
    if locked.topics.filter(pk=topic.pk).exists():
        return False
    save(locked, by, f"Filed under {topic}")  # first: what the form was opened on has no such topic
    locked.topics.add(topic)
    return True


def draft(*, by: User, statement: str, reason: str, **fields: object) -> Claim:
    """Make a draft assigned to the user, at an address made from its statement."""
    require(by, "add_claim", _("Your role may not add claims."))
    ProhibitNullCharactersValidator()(statement)
    claim = Claim(statement=statement.strip(), slug=free_slug(statement), assigned_to=by, **fields)
    claim.full_clean()
    claim.save_by(by, reason)
    return claim


def deletion_refusal(claim: Claim, user: User | AnonymousUser) -> str:
    """Return why the user may not delete a claim, or ""; whoever made a draft may, besides administrators."""
    if claim.publications.exists():
        return _("A published claim is retracted, never deleted.")
    if claim.status != Status.DRAFT:
        return _("Return the claim to draft before you delete it.")
    if user.has_perm("claims.delete_claim"):
        return ""
    if not (user.has_perm("claims.change_claim") and _made(claim, user)):
        return _("Your role deletes drafts that you made yourself: drop this one instead.")
    if _was_taken_up(claim, user):
        return _("Others have worked on this draft: drop it instead.")
    return ""


@transaction.atomic
def delete(claim: Claim, *, by: User, reason: str = "") -> None:
    """Delete a draft; its history stays."""
    locked = lock(claim)
    if refusal := deletion_refusal(locked, by):
        raise NotPermittedError(refusal)
    locked._change_reason, locked._history_user = reason, by
    locked.delete()


@transaction.atomic
def undo_capture(claim: Claim, *, by: User) -> None:
    """Take back a draft that was just captured; raises WrongStateError where it was worked on since."""
    locked = lock(claim)
    if locked.version > 1 or locked.evidence.exists():
        raise WrongStateError(_("This draft was worked on since: open it to delete or drop it."))
    delete(locked, by=by, reason="Captured by mistake")


def _made(claim: Claim, user: User | AnonymousUser) -> bool:
    """Whether the user is the one who made a claim, as its history says."""
    first = claim.history.order_by("history_id").values_list("history_type", "history_user").first()
    return bool(first == ("+", user.pk))


def _was_taken_up(claim: Claim, user: User | AnonymousUser) -> bool:
    """Whether anybody else changed a claim or its rows, was asked to decide on it, or said something of it."""
    histories = [claim.history, *(part.history.filter(**{owner: claim.pk}) for part, owner in CLAIM_PARTS.items())]
    return (
        any(history.exclude(history_user=user.pk).exists() for history in histories)
        or claim.proposals.exists()
        or claim.comments.exclude(by=user.pk).exists()
    )


def lock(claim: Claim) -> Claim:
    """Return the claim as it stands now, locked until the end of the transaction."""
    locked: Claim = Claim.objects.select_for_update(of=("self",)).get(pk=claim.pk)
    return locked


def lock_for_editing(claim: Claim, by: User) -> Claim:
    """Lock a claim whose content the user may change now; raises WrongStateError saying why not."""
    locked = lock(claim)
    if refusal := editing_refusal(locked, by):
        raise WrongStateError(refusal)
    return locked


def lock_for_adding(claim: Claim, by: User) -> Claim:
    """Lock a claim that may be edited, or one of ours that is published and only takes more."""
    locked = lock(claim)
    if refusal := adding_refusal(locked, by):
        raise WrongStateError(refusal)
    if locked.status == Status.PUBLISHED:
        require(by, "change_claim", _("Your role may not add to claims."))
    return locked


def adding_refusal(claim: Claim, by: Any) -> str:
    """Return why a claim takes nothing more now, or ""."""
    if claim.status != Status.PUBLISHED:
        return editing_refusal(claim, by)
    current = claim.publications.current().first()
    is_by_others = current is not None and bool(current.record.get("imported"))
    return _("This is a review by others: what it says comes with their next file.") if is_by_others else ""


def save(locked: Claim, by: User, reason: str) -> None:
    """Save a locked claim as a new version with its history."""
    locked.version += 1
    locked.save_by(by, reason)


def free_slug(statement: str, *, besides: int | None = None) -> str:
    """Return an address that no claim has yet, made from a statement in any script; `besides` is the claim's key."""
    stem = _stem(statement)
    is_taken = Claim.objects.filter(slug=stem).exclude(pk=besides).exists()
    return f"{stem}-{uuid7().hex[-8:]}" if is_taken or stem == _NAMELESS else stem


def follows(slug: str, statement: str) -> bool:
    """Whether an address was made from a statement, rather than chosen."""
    return _NUMBERED.sub("", slug) in {_stem(statement), _NAMELESS}


def _stem(statement: str) -> str:
    words = slugify(anyascii(statement))
    if len(words) > _SLUG_CHARACTERS:
        words = words[:_SLUG_CHARACTERS].rpartition("-")[0] or words[:_SLUG_CHARACTERS]
    if words.replace("-", "").isdigit():
        return f"{_NAMELESS}-{words}"
    return words or _NAMELESS
