"""Assigning one claim from the front page, and what is done with many claims at once, each by its own rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk import working_list
from claims.desk.dashboard import people_of_the_desk
from claims.desk.lists import ROWS
from claims.desk.requests import user_of
from claims.desk.widgets import DateAsWritten
from claims.interchange.exports import FORMATS, file_name
from claims.interchange.formats import csv
from claims.models import Claim, Publication, Topic
from claims.text.numbers import parse_int

MOST = 1000  # of one action; more asks to narrow the list
SHOWN_REFUSALS = 5
WORKING_LIST = "working-list"


class ClaimActionForm(ActionForm):
    """Which action, and what it asks for: the list shows only the fields of the action that is chosen."""

    to = forms.ModelChoiceField(
        User.objects.none(), required=False, label=gettext_lazy("Person:"), empty_label=gettext_lazy("me")
    )
    topic = forms.ModelChoiceField(Topic.objects.none(), required=False, label=gettext_lazy("Topic:"), empty_label="–")
    due = forms.CharField(
        required=False,
        label=gettext_lazy("Due on (empty: no re-check):"),
        widget=forms.TextInput(attrs={"type": "date"}),
    )
    why = forms.CharField(
        required=False,
        label=gettext_lazy("Why, for colleagues:"),
        max_length=1000,
        widget=forms.TextInput(attrs={"size": 40}),
    )
    format = forms.ChoiceField(
        required=False,
        label=gettext_lazy("Format:"),
        choices=[
            (WORKING_LIST, gettext_lazy("Working list (CSV)")),
            *((name, known.label) for name, known in FORMATS.items()),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # one query each, and only when the field is shown or checked
        fields: Any = self.fields
        fields["to"].queryset = people_of_the_desk()
        fields["topic"].queryset = Topic.objects.filter(is_retired=False)


@admin.action(description=gettext_lazy("Assign"), permissions=["change"])
def assign_to(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """Give the chosen claims to the chosen person, or to whoever asks."""
    by = user_of(request)
    if (chosen := _chosen(request, "to")) is None and request.POST.get("to"):
        messages.error(request, _("Choose somebody who works here, beside the action."))
        return
    person = chosen or by
    each(
        request,
        claims,
        lambda claim: workflow.drafts.assign(claim, by=by, to=person),
        lambda changed: ngettext(
            "%(changed)s claim assigned to %(person)s; %(same)s already so.",
            "%(changed)s claims assigned to %(person)s; %(same)s already so.",
            changed,
        ),
        person=person,
    )


@admin.action(description=gettext_lazy("File under a topic"), permissions=["change"])
def file_under(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """File the chosen claims that may be edited under the chosen topic."""
    topic, by = _chosen(request, "topic"), user_of(request)
    if topic is None:
        messages.error(request, _("Choose a topic beside the action."))
        return
    each(
        request,
        claims,
        lambda claim: workflow.drafts.tag(claim, by=by, topic=topic),
        lambda changed: ngettext(
            "%(changed)s claim filed under %(topic)s; %(same)s already so.",
            "%(changed)s claims filed under %(topic)s; %(same)s already so.",
            changed,
        ),
        topic=topic,
    )


@admin.action(description=gettext_lazy("Set when a re-check is due"), permissions=["change"])
def schedule(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """Set the day on which the chosen claims are due for a re-check, or none."""
    by = user_of(request)
    try:
        due_on = DateAsWritten(required=False).clean(request.POST.get("due", ""))
    except forms.ValidationError as error:
        messages.error(request, _("%(problem)s Nothing was changed.") % {"problem": error.messages[0]})
        return

    def told(changed: int) -> str:
        if due_on is None:
            return ngettext(
                "%(changed)s claim no longer due for a re-check; %(same)s already so.",
                "%(changed)s claims no longer due for a re-check; %(same)s already so.",
                changed,
            )
        return ngettext(
            "%(changed)s claim due for a re-check on %(day)s; %(same)s already so.",
            "%(changed)s claims due for a re-check on %(day)s; %(same)s already so.",
            changed,
        )

    day = due_on and date_format(due_on, "j F Y")
    each(request, claims, lambda claim: workflow.drafts.schedule(claim, by=by, due_on=due_on), told, day=day)


@admin.action(description=gettext_lazy("Start review"), permissions=["review"])
def start_review(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """Start the review of the chosen drafts."""
    by = user_of(request)
    each(
        request,
        claims,
        lambda claim: bool(workflow.take("start_review", claim, by=by)),
        lambda changed: ngettext(
            "%(changed)s claim in review now; %(same)s already so.",
            "%(changed)s claims in review now; %(same)s already so.",
            changed,
        ),
    )


@admin.action(description=gettext_lazy("Drop"), permissions=["change"])
def drop(model_admin: Any, request: HttpRequest, claims: Any) -> None:
    """Drop the chosen claims that were never published, with one reason; they can be taken up again."""
    by, why = user_of(request), request.POST.get("why", "")
    if not why.strip():
        messages.error(request, _("Say why they are dropped, beside the action. Nothing was changed."))
        return
    each(
        request,
        claims,
        lambda claim: bool(workflow.take("drop", claim, by=by, reason=why)),
        lambda changed: ngettext(
            "%(changed)s claim dropped; %(same)s already so.",
            "%(changed)s claims dropped; %(same)s already so.",
            changed,
        ),
    )


@admin.action(description=gettext_lazy("Take out"), permissions=["review"])
def take_out(model_admin: Any, request: HttpRequest, claims: Any) -> HttpResponseBase | None:
    """Take the chosen claims out: the working list, or what is published of them in a format for readers."""
    chosen, name = list(claims.order_by("-pk").values_list("pk", flat=True)[: ROWS + 1]), _chosen(request, "format")
    if len(chosen) > ROWS:
        messages.error(request, _("More than %(most)s claims are chosen: narrow the list.") % {"most": f"{ROWS:,}"})
        return None
    if name == WORKING_LIST:
        rows: Any = Claim.objects.filter(pk__in=chosen).order_by("-pk")
        rows = rows.with_is_hidden(request.user).select_related("claimant", "assigned_to").prefetch_related("topics")
        return _download(csv.write_rows(working_list.HEADER, map(working_list.row, rows)), "claims.csv", "text/csv")
    if name not in FORMATS:
        messages.error(request, _("Choose a format beside the action."))
        return None
    reviews = Publication.shown.current().filter(claim__pk__in=chosen)
    if not reviews.exists():
        messages.error(request, _("None of these claims is published: take them out as a working list."))
        return None
    known = FORMATS[name]
    return _download(known.write(reviews, settings.SITE_URL), file_name(name), known.media_type)


ACTIONS = (assign_to, file_under, schedule, start_review, drop, take_out)


def _download(content: Iterator[bytes], name: str, media_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _chosen(request: HttpRequest, name: str) -> Any:
    """Return what the action's form names, or None."""
    field = ClaimActionForm().fields[name]
    try:
        return field.clean(request.POST.get(name, ""))
    except forms.ValidationError:
        return None


