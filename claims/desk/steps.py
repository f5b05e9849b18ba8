"""A step asked for once more: what it does, what readers will then see, and the words that go with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from claims import workflow
from claims.desk.preview import NothingToShowError, changes_for_readers
from claims.desk.requests import user_of, visible_claim
from claims.models import Claim
from claims.text.numbers import parse_int
from claims.vocabulary import PublicationKind

#: Steps after which readers will see something else, with what that is published as where the claim does not say.
SEEN_BY_READERS = {
    "submit": "",
    "correct": PublicationKind.CORRECTION.value,
    "approve": "",
    "retract": PublicationKind.RETRACTION.value,
}
TYPED = "message typed with a step"  # what the session keeps it under
DONE_ALREADY = gettext_lazy("This step is done already; nothing was done twice.")
JUDGE_FIRST = gettext_lazy("Give your opinion, or read the review, before you decide on it.")
#: What a step is given → the field of its form that holds it.
GIVEN = {"reason": "reason", "note": "public_note", "proposal": "proposal"}


def ask_for(request: HttpRequest, step: workflow.Step, claim: Claim) -> HttpResponse:
    """Lead from the claim's form to the page of a step, with the message that was typed there."""
    request.session[TYPED] = request.POST.get("reason", "")
    return HttpResponseRedirect(reverse("admin:claims_step", args=[claim.pk, step.name]))


@require_http_methods(["GET", "HEAD", "POST"])
def step_view(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Show what a step does, and take it when it is asked for once more. What was typed stays where it is refused."""
    claim = visible_claim(request, pk)
    step = workflow.STEPS.get(name)
    if step is None or workflow.second_opinions.is_blind(request.user, claim):
        if step:
            messages.error(request, JUDGE_FIRST)
        return HttpResponseRedirect(claim.get_absolute_url())
    refusal = ""
    if request.method == "POST":
        if is_done_already(request, step, claim):
            messages.info(request, DONE_ALREADY)
            return HttpResponseRedirect(claim.get_absolute_url())
        try:
            return take(request, step, claim, parse_int(request.POST.get("version")))
        except workflow.WorkflowError as error:
            refusal = str(error)
            claim.refresh_from_db()
    elif why_not := step.why_not(user_of(request), claim):
        messages.error(request, str(why_not))
        return HttpResponseRedirect(claim.get_absolute_url())
    return _page(request, step, claim, refusal)


def take(request: HttpRequest, step: workflow.Step, claim: Claim, version: int | None) -> HttpResponse:
    """Take a step with the words that came with the request; raises WorkflowError."""
    given = {field: request.POST.get(key, "") for field, key in GIVEN.items()}
    claim = workflow.take(step.name, claim, by=user_of(request), version=version, **given)
    told = {"step": step.label, "status": claim.get_status_display().lower()}
    messages.success(request, _("%(step)s: the claim is now %(status)s.") % told)
    return HttpResponseRedirect(claim.get_absolute_url())


def _page(request: HttpRequest, step: workflow.Step, claim: Claim, refusal: str) -> HttpResponse:
    proposal = workflow.proposals.waiting(claim)
    context: dict[str, Any] = {
        "title": step.label,
        "step": step,
        "claim": claim,
        "refusal": refusal,
        "missing": workflow.missing_for_review(claim) if step.needs_review else [],
        "proposal": proposal if claim.status in step.starts else None,
        "parts": workflow.proposals.parts_of(proposal) if proposal else [],
        "changed_since": workflow.proposals.changed_since(proposal) if proposal else [],
        "dissent": _dissent(request, claim) if step.name == "approve" else None,
        "typed": {
            "reason": request.POST.get("reason") or request.session.pop(TYPED, ""),
            "note": request.POST.get("public_note", ""),
        },
    }
    if step.name in SEEN_BY_READERS and not context["missing"]:
        kind = SEEN_BY_READERS[step.name]
        try:
            context |= {**changes_for_readers(request, claim.pk, kind), "shown_as": kind, "is_shown": True}
        except NothingToShowError as reason:
            context["refusal"] = refusal or str(reason)
    return render(request, "admin/claims/claim/step.html", context, status=400 if refusal else 200)


def _dissent(request: HttpRequest, claim: Claim) -> Any:
    """Return the opinion that the user gave blind of this review, where it differs from the review."""
    given = claim.second_opinions.filter(by=user_of(request)).exclude(verdict="")
    opinion = given.filter(submitted_at=claim.submitted_at).first() if claim.submitted_at else None
    return opinion if opinion and opinion.verdict != opinion.editor_verdict else None


def is_done_already(request: HttpRequest, step: workflow.Step, claim: Claim) -> bool:
    """Whether a step was posted twice, as by a double click: the same user has just taken it."""
    if claim.status in step.starts:
        return False
    last = claim.history.first()
    reason = last.history_change_reason or ""
    return last.history_user_id == request.user.pk and reason.startswith(step.words)
