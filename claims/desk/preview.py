"""Before a verdict is published: what readers will see, and what would change for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_http_methods, require_safe
from pydantic import ValidationError as RecordError

from claims import claim_page, record, workflow
from claims.desk.requests import visible_claim
from claims.models import Claim, Publication
from claims.models.publications import PUBLISHED_LINKS
from claims.record import build, diff
from claims.record.columns import columns_of
from claims.record.content_rules import cautions
from claims.vocabulary import PublicationKind

#: For the page of a step, which shows the preview within itself.
FRAMED_CSP: dict[str, Any] = {**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]}
SHOWN_AS = (PublicationKind.UPDATE, PublicationKind.CORRECTION, PublicationKind.RETRACTION)  # what may be asked for


@xframe_options_sameorigin
@csp_override(FRAMED_CSP)
@require_http_methods(["GET", "HEAD", "POST"])
def preview_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The public page as it will be. Changes nothing; a POST only brings the note that was typed."""
    try:
        claim, publication = _to_be_published(request, pk)
    except NothingToShowError as reason:
        return _back_to_the_claim(request, pk, reason)
    versions = [publication, *_published(claim).not_redacted().defer("record")]
    context = {**claim_page.claim_page(publication, versions), "is_preview": True}
    return render(request, claim_page.CLAIM_TEMPLATE, context)


@require_safe
def difference_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What readers would read differently, field by field."""
    try:
        what_changes = changes_for_readers(request, pk)
    except NothingToShowError as reason:
        return _back_to_the_claim(request, pk, reason)
    context = {"title": _("What would change for readers"), **what_changes}
    return render(request, "admin/claims/claim/difference.html", context)


def changes_for_readers(request: HttpRequest, pk: int, kind: str = "") -> dict[str, Any]:
    """Return what of a claim would read differently, as a publication of a kind; raises NothingToShowError."""
    claim, publication = _to_be_published(request, pk, kind)
    current = _published(claim).first()
    old = record.parse(current.record) if current and not current.is_redacted else None
    proposed = record.parse(publication.record)
    return {
        "cautions": cautions(proposed),
        "claim": claim,
        "current": current,
        "kind": publication.get_kind_display(),
        "translations": proposed.translations or (),
        "differences": list(diff.differences(old, proposed)),
    }


class NothingToShowError(Exception):
    """There is no page to show; the message says why and what to do."""


def _back_to_the_claim(request: HttpRequest, pk: int, reason: Exception) -> HttpResponse:
    messages.info(request, str(reason))
    return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[pk]))


def _published(claim: Claim) -> Any:
    return Publication.objects.filter(claim_id=claim.uid).order_by("-number")


def _as_it_stands(request: HttpRequest, claim: Claim, kind_asked: str) -> record.Record:
    """Return the record that submitting would propose, of the kind and with the note that were posted."""
    current = build.current_of(claim)
    kind = build.kind_of(claim, current)
    asked = kind_asked or request.POST.get("kind") or request.GET.get("kind")
    if current and asked in SHOWN_AS:
        kind = PublicationKind(asked)
    note = request.POST.get("public_note", "").strip()
    if not note and kind in {PublicationKind.CORRECTION, PublicationKind.RETRACTION}:
        note = _("[Your public note will stand here.]")
    try:
        return build.next_record(claim, kind, note, current)
    except RecordError as error:
        raise NothingToShowError(_("There is no page to show yet: choose a verdict and save first.")) from error


def _to_be_published(request: HttpRequest, pk: int, kind: str = "") -> tuple[Claim, Publication]:
    """Return a claim and the publication, unsaved, proposed or to be proposed of it; raises NothingToShowError."""
    claim = visible_claim(request, pk)
    if workflow.second_opinions.is_blind(request.user, claim):
        raise NothingToShowError(_("This shows the review: give your opinion, or read the review, first."))
    proposal = workflow.proposals.waiting(claim)
    document = workflow.proposals.document_of(proposal) if proposal else _as_it_stands(request, claim, kind)
    linked = {"claimant", "reviewer", *PUBLISHED_LINKS}
    columns = {name: value for name, value in columns_of(document).items() if name not in linked}
    unset = _("(set when published)")
    publication = Publication(
        **columns, is_current=True, record=document.as_json(), record_hash=unset, chain_hash=unset
    )
    return claim, publication
