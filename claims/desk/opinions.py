"""Second opinions, given before the review is read."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.desk.widgets import verdict_meanings
from claims.vocabulary import Verdict


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("", "–"), *Verdict.choices], required=False, label=gettext_lazy("Verdict"))
    confidence = forms.IntegerField(min_value=0, max_value=100, required=False, label=gettext_lazy("Confidence, 0–100"))
    note = forms.CharField(
        max_length=2000, required=False, label=gettext_lazy("Note"), widget=forms.TextInput(attrs={"size": 40})
    )

    @property
    def meanings(self) -> str:
        return verdict_meanings()


@require_POST
def opinion_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a blind verdict, or that the review is read without one; what was refused is shown to be sent again."""
    claim = visible_claim(request, pk)
    form = OpinionForm(request.POST)
    try:
        if "read" in request.POST:
            workflow.second_opinions.read_review(claim, by=user_of(request))
        elif form.is_valid():
            workflow.second_opinions.give_opinion(claim, by=user_of(request), **form.cleaned_data)
            messages.success(request, _("Your opinion is recorded. The editor’s review is below."))
    except workflow.NotReadyError as error:
        form.add_error("verdict", error.missing)
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    if "read" not in request.POST and form.errors:
        context = {"title": _("Your opinion is not recorded yet"), "original": claim, "opinion_form": form}
        return render(request, "admin/claims/claim/opinion.html", context, status=400)
    return HttpResponseRedirect(claim.get_absolute_url())
