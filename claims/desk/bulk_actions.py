"""Assigning one claim from the front page, and bulk actions on the list: each claim by its own rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.dashboard import people_of_the_desk
from claims.desk.requests import user_of
from claims.models import Claim, Topic
from claims.text.numbers import parse_int

MAX_CLAIMS = 1000  # of one action; more asks to narrow the list
SHOWN_REFUSALS = 5


class ClaimActionForm(ActionForm):
    """Which action, and for whom or what."""

    to = forms.ModelChoiceField(User.objects.none(), required=False, label="Person:", empty_label="me")
    topic = forms.ModelChoiceField(Topic.objects.none(), required=False, label="Topic:", empty_label="–")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # one query each, and only when the field is shown or checked
        fields: Any = self.fields
        fields["to"].queryset = people_of_the_desk()
        fields["topic"].queryset = Topic.objects.filter(is_retired=False)


@admin.action(description="Assign", permissions=["change"])
def assign_to(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """Give the chosen claims to the chosen person, or to whoever asks."""
    chosen = _chosen(request, "to")
    person = chosen or user_of(request)
    _each(
        request,
        claims,
        lambda claim: workflow.drafts.assign(claim, by=user_of(request), to=person),
        f"assigned to {person}",
    )


@admin.action(description="File under a topic", permissions=["change"])
def file_under(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """File the chosen claims that may be edited under the chosen topic."""
    topic = _chosen(request, "topic")
    if topic is None:
        messages.error(request, "Choose a topic beside the action.")
        return
    _each(
        request,
        claims,
        lambda claim: workflow.drafts.tag(claim, by=user_of(request), topic=topic),
        f"filed under {topic}",
    )


def _chosen(request: HttpRequest, name: str) -> Any:
    """Return what the action's form names, or None."""
    field = ClaimActionForm().fields[name]
    try:
        return field.clean(request.POST.get(name, ""))
    except forms.ValidationError:
        return None


def _each(request: HttpRequest, claims: Any, change: Callable[[Claim], bool], done: str) -> None:
    chosen = list(claims.order_by("pk")[: MAX_CLAIMS + 1])
    if len(chosen) > MAX_CLAIMS:
        messages.error(request, f"More than {MAX_CLAIMS} claims are chosen: narrow the list. Nothing was changed.")
        return
    changed, refusals = 0, []
    for claim in chosen:
        try:
            changed += change(claim)
        except workflow.WorkflowError as error:
            refusals.append(f"“{claim}”: {error}")
    same = len(chosen) - changed - len(refusals)
    messages.success(request, f"{changed} claim{'' if changed == 1 else 's'} {done}; {same} already so.")
    for refusal in refusals[:SHOWN_REFUSALS]:
        messages.warning(request, capfirst(refusal))
    if len(refusals) > SHOWN_REFUSALS:
        messages.warning(request, f"… and {len(refusals) - SHOWN_REFUSALS} more were left as they are.")


@require_POST
def assign_view(request: HttpRequest) -> HttpResponse:
    """Assign one claim from the front page."""
    if not request.user.has_perm("claims.change_claim"):
        raise PermissionDenied
    try:
        claim = get_object_or_404(Claim, pk=parse_int(request.POST.get("claim")))
        person = get_object_or_404(User, pk=parse_int(request.POST.get("to")))
        workflow.drafts.assign(claim, by=user_of(request), to=person)
    except workflow.NotPermittedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{claim}” is assigned to {person}.")
    return HttpResponseRedirect(reverse("admin:index"))
