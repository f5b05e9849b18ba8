"""Before a verdict is published: what readers will see, what changes, and a second opinion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError as RecordError

from claims import claim_page, record, workflow
from claims.admin.matched import published_matches
from claims.desk.numbers import whole
from claims.models import Claim, Publication
from claims.record import build, diff
from claims.record.columns import columns_of
from claims.search import likely_duplicates
from claims.vocabulary import PublicationKind, Verdict

SHOWN_CHARACTERS = 300  # of a statement in a list of likenesses
NOTE_PLACE = "[Your public note will stand here.]"


def user_of(request: HttpRequest) -> User:
    """Return who acts; the admin lets nobody in who has not signed in."""
    assert isinstance(request.user, User)
    return request.user


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("", "–"), *Verdict.choices], required=False)
    confidence = forms.IntegerField(min_value=0, max_value=100, required=False)
    note = forms.CharField(max_length=2000, required=False)


@require_POST
def opinion_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a blind verdict, or that the review is read without one."""
    claim = _claim(request, pk)
    form = OpinionForm(request.POST)
    try:
        if "read" in request.POST:
            workflow.second_opinions.read_review(claim, by=user_of(request))
        elif form.is_valid():
            workflow.second_opinions.give_opinion(claim, by=user_of(request), **form.cleaned_data)
            messages.success(request, "Your opinion is kept. The editor’s review is below.")
        else:
            for name, errors in form.errors.items():
                messages.error(request, f"{name}: {' '.join(map(str, errors))}")
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(claim.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
def preview_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it will be. Changes nothing; a POST only brings the note that was typed."""
    try:
        claim, publication = _to_be_published(request, pk)
    except _NothingToShowError as reason:
        return _back_to_the_claim(request, pk, reason)
    versions = [publication, *_published(claim).defer("record")]
    context = {**claim_page.claim_page(publication, versions), "is_preview": True}
    return render(request, claim_page.CLAIM_TEMPLATE, context)


@require_safe
def difference_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What readers would read differently, field by field."""
    try:
        claim, publication = _to_be_published(request, pk)
    except _NothingToShowError as reason:
        return _back_to_the_claim(request, pk, reason)
    current = _published(claim).first()
    old = record.parse(current.record) if current else None
    context = {
        **admin.site.each_context(request),
        "title": "What would change for readers",
        "claim": claim,
        "current": current,
        "kind": publication.get_kind_display(),
        "differences": list(diff.differences(old, record.parse(publication.record))),
    }
    return render(request, "admin/claims/claim/difference.html", context)


@require_safe
def similar_view(request: HttpRequest) -> JsonResponse:
    """The claims that say much the same as the words typed so far."""
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    statement, besides = request.GET.get("statement", ""), whole(request.GET.get("besides"))
    found = likely_duplicates(statement, besides=besides)
    named = {alike.claim.uid for alike in found}
    rows = [
        {
            "statement": alike.claim.statement[:SHOWN_CHARACTERS],
            "status": alike.claim.get_status_display(),
            "likeness": alike.likeness,
            "url": alike.claim.get_absolute_url(),
        }
        for alike in found
    ]
    rows += [
        {
            "statement": match.claim.statement[:SHOWN_CHARACTERS],
            "status": f"published, {match.tier.label.lower()} the same",
            "likeness": match.percent,
            "url": match.claim.get_absolute_url(),
        }
        for match in published_matches(statement, besides=besides)
        if match.claim.uid not in named
    ]
    return JsonResponse({"claims": rows})


@require_POST
def assign_view(request: HttpRequest) -> HttpResponse:
    """Assign one claim from the front page."""
    if not request.user.has_perm("claims.change_claim"):
        raise PermissionDenied
    try:
        claim = get_object_or_404(Claim, pk=whole(request.POST.get("claim")))
        person = get_object_or_404(User, pk=whole(request.POST.get("to")))
        workflow.drafts.assign(claim, by=user_of(request), to=person)
    except workflow.NotPermittedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{claim}” is assigned to {person}.")
    return HttpResponseRedirect(reverse("admin:index"))


def _claim(request: HttpRequest, pk: int) -> Claim:
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    return get_object_or_404(Claim, pk=pk)


class _NothingToShowError(Exception):
    """There is no page to show; the message says why and what to do."""


def _back_to_the_claim(request: HttpRequest, pk: int, reason: Exception) -> HttpResponse:
    messages.info(request, str(reason))
    return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))


def _published(claim: Claim) -> Any:
    return Publication.objects.filter(claim_id=claim.uid).order_by("-number")


def _to_be_published(request: HttpRequest, pk: int) -> tuple[Claim, Publication]:
    """Return a claim as saved and the publication, unsaved, that it would become; raises _NothingToShowError."""
    claim = _claim(request, pk)
    if workflow.second_opinions.is_blind(request.user, claim):
        raise _NothingToShowError("This shows the review: give your opinion, or read the review, first.")
    current = _published(claim).first()
    kind = PublicationKind.ORIGINAL
    if current:
        kind = PublicationKind.UPDATE if current.verdict == claim.verdict else PublicationKind.CORRECTION
        asked = request.POST.get("kind") or request.GET.get("kind")
        kind = PublicationKind(asked) if asked in PublicationKind.values[1:] else kind
    note = request.POST.get("reason", "").strip()
    if not note and kind in {PublicationKind.CORRECTION, PublicationKind.RETRACTION}:
        note = NOTE_PLACE
    try:
        document = build.record_of(claim, kind=kind, note=note, number=current.number + 1 if current else 1)
    except RecordError as error:
        raise _NothingToShowError("There is no page to show yet: choose a verdict and save first.") from error
    linked = {"claimant", "reviewer", "topics", "articles"}
    columns = {name: value for name, value in columns_of(document).items() if name not in linked}
    unset = "(set when published)"
    publication = Publication(
        **columns, is_current=True, record=document.as_json(), record_hash=unset, chain_hash=unset
    )
    return claim, publication
