"""Second opinions, given before the review is read."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.vocabulary import Verdict


class OpinionForm(forms.Form):
    verdict = forms.ChoiceField(choices=[("", "–"), *Verdict.choices], required=False, label=gettext_lazy("verdict"))
    confidence = forms.IntegerField(min_value=0, max_value=100, required=False, label=gettext_lazy("confidence"))
    note = forms.CharField(max_length=2000, required=False, label=gettext_lazy("note"))


@require_POST
def opinion_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a blind verdict, or that the review is read without one."""
    claim = visible_claim(request, pk)
    form = OpinionForm(request.POST)
    try:
        if "read" in request.POST:
            workflow.second_opinions.read_review(claim, by=user_of(request))
        elif form.is_valid():
            workflow.second_opinions.give_opinion(claim, by=user_of(request), **form.cleaned_data)
            messages.success(request, _("Your opinion is recorded. The editor’s review is below."))
        else:
            for name, errors in form.errors.items():
                messages.error(request, f"{form.fields[name].label}: {' '.join(map(str, errors))}")
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(claim.get_absolute_url())
