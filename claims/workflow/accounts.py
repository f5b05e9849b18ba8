"""Accounts as far as they sign: who was given one, or had it changed, does not approve at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from claims.models import AccountChange
from claims.models.account_changes import WAIT
from claims.vocabulary import AccountChangeKind
from claims.workflow.guards import NotPermittedError, WrongStateError

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def note(user: User, kind: AccountChangeKind, *, by: User) -> None:
    """Keep that an account was changed."""
    AccountChange.objects.create(user=user, kind=kind, by=by)


def note_use_of_a_link(user: User) -> None:
    """Keep that a new password was chosen by a link.

    It is put down to who made the link, or, of one that was mailed, to who last changed where mail goes.
    """
    alive = timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    changes = AccountChange.objects.filter(user=user)
    link = changes.filter(kind=AccountChangeKind.LINK, at__gt=alive).first()
    made = link or changes.filter(kind=AccountChangeKind.ADDRESS).first()
    note(user, AccountChangeKind.PASSWORD, by=made.by if made else user)


def refuse_if_changed(user: User) -> None:
    """Raise NotPermittedError where an account was changed and nobody else confirmed it yet."""
    change = AccountChange.objects.holding().filter(user=user).first()
    if change:
        until = date_format(timezone.localtime(change.at + WAIT), "j F, H:i")
        words = _(
            "Your account was changed (%(change)s): you may decide from %(time)s, or once an administrator other than"
            " the one who changed it has confirmed it."
        )
        raise NotPermittedError(words % {"change": change.get_kind_display().lower(), "time": until})


def confirm(change: AccountChange, *, by: User) -> None:
    """Confirm, as a second administrator, that an account is its owner's after a change."""
    if not by.has_perm("auth.change_user"):
        raise NotPermittedError(_("Only administrators confirm changes of accounts."))
    refuse_if_changed(by)
    if by.pk in {change.by_id, change.user_id}:
        raise NotPermittedError(
            _("Somebody else has to confirm this: neither who made the change nor whose account it is.")
        )
    if not AccountChange.objects.holding().filter(pk=change.pk).update(confirmed_by=by):
        raise WrongStateError(_("This waits for nobody any more."))
