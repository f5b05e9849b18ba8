"""The inbox of readers' suggestions: accept into a claim, or decline with an answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims import workflow
from claims.desk.bulk_actions import each
from claims.desk.history import HistoryAdmin
from claims.desk.published_matches import published_matches
from claims.desk.requests import user_of
from claims.models import Claim, Suggestion
from claims.text.numbers import parse_int


class SuggestionActionForm(ActionForm):
    answer = forms.CharField(
        required=False,
        label=gettext_lazy("Answer to each of them:"),
        max_length=2000,
        widget=forms.TextInput(attrs={"size": 60}),
    )


@admin.action(description=gettext_lazy("Decline"), permissions=["change"])
def decline(model_admin: Any, request: HttpRequest, suggestions: Any) -> None:
    """Decline the chosen suggestions with one answer."""
    answer, by = request.POST.get("answer", ""), user_of(request)
    each(
        request,
        suggestions,
        lambda suggestion: bool(workflow.suggestions.decline(suggestion, by=by, answer=answer)),
        lambda changed: ngettext(
            "%(changed)s suggestion declined; %(same)s already so.",
            "%(changed)s suggestions declined; %(same)s already so.",
            changed,
        ),
    )


@admin.register(Suggestion)
class SuggestionAdmin(HistoryAdmin):
    change_form_template = "admin/claims/suggestion/change_form.html"
    actions = (decline,)
    action_form = SuggestionActionForm
    list_display = ("text", "state", "claim", "created")
    list_select_related = ("claim",)
    list_filter = ("state",)
    search_fields = ("text", "contact")
    autocomplete_fields = ("claim",)
    readonly_fields = ("state", "created")
    ordering = ("id",)  # who waits longest comes first

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a reader wrote stays as they wrote it."""
        return (*self.readonly_fields, "text", "url", "contact") if obj else self.readonly_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["may_erase"] = request.user.has_perm("claims.approve_claim")
        context["may_decide"] = request.user.has_perm("claims.change_suggestion")
        suggestion = context.get("original")
        method = "lexical" if request.method == "POST" else "fused"  # no model looks inside a transaction
        context["matches"] = published_matches(suggestion.text, method=method) if suggestion else []
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        asked = "accept" if "_into" in request.POST else request.POST.get("_decide")
        if not asked:
            return super().response_change(request, obj)
        try:
            decided = self._decide(request, obj, asked)
        except (workflow.WorkflowError, ValidationError) as error:
            reason = " ".join(error.messages)
            messages.error(
                request, _("Your changes are saved, but nothing was decided. %(reason)s") % {"reason": reason}
            )
        else:
            state = decided.get_state_display().lower()
            messages.success(request, _("The suggestion is now %(state)s.") % {"state": state})
            if asked == "accept" and decided.claim:
                return HttpResponseRedirect(decided.claim.get_absolute_url())
        return HttpResponseRedirect(request.path)

    def _decide(self, request: HttpRequest, suggestion: Suggestion, asked: str) -> Suggestion:
        user = user_of(request)
        if asked == "accept":
            statement = request.POST.get("new_statement", "")
            into = Claim.objects.filter(pk=parse_int(request.POST.get("_into")) or 0).first()
            return workflow.suggestions.accept(
                suggestion, by=user, claim=into, statement=statement, answer=suggestion.answer
            )
        if asked == "decline":
            return workflow.suggestions.decline(suggestion, by=user, answer=suggestion.answer)
        if asked == "reopen":
            return workflow.suggestions.reopen(suggestion, by=user)
        if asked == "erase":
            if not request.POST.get("erase_for_good"):
                raise workflow.WorkflowError(_("Tick the box first: what is erased cannot be brought back."))
            return workflow.suggestions.erase(suggestion, by=user)
        raise workflow.WorkflowError(_("There is no decision “%(asked)s”.") % {"asked": asked})
