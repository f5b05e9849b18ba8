"""Merging two claims or two articles, and splitting a claim: what moves is shown before it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.desk.widgets import choose_by_name
from claims.models import Appearance, Article, Claim
from claims.text.numbers import parse_int
from claims.vocabulary import Status


class IntoForm(forms.Form):
    """Into which other one: a claim or an article."""

    into: Any = forms.ModelChoiceField(None, label=gettext_lazy("Merge into"))

    def __init__(self, model: type[Claim | Article], asked: QueryDict) -> None:
        super().__init__(asked if "into" in asked or "into-typed" in asked else None)
        field: Any = self.fields["into"]
        field.queryset = model._default_manager.all()
        choose_by_name(field, Appearance._meta.get_field(str(model._meta.model_name)))

    @property
    def chosen(self) -> Any:
        """The other one, once it is chosen."""
        return self.cleaned_data["into"] if self.is_bound and self.is_valid() else None


@require_http_methods(["GET", "HEAD", "POST"])
def merge_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other claim, look at what goes there, and merge."""
    claim = _editable(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = IntoForm(Claim, asked)
    into = form.chosen
    refusal = ""
    if into and request.method == "POST":
        try:
            if claim.status == Status.PUBLISHED:
                proposal = workflow.repair.propose_merger(
                    claim, into, by=user_of(request), message=asked.get("message", "")
                )
                messages.success(request, _("Proposed: somebody else has to approve it."))
                return HttpResponseRedirect(proposal.get_absolute_url())
            versions = parse_int(asked.get("version")), parse_int(asked.get("into_version"))
            winner = workflow.repair.merge(claim, into, by=user_of(request), versions=versions)
        except workflow.WorkflowError as error:
            refusal = str(error)
            claim.refresh_from_db()
            into.refresh_from_db()
        else:
            told = _("Merged: “%(claim)s” is dropped, and what belonged to it is here.") % {"claim": claim}
            messages.success(request, told)
            return HttpResponseRedirect(winner.get_absolute_url())
    context = {
        "title": _("Merge into another claim"),
        "claim": claim,
        "form": form,
        "media": form.media,
        "into": into,
        "moves": workflow.repair.moves(claim, into) if into else [],
        "is_published": claim.status == Status.PUBLISHED,
        "refusal": refusal,
    }
    return render(request, "admin/claims/claim/merge.html", context, status=400 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("claims.change_article", raise_exception=True)
def merge_article_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other article, look at where its claims will stand, and merge."""
    article = get_object_or_404(Article, pk=pk)
    asked = request.POST if request.method == "POST" else request.GET
    form = IntoForm(Article, asked)
    into = form.chosen
    refusal = ""
    if into and request.method == "POST":
        try:
            merged = workflow.articles.merge(article, into, by=user_of(request), seal=asked.get("seal", ""))
        except workflow.WorkflowError as error:
            refusal = str(error)
        else:
            count = len(merged.moved)
            told = ngettext(
                "Merged: %(count)s passages of “%(article)s” are marked here.",
                "Merged: %(count)s passages of “%(article)s” are marked here.",
                count,
            )
            messages.success(request, told % {"count": count, "article": article})
            return HttpResponseRedirect(reverse("admin:claims_workbench", args=[into.pk]))
    context = {
        "title": _("Merge into another article"),
        "article": article,
        "form": form,
        "media": form.media,
        "into": into,
        "merger": workflow.articles.merger_of(article, into) if into and into.pk != article.pk else None,
        "is_named": workflow.articles.is_named(article),
        "refusal": refusal,
    }
    return render(request, "admin/claims/article/merge.html", context, status=400 if refusal else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def split_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the second claim is, and split."""
    claim = _editable(request, pk)
    statement, refusal = request.POST.get("statement", claim.statement), ""
    if request.method == "POST":
        try:
            made = workflow.repair.split(claim, by=user_of(request), statement=statement)
        except (workflow.WorkflowError, ValidationError) as error:
            refusal = " ".join(error.messages)
        else:
            told = _("Split: this draft has copies of what “%(claim)s” rests on. Reword both.") % {"claim": claim}
            messages.success(request, told)
            return HttpResponseRedirect(made.get_absolute_url())
    context = {
        "title": _("Split into two claims"),
        "claim": claim,
        "statement": statement,
        "counts": {"evidence": claim.evidence.count(), "appearances": claim.appearances.count()},
        "refusal": refusal,
    }
    return render(request, "admin/claims/claim/split.html", context, status=400 if refusal else 200)


def _editable(request: HttpRequest, pk: int) -> Claim:
    claim = visible_claim(request, pk)
    is_hidden = workflow.second_opinions.is_hidden(request.user, claim)  # comments may tell the review
    if is_hidden or not request.user.has_perm("claims.change_claim"):
        raise PermissionDenied
    return claim
