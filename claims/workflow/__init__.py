"""The workflow: the only code that changes a claim's status, creates a publication, or decides on a suggestion.

`steps` leads a claim from draft to published; `editing` and `marking` change its content outside
its form; `opinions` keeps blind second opinions; `suggestions` answers readers; `matches` keeps decisions on the matcher's finds; `rules` says who
may do what when. All raise a WorkflowError, with nothing changed, when something may not be done.
"""

from claims.models.claims import OPEN_FOR_EDITING
from claims.workflow import articles, editing, marking, matches, opinions, suggestions
from claims.workflow.rules import (
    NotPermittedError,
    NotReadyError,
    StaleClaimError,
    WorkflowError,
    WrongStateError,
    deletion_refusal,
    editing_refusal,
    missing_for_review,
)
from claims.workflow.steps import (
    STEPS,
    Step,
    approve,
    correct,
    recheck,
    retract,
    return_to_draft,
    send_back,
    start_review,
    steps_open_to,
    submit,
    take,
)

__all__ = [
    "OPEN_FOR_EDITING",
    "STEPS",
    "NotPermittedError",
    "NotReadyError",
    "StaleClaimError",
    "Step",
    "WorkflowError",
    "WrongStateError",
    "approve",
    "articles",
    "correct",
    "deletion_refusal",
    "editing",
    "editing_refusal",
    "marking",
    "matches",
    "missing_for_review",
    "opinions",
    "recheck",
    "retract",
    "return_to_draft",
    "send_back",
    "start_review",
    "steps_open_to",
    "submit",
    "suggestions",
    "take",
]
