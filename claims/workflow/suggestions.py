"""What the desk does with a reader's request. None is ever deleted; what it says of a person can be erased."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from claims.models import Claim, Suggestion
from claims.vocabulary import SuggestionState
from claims.workflow import drafts, notices
from claims.workflow.guards import NotReadyError, WrongStateError, require

if TYPE_CHECKING:
    from django.contrib.auth.models import User


#: What stands in place of a text that was erased.
ERASED = "(erased)"


@transaction.atomic
def suggest(*, text: str, url: str = "", contact: str = "", claim: Claim | None = None) -> Suggestion:
    """Keep what a reader asks; anybody may. Raises ValidationError for what is no suggestion."""
    made = Suggestion(text=text, url=url, contact=contact, claim=claim)
    made.full_clean()
    made.save_by(None, "Sent by a reader")
    notices.suggested(made)
    return made


@transaction.atomic
def accept(
    suggestion: Suggestion, *, by: User, claim: Claim | None = None, statement: str = "", answer: str = ""
) -> Suggestion:
    """Take a suggestion up: into the claim given, the claim it is about, or a new draft with the statement."""
    locked = _locked(suggestion, by, SuggestionState.NEW)
    target = claim or locked.claim
    if target is None:
        if not statement.strip():
            raise NotReadyError([_("Write the claim’s statement, or choose a claim that is here.")])
        target = drafts.draft(by=by, statement=statement, reason="From a reader’s suggestion")
    locked.claim = target
    return _save(locked, by, SuggestionState.ACCEPTED, answer, f"Accepted into “{target}”")


@transaction.atomic
def decline(suggestion: Suggestion, *, by: User, answer: str) -> Suggestion:
    """Decline a suggestion with an answer to whoever made it."""
    locked = _locked(suggestion, by, SuggestionState.NEW)
    if not answer.strip():
        raise NotReadyError([_("Write an answer: say why it is declined.")])
    return _save(locked, by, SuggestionState.DECLINED, answer, "Declined")


@transaction.atomic
def reopen(suggestion: Suggestion, *, by: User) -> Suggestion:
    """Put a decided suggestion back among the new ones; its answer and claim stay."""
    locked = _locked(suggestion, by, SuggestionState.ACCEPTED, SuggestionState.DECLINED)
    return _save(locked, by, SuggestionState.NEW, locked.answer, "Taken up again")


@transaction.atomic
def erase(suggestion: Suggestion, *, by: User) -> Suggestion:
    """Take out what a reader wrote of themselves or others, here and in the history, for good; a new one is declined.

    What remains is that there was a suggestion, when, on which claim, and what became of it.
    """
    require(by, "approve_claim", _("Your role may not erase a suggestion."))
    locked = _locked(suggestion, by, *SuggestionState.values)
    if locked.state == SuggestionState.NEW:
        locked.state = SuggestionState.DECLINED
    locked.text, locked.url, locked.contact, locked.answer = ERASED, "", "", ""
    locked.history.update(text=ERASED, url="", contact="", answer="", history_change_reason="Erased")
    locked.save_by(by, "Erased")
    return locked


def _locked(suggestion: Suggestion, by: User, *states: str) -> Suggestion:
    require(by, "change_suggestion", _("Your role may not decide on suggestions."))
    locked: Suggestion = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
    if locked.state not in states:
        words = _("This suggestion is %(state)s already.")
        raise WrongStateError(words % {"state": locked.get_state_display().lower()})
    return locked


def _save(locked: Suggestion, by: User, state: str, answer: str, reason: str) -> Suggestion:
    locked.state = state
    locked.answer = answer.strip()
    locked.save_by(by, reason)
    return locked
