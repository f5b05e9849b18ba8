"""What is added to a published claim without touching its review, gathered and proposed as one version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.desk.translations import states_of
from claims.desk.widgets import choose_by_name
from claims.models import Appearance, Article, Claim, ClaimRelation, Topic
from claims.text import anchors
from claims.text.numbers import parse_int
from claims.vocabulary import ArticleStance, RelationKind
from claims.workflow.annotate import SelectedQuote


class AddForm(forms.Form):
    """One thing to add: a passage of an article, a topic, or a relation."""

    article = forms.ModelChoiceField(Article.objects.defer("text"), label=gettext_lazy("Article"), required=False)
    exact = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    stance = forms.ChoiceField(label=gettext_lazy("The article"), choices=ArticleStance, required=False)
    topic = forms.ModelChoiceField(Topic.objects.filter(is_retired=False), label=gettext_lazy("Topic"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("This claim"), choices=[("", "–"), *RelationKind.choices], required=False
    )
    to = forms.ModelChoiceField(Claim.objects.all(), label=gettext_lazy("that one"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model, field in (("article", Appearance, "article"), ("to", ClaimRelation, "to_claim")):
            choose_by_name(self.fields[name], model._meta.get_field(field))


@require_http_methods(["GET", "HEAD", "POST"])
def addition_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what readers do not see yet of a published claim; add to it, take out of it, propose it."""
    claim = visible_claim(request, pk)
    form, refusal = AddForm(request.POST if "add" in request.POST else None), ""
    if request.method == "POST":
        if not request.user.has_perm("claims.change_claim"):
            raise PermissionDenied
        try:
            if _act(request, claim, form):
                return HttpResponseRedirect(reverse("admin:claims_addition", args=[pk]))
        except anchors.QuoteNotFoundError as error:
            refusal = str(error)
        except (workflow.WorkflowError, ValidationError) as error:
            refusal = " ".join(error.messages)
    context = {
        "title": _("Add to a published claim"),
        "translations": states_of(claim, request.user),
        "claim": claim,
        "parts": workflow.additions.parts_of(claim),
        "waiting": workflow.additions.waiting(claim),
        "form": form,
        "media": form.media,
        "refusal": refusal,
        "may_propose": request.user.has_perm("claims.submit_claim"),
        "message": request.POST.get("message", ""),
    }
    return render(request, "admin/claims/claim/addition.html", context, status=400 if refusal else 200)


def _act(request: HttpRequest, claim: Claim, form: AddForm) -> bool:
    """Do what was asked; return whether it was done."""
    user, asked = user_of(request), request.POST
    if "propose" in asked:
        workflow.additions.propose(claim, by=user, message=asked.get("message", ""))
        messages.success(request, _("Proposed: somebody else has to approve it."))
    elif "take_out" in asked:
        what, _space, key = asked["take_out"].partition(" ")
        workflow.additions.take_out(claim, by=user, what=what, key=parse_int(key) or 0)
        messages.success(request, _("Taken out."))
    elif not form.is_valid():
        return False
    else:
        added = _add(form.cleaned_data, claim, user)
        messages.success(request, _("Added: %(what)s. Readers see it once it is approved.") % {"what": added})
    return True


def _add(given: dict[str, Any], claim: Claim, user: Any) -> str:
    if given["article"]:
        selection = SelectedQuote(given["exact"].replace("\r\n", "\n"), stance=given["stance"] or ArticleStance.ASSERTS)
        return f"“{workflow.annotate.attach(given['article'], selection, by=user, claim=claim).exact}”"
    if given["topic"]:
        workflow.drafts.tag(claim, by=user, topic=given["topic"])
        return _("the topic %(topic)s") % {"topic": given["topic"]}
    if given["kind"] and given["to"]:
        return str(workflow.additions.relate(claim, by=user, kind=given["kind"], to=given["to"]))
    raise workflow.NotReadyError([_("Choose an article and its words, a topic, or a relation and a claim.")])
