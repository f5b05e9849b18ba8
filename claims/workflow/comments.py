"""Remarks of colleagues on a claim: said, replied to, resolved and taken up again. Nothing of them is public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.models import Claim, Comment
from claims.workflow import notices, second_opinions
from claims.workflow.guards import NotPermittedError, NotReadyError, require

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_MENTIONS = 20  # of one comment
_MENTION = re.compile(r"(?<![\w.@+-])@([\w.+-]+(?:@[\w.+-]+)?)")


@transaction.atomic
def say(claim: Claim, *, by: User, text: str, reply_to: Comment | None = None) -> tuple[Comment, list[str]]:
    """Add a comment, or a reply to one; return it, and whom it names that could not be told.

    Raises NotReadyError for no text, NotPermittedError, ValidationError for one that is too long.
    """
    require(by, "add_comment", _("Your role may not comment on claims."))
    _refuse_blind(by, claim)
    if not text.strip():
        raise NotReadyError([_("Write something first.")])
    first = reply_to and (reply_to.reply_to or reply_to)
    comment = Comment(claim=claim, by=by, text=text.strip(), reply_to=first)
    comment.full_clean()
    comment.save()
    people, unknown = mentioned_in(comment.text)
    notices.commented(comment, people)
    return comment, unknown


@transaction.atomic
def resolve(comment: Comment, *, by: User, is_resolved: bool = True) -> Comment:
    """Resolve a thread, or take it up again."""
    require(by, "add_comment", _("Your role may not resolve comments."))
    locked: Comment = Comment.objects.select_for_update(of=("self",)).get(pk=comment.reply_to_id or comment.pk)
    _refuse_blind(by, locked.claim)
    if (locked.resolved_at is not None) != is_resolved:
        locked.resolved_by, locked.resolved_at = (by, timezone.now()) if is_resolved else (None, None)
        locked.save()
    return locked


def mentioned_in(text: str) -> tuple[list[User], list[str]]:
    """Return the colleagues whom a text names, and the names of nobody who works here and sees claims."""
    names = list(dict.fromkeys(name.rstrip(".") for name in _MENTION.findall(text)))[:MAX_MENTIONS]
    found = {user.username: user for user in User.objects.filter(username__in=names, is_active=True, is_staff=True)}
    people = [user for user in found.values() if user.has_perm("claims.view_comment")]
    return people, _without(names, (user.username for user in people))


def _without(names: list[str], told: Iterable[str]) -> list[str]:
    known = set(told)
    return [name for name in names if name not in known]


def _refuse_blind(by: User, claim: Claim) -> None:
    if second_opinions.is_hidden(by, claim):
        raise NotPermittedError(_("What colleagues say may tell the review: give your opinion, or read it, first."))
