"""Readers' suggestions: check this, or correct that. No session, no cookie, no tracking.

The form carries no authority, so it needs no CSRF token (which would need a cookie). A field that
only robots fill and two ceilings on how many come in an hour keep the inbox usable.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from claims import workflow
from claims.models import Claim, Publication, Suggestion
from claims.public.rate_limit import HOUR, is_exceeded
from claims.text import cleaning

PER_ADDRESS = 10  # suggestions from one address in an hour
PER_HOUR = 300  # suggestions from everybody


class SuggestionForm(forms.Form):
    claim = forms.SlugField(required=False, max_length=120, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What should we check, or what did we get wrong?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    url = forms.URLField(
        label=_("Link to where it was said, or to what proves it"),
        required=False,
        max_length=2000,
        assume_scheme="https",
    )
    contact = forms.CharField(
        label=_("How can we reach you? (optional)"),
        required=False,
        max_length=200,
        help_text=_("Seen by our desk only. You can follow your suggestion without it."),
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_text(self) -> str:
        return cleaning.clean(self.cleaned_data["text"])

    def clean_contact(self) -> str:
        return cleaning.clean(self.cleaned_data["contact"])

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty: it is there to catch robots."))
        return ""

    def clean_claim(self) -> Publication | None:
        slug = self.cleaned_data["claim"]
        found: Publication | None = Publication.shown.current().filter(slug=slug).first() if slug else None
        if slug and found is None:
            raise forms.ValidationError(_("This claim is not published here."))
        return found


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest) -> HttpResponse:
    """The form; a suggestion sent leads to its status page."""
    if request.method != "POST":
        about = Publication.shown.current().filter(slug=request.GET.get("claim", "")[:120]).first()
        return _page(
            request,
            SuggestionForm(
                initial={
                    "claim": about.slug if about else "",
                    "text": request.GET.get("text", "").replace("\0", "")[:5000],
                }
            ),
            about,
        )
    form = SuggestionForm(request.POST)
    is_valid = form.is_valid()
    about = form.cleaned_data.get("claim")
    if not is_valid:
        return _page(request, form, about, status=400)
    if _is_too_much(request):
        form.add_error(None, _("Many suggestions are coming in. Please send yours again in an hour; it is kept below."))
        return _page(request, form, about, status=429)
    made = workflow.suggestions.suggest(
        text=form.cleaned_data["text"],
        url=form.cleaned_data["url"],
        contact=form.cleaned_data["contact"],
        claim=Claim.objects.filter(uid=about.claim_id).first() if about else None,
    )
    return HttpResponseRedirect(reverse("public:suggestion", args=[made.uid]), status=303)


@never_cache
@require_safe
def suggestion(request: HttpRequest, uid: UUID) -> HttpResponse:
    """How a suggestion stands. Its address is known to whoever sent it; nothing of the desk is on it but the answer."""
    found = get_object_or_404(Suggestion, uid=uid)
    publication = Publication.shown.current().of_claims(found.claim.uid).first() if found.claim else None
    return render(request, "claims/suggestion.html", {"suggestion": found, "publication": publication})


def _page(request: HttpRequest, form: SuggestionForm, about: Any, *, status: int = 200) -> HttpResponse:
    return render(request, "claims/suggest.html", {"form": form, "about": about}, status=status)


def _is_too_much(request: HttpRequest) -> bool:
    since = timezone.now() - timedelta(seconds=HOUR)
    return (
        is_exceeded(request, "suggestions", PER_ADDRESS)
        or Suggestion.objects.filter(created__gte=since).count() >= PER_HOUR
    )
