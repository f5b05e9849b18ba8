"""The workflow: the only code that changes a claim's status, creates a publication, or decides on a suggestion.

`steps` leads a claim from draft to published; `proposals` freezes what is submitted, of claims and, from `cards`,
of what they name; `additions` adds
to what is published; `batches` leads imported reviews by others to two people; `withholding` takes a published claim
from readers at once; `drafts` and `annotate` change a claim's content outside its form, `repair` merges and splits;
`articles` finds quotes again in a new text; `second_opinions` keeps blind verdicts; `comments` what colleagues say to
each other and `notices` what each is told; `suggestions` answers readers; `match_decisions` keeps what the desk says
of matches; `accounts` keeps whose account was changed from approving at once; `guards` says who may do
what when. All raise a WorkflowError, with nothing changed, when something may not be done.
"""

from claims.models.claims import OPEN_FOR_EDITING
from claims.workflow import (
    accounts,
    additions,
    annotate,
    articles,
    batches,
    cards,
    comments,
    drafts,
    match_decisions,
    notices,
    proposals,
    repair,
    second_opinions,
    signing,
    suggestions,
    withholding,
)
from claims.workflow.guards import (
    NotPermittedError,
    NotReadyError,
    StaleClaimError,
    WorkflowError,
    WrongStateError,
    editing_refusal,
    missing_for_review,
)
from claims.workflow.steps import (
    STEPS,
    Step,
    steps_open_to,
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
    "accounts",
    "additions",
    "annotate",
    "articles",
    "batches",
    "cards",
    "comments",
    "drafts",
    "editing_refusal",
    "match_decisions",
    "missing_for_review",
    "notices",
    "proposals",
    "repair",
    "second_opinions",
    "signing",
    "steps_open_to",
    "suggestions",
    "take",
    "withholding",
]
