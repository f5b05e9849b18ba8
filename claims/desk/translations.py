"""A review said in another language, beside the words that it translates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.models import Claim, Translation
from claims.models.translations import name_of, words_sha256
from claims.record import build
from claims.vocabulary import Status


class TranslationForm(forms.ModelForm):
    """The words; of which review they are (`of`), and which translation they replace (`over`), by words_sha256."""

    of = forms.CharField(widget=forms.HiddenInput)
    over = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Translation
        fields = ("summary", "rationale")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["summary"].required = False  # without any words it is taken out


@dataclass(frozen=True)
class InLanguage:
    """How a claim's review stands in one of the site's other languages."""

    code: str
    name: str
    state: str


def states_of(claim: Claim, user: Any) -> list[InLanguage]:
    """Return the languages of a claim's translations and of those that it takes now; [] where it takes none."""
    if workflow.drafts.adding_refusal(claim, user):
        return []
    review = workflow.additions.to_translate(claim)
    told, made = build.languages_told(review), {item.language: item for item in claim.translations.all()}
    words = words_sha256(review)

    def state(code: str) -> str:
        if code in told:
            return _("readers see it")
        if code not in made:
            return _("none")
        if made[code].of_sha256 != words:
            return _("of earlier words: translate again")
        return _("not public yet") if claim.status == Status.PUBLISHED else _("goes along with the review")

    return [InLanguage(code, name, state(code)) for code, name in _languages(made).items()]


def _languages(made: Iterable[str]) -> dict[str, str]:
    """Return the site's other languages, and those of translations that are made, with what the desk calls each."""
    codes = [*dict(settings.LANGUAGES), *made]
    return {code: name_of(code) for code in codes if code != settings.LANGUAGE_CODE}


@require_http_methods(["GET", "HEAD", "POST"])
def translate_view(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """Show a review and its translation side by side; keep what is typed."""
    claim = visible_claim(request, pk)
    is_hidden = workflow.second_opinions.is_hidden(request.user, claim)
    if is_hidden or not request.user.has_perm("claims.add_translation"):
        raise PermissionDenied
    made = claim.translations.filter(language=language).first()
    if language not in _languages([made.language] if made else ()):
        raise Http404
    review, refusal = workflow.additions.to_translate(claim), ""
    seen = {"of": words_sha256(review), "over": words_sha256(made) if made else ""}
    form = TranslationForm(request.POST or None, instance=made, initial=seen)
    if request.method == "POST" and form.is_valid():
        try:
            kept = workflow.additions.translate(claim, by=user_of(request), language=language, **form.cleaned_data)
        except (workflow.WorkflowError, ValidationError) as error:
            refusal = " ".join(error.messages)
        else:
            messages.success(
                request,
                _("%(translation)s is kept.") % {"translation": kept} if kept else _("The translation is taken out."),
            )
            return HttpResponseRedirect(_next(claim))
    is_over_theirs = bool(refusal) and form.data.get("over", "") != seen["over"]
    if refusal:  # the next answer is given to what is shown now
        form.data = form.data.dict() | seen  # type: ignore[attr-defined]
    context = {
        "theirs": claim.translations.filter(language=language).first() if is_over_theirs else None,
        "closed": workflow.drafts.adding_refusal(claim, request.user),
        "title": _("Translate into %(language)s") % {"language": name_of(language)},
        "language_name": name_of(language),
        "claim": claim,
        "review": review,
        "language": language,
        "form": form,
        "is_outdated": made is not None and made.of_sha256 != seen["of"],
        "is_public": language in build.languages_told(review),
        "refusal": refusal,
        "back": _next(claim),
    }
    return render(request, "admin/claims/claim/translate.html", context, status=400 if refusal or form.errors else 200)


def _next(claim: Claim) -> str:
    """Return where a translation goes on from: what is added to a published claim is proposed on a page of its own."""
    if claim.status == Status.PUBLISHED:
        return reverse("admin:claims_addition", args=[claim.pk])
    return claim.get_absolute_url()