def each(
    request: HttpRequest, rows: Any, change: Callable[[Any], bool], told: Callable[[int], str], **named: Any
) -> None:
    """Change the chosen rows, each by its own rules, and say how many were, and why the others were not.

    `told` returns the sentence for a number of changed rows; `named` is what it names besides.
    """
    chosen = list(rows.order_by("pk")[: MOST + 1])
    if len(chosen) > MOST:
        messages.error(
            request,
            _("More than %(most)s %(rows)s are chosen: narrow the list. Nothing was changed.")
            % {"most": f"{MOST:,}", "rows": rows.model._meta.verbose_name_plural},
        )
        return
    changed, refusals = 0, []
    for row in chosen:
        try:
            changed += change(row)
        except workflow.WorkflowError as error:
            refusals.append(f"“{row}”: {error}")
    same = len(chosen) - changed - len(refusals)
    messages.success(request, told(changed) % {"changed": changed, "same": same, **named})
    for refusal in refusals[:SHOWN_REFUSALS]:
        messages.warning(request, capfirst(refusal))
    if (more := len(refusals) - SHOWN_REFUSALS) > 0:
        left = ngettext(
            "… and %(more)s more were left as they are.", "… and %(more)s more were left as they are.", more
        )
        messages.warning(request, left % {"more": more})


@require_POST
@permission_required("claims.change_claim", raise_exception=True)
def assign_view(request: HttpRequest) -> HttpResponse:
    """Assign one claim from the front page."""
    try:
        claim = get_object_or_404(Claim, pk=parse_int(request.POST.get("claim")))
        person = get_object_or_404(User, pk=parse_int(request.POST.get("to")))
        workflow.drafts.assign(claim, by=user_of(request), to=person)
    except workflow.NotPermittedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(claim)s” is assigned to %(person)s.") % {"claim": claim, "person": person})
    return HttpResponseRedirect(reverse("admin:index"))
