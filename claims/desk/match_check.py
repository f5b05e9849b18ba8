"""The desk's “Already checked?”: look a text up, confirm or reject what is found; and the decisions so far."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import matching, workflow
from claims.desk.published_matches import DeskMatch, with_claims
from claims.desk.read_only import BrowseAdmin
from claims.desk.requests import user_of
from claims.matching import quality
from claims.models import Match, Suggestion
from claims.text.numbers import parse_int

SHOWN = 10


@admin.register(Match)
class MatchAdmin(BrowseAdmin):
    list_display = ("its_claim", "decision", "tier", "score", "similarity", "decided_by", "decided_at")
    list_select_related = ("claim", "decided_by")
    list_filter = ("decision", "tier")


class TextForm(forms.Form):
    text = forms.CharField(
        max_length=matching.MAX_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5, "class": "vLargeTextField"}),
        strip=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("claims.view_claim", raise_exception=True)
def check_view(request: HttpRequest) -> HttpResponse:
    """Look up a text given or a suggestion's; keep a decision on one of the finds."""
    initial = _initial(request)
    form = TextForm(request.POST) if request.method == "POST" else TextForm(initial=initial)
    text = initial.get("text", "")
    if request.method == "POST":
        text = form.cleaned_data["text"] if form.is_valid() else ""
    matched = matching.match(text, limit=SHOWN)
    rows = with_claims(matched)
    status = 400 if request.method == "POST" and not form.is_valid() else 200
    if text and ("confirm" in request.POST or "reject" in request.POST):
        status = _decide(request, text, rows)
    decided = dict(
        Match.objects.filter(
            text_sha256=matching.text_sha256(text), claim__in=[row.claim.pk for row in rows]
        ).values_list("claim", "decision")
    )
    context = {
        "title": _("Already checked?"),
        "form": form,
        "text": text,
        "rows": [(row, decided.get(row.claim.pk)) for row in rows],
        "note": matching.NOTES.get(matched.note) if text else None,
        "may_decide": request.user.has_perm("claims.add_match"),
        "tiers": quality.by_tier(),
        "thresholds": quality.better_thresholds(),
    }
    return render(request, "admin/claims/match/check.html", context, status=status)


def _decide(request: HttpRequest, text: str, rows: list[DeskMatch]) -> int:
    decision = "confirmed" if "confirm" in request.POST else "rejected"
    slug = request.POST.get("confirm") or request.POST.get("reject")
    chosen = next((row.found for row in rows if row.found.publication.slug == slug), None)
    try:
        if chosen is None:
            raise workflow.WrongStateError(_("That claim is not among the finds any more: they are listed anew below."))
        match = workflow.match_decisions.decide(text, chosen, decision, by=user_of(request))
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
        return 403 if isinstance(error, workflow.NotPermittedError) else 409
    messages.success(
        request,
        _("%(decision)s: “%(claim)s”. Nothing else was changed.")
        % {"decision": match.get_decision_display(), "claim": match.claim},
    )
    return 200


def _initial(request: HttpRequest) -> dict[str, Any]:
    pk = parse_int(request.GET.get("suggestion"))
    if pk is not None and request.user.has_perm("claims.view_suggestion"):
        found = Suggestion.objects.filter(pk=pk).first()
        return {"text": found.text[: matching.MAX_CHARACTERS]} if found else {}
    return {"text": request.GET["text"].replace("\0", "")[: matching.MAX_CHARACTERS]} if "text" in request.GET else {}
