"""The form of a claim on the desk, with its workflow steps and panels."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims import workflow
from claims.desk import additions, claim_panels, comments, preview, repair, steps, translations
from claims.desk.claim_rows import (
    SHORT_TEXT,
    AppearanceInline,
    EvidenceInline,
    RelationInline,
    ReplyInline,
    is_editable,
)
from claims.desk.dashboard import people_of_the_desk
from claims.desk.forms import DESK_FIELDS, ClaimForm, former_wording
from claims.desk.history import HistoryAdmin
from claims.desk.import_export import export_view, import_view
from claims.desk.match_check import check_view
from claims.desk.opinions import OpinionForm, opinion_view
from claims.desk.published_matches import published_matches
from claims.desk.requests import user_of
from claims.desk.similar import rationale_view, similar_view, used_before_view
from claims.models import CLAIM_PARTS, Appearance, Claim, ClaimRelation, Evidence, ReplyRequest
from claims.record.content_rules import cautions
from claims.search import likely_duplicates

EMPTY_ROWS = 5  # of evidence, when asked for
MORE_FIELDS = (
    ("slug", "language"),
    ("made_until", "made_reason"),
    ("event_on", "event_precision", "event_until"),
)
#: The form's sections in the order in which one judges, and those that stand beside them.
ORDER = ("Claim", Evidence, "Review", Appearance, ReplyRequest, ClaimRelation, "More about the claim")
BESIDE = ("Desk",)
BRIEF_HISTORY = 4  # entries
FROM_READERS = 5  # suggestions shown


class ClaimFormAdmin(HistoryAdmin):
    """The form of a claim, its steps and its panels."""

    form = ClaimForm
    change_form_template = "admin/claims/claim/change_form.html"
    inlines = (EvidenceInline, ReplyInline, AppearanceInline, RelationInline)
    view_on_site = False  # the public page is the publication's; the form links to it
    autocomplete_fields = ("claimant", "topics")
    formfield_overrides = SHORT_TEXT
    fieldsets = (
        (gettext_noop("Claim"), {"fields": ("statement", ("claimant", "topics"), ("made_on", "made_on_precision"))}),
        (gettext_noop("Review"), {"fields": (("verdict", "confidence", "confidence_scale"), "summary", "rationale")}),
        (gettext_noop("More about the claim"), {"classes": ("collapse",), "fields": MORE_FIELDS}),
        (gettext_noop("Desk"), {"fields": ("assigned_to", "due_on", "reason", "seen_version", "seen_rows")}),
    )

    class Media:
        js = ["claims/alike.js", "claims/claim_form.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        claims: Any = super().get_queryset(request)
        return claims.with_is_hidden(request.user)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form_class: Any = super().get_form(request, obj, change=change, **kwargs)
        form_class.user = request.user
        if obj is not None and is_editable(request, obj):
            form_class.restored = former_wording(obj, request.GET.get("restore", ""))
        return form_class

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and workflow.second_opinions.is_hidden(request.user, obj):
            return [fieldset for fieldset in fieldsets if fieldset[0] != "Review"]
        return fieldsets

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assigned_to":
            kwargs["queryset"] = people_of_the_desk()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"assigned_to": request.user.pk, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        if not is_editable(request, obj):
            names = {name for name in self.form.base_fields if name not in DESK_FIELDS | ClaimForm.NOT_CONTENT}
            return sorted(names)
        return ("slug",) if obj.publications.exists() else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_delete_permission(request, obj)
        return not workflow.drafts.deletion_refusal(obj, request.user)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the claim, where anything of it changed: a save that changes nothing leaves no trace."""
        obj.version = form.cleaned_data["seen_version"] + 1 if change else obj.version
        obj._change_reason = form.cleaned_data["reason"] or None
        obj.is_saved = not change or bool(set(form.changed_data) - form.NOT_CONTENT)
        if not obj.is_saved:
            return
        super().save_model(request, obj, form, change)
        if "assigned_to" in form.changed_data and "assigned_to" not in form.merged:
            workflow.notices.assigned(obj, by=user_of(request))
        if "statement" in form.changed_data:
            vars(request)["reworded"] = obj

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        claim = form.instance
        if not claim.is_saved and any(formset.has_changed() for formset in formsets):
            claim.is_saved = True
            claim.save()
        elif not claim.is_saved:
            claim.version -= 1

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A draft's evidence, appearances and relations go with it, though they are not deleted by themselves."""
        listed, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        workflow.drafts.delete(obj, by=user_of(request))

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        step = workflow.STEPS.get(request.POST.get("_step", "")) if object_id else None
        if step and (claim := self.get_object(request, object_id)) and steps.is_done_already(request, step, claim):
            messages.info(request, steps.DONE_ALREADY)
            return HttpResponseRedirect(request.get_full_path())
        answer = super().changeform_view(request, object_id, *args, **kwargs)
        if reworded := vars(request).get("reworded"):  # a model looks, too: not in the transaction
            _warn_of_duplicates(request, reworded)
        return answer

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = context.get("original")
        context |= _sections(context["adminform"], context["inline_admin_formsets"])
        if obj is not None:
            refusal = workflow.editing_refusal(obj, request.user)
            is_blind = workflow.second_opinions.is_blind(request.user, obj)
            is_hidden = workflow.second_opinions.is_hidden(request.user, obj)
            context |= {"is_blind": is_blind, "is_hidden": is_hidden, "opinion_form": is_blind and OpinionForm()}
            context["steps"] = [] if is_blind else workflow.steps_open_to(user_of(request), obj)
            context["missing"] = workflow.missing_for_review(obj) if obj.status in workflow.OPEN_FOR_EDITING else []
            context["locked"] = refusal
            current = context["current"] = obj.publications.current().first()
            proposal = None if is_blind else workflow.proposals.waiting(obj)
            context["proposal"] = proposal
            context["cautions"] = cautions(workflow.proposals.document_of(proposal)) if proposal else []
            context["parts"] = workflow.proposals.parts_of(proposal) if proposal else []
            context["changed_since"] = workflow.proposals.changed_since(proposal) if proposal else []
            context["withholding"] = workflow.withholding.standing(obj)
            context["lift"] = workflow.proposals.waiting_lift(obj)
            context["panels"] = claim_panels.of(obj, is_editable=not refusal)
            context["may_delete"] = self.has_delete_permission(request, obj)
            context["opinions"] = (
                [] if is_hidden else list(obj.second_opinions.exclude(verdict="").select_related("by"))
            )
            context["from_readers"] = obj.suggestions.order_by("-id")[:FROM_READERS]
            context["addition"] = workflow.additions.waiting(obj)
            context["not_public"] = workflow.additions.parts_of(obj)
            context["translations"] = [] if is_hidden or not obj.summary else translations.states_of(obj, request.user)
            context["may_repair"] = not refusal and current is None
            context["successor"] = Claim.objects.filter(uid=obj.merged_into).first() if obj.merged_into else None
            context["sent_back"] = workflow.proposals.last_sent_back(obj)
            context["comments"] = [] if is_hidden else comments.threads_of(obj)
            context["may_comment"] = not is_hidden and request.user.has_perm("claims.add_comment")
            context["brief_history"] = [] if is_hidden else obj.history.select_related("history_user")[:BRIEF_HISTORY]
            context["lost_quotes"] = obj.appearances.lost().select_related("article").defer("article__text")
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if asked := request.POST.get("_withholding"):
            return self._withhold_or_lift(request, obj, asked)
        step = workflow.STEPS.get(request.POST.get("_step", ""))
        if step is None:
            return self._with_empty_rows(request, obj) or self._saved(request, obj)
        if workflow.second_opinions.is_blind(request.user, obj):
            messages.error(request, steps.JUDGE_FIRST)
            return HttpResponseRedirect(obj.get_absolute_url())
        if step.tells:
            return steps.ask_for(request, step, obj)
        try:
            return steps.take(request, step, obj, obj.version)
        except workflow.WorkflowError as error:
            saved = _("Your changes are saved, but the step was not taken. %(reason)s") % {"reason": error}
            messages.error(request, saved if obj.is_saved else str(error))
        return HttpResponseRedirect(obj.get_absolute_url())

    def _saved(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if obj.is_saved:
            return super().response_change(request, obj)
        messages.info(request, _("Nothing was changed, so nothing was saved."))
        return HttpResponseRedirect(obj.get_absolute_url())

    def _withhold_or_lift(self, request: HttpRequest, claim: Claim, asked: str) -> HttpResponse:
        reason = request.POST.get("reason", "")
        try:
            if asked == "withhold":
                workflow.withholding.withhold(claim, by=user_of(request), reason=reason)
                messages.success(request, _("Withheld: readers see nothing of it any more."))
            else:
                workflow.withholding.propose_to_lift(claim, by=user_of(request), reason=reason)
                messages.success(request, _("Proposed: somebody else has to approve that readers see it again."))
        except workflow.WorkflowError as error:
            messages.error(request, str(error))
        return HttpResponseRedirect(claim.get_absolute_url())

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._with_empty_rows(request, obj) or super().response_add(request, obj, *args, **kwargs)

    def _with_empty_rows(self, request: HttpRequest, obj: Any) -> HttpResponse | None:
        """Answer the button that saves and opens the form again with empty rows."""
        if "_rows" not in request.POST:
            return None
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(f"{obj.get_absolute_url()}?rows={EMPTY_ROWS}#evidence-group")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        claim = self.get_object(request, object_id)
        if claim is not None and workflow.second_opinions.is_hidden(request.user, claim):
            messages.info(request, _("The history shows the review: give your opinion, or read the review, first."))
            return HttpResponseRedirect(claim.get_absolute_url())
        may_restore = claim is not None and not workflow.editing_refusal(claim, request.user)
        return super().history_view(request, object_id, {"may_restore": may_restore, **(extra_context or {})})

    def histories(self, obj: Any) -> list[Any]:
        return [
            obj.history.all(),
            *(part.history.filter(**{owner: obj.pk}) for part, owner in CLAIM_PARTS.items()),
        ]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(export_view), name="claims_export"),
            path("import/", wrap(import_view), name="claims_import"),
            path("check/", wrap(check_view), name="claims_check"),
            path("similar/", wrap(similar_view), name="claims_similar"),
            path("used-before/", wrap(used_before_view), name="claims_used_before"),
            path("rationale/", wrap(rationale_view), name="claims_rationale"),
            path("<int:pk>/step/<slug:name>/", wrap(steps.step_view), name="claims_step"),
            path("<int:pk>/addition/", wrap(additions.addition_view), name="claims_addition"),
            path("<int:pk>/translate/<str:language>/", wrap(translations.translate_view), name="claims_translate"),
            path("<int:pk>/merge/", wrap(repair.merge_view), name="claims_merge"),
            path("<int:pk>/split/", wrap(repair.split_view), name="claims_split"),
            path("<int:pk>/comment/", wrap(comments.comment_view), name="claims_comment"),
            path("<int:pk>/opinion/", wrap(opinion_view), name="claims_opinion"),
            path("<int:pk>/preview/", wrap(preview.preview_view), name="claims_preview"),
            path("<int:pk>/difference/", wrap(preview.difference_view), name="claims_difference"),
            *super().get_urls(),
        ]


def _sections(adminform: Any, inline_formsets: Any) -> dict[str, list[Any]]:
    """Return the parts of the form in their order: groups of fields by name, rows by what they are of."""
    parts: dict[Any, dict[str, Any]] = {}
    for fieldset in adminform:
        parts[fieldset.name] = {"template": "admin/includes/fieldset.html", "fields": fieldset}
        fieldset.name = _(fieldset.name)
    for rows in inline_formsets:
        parts[rows.opts.model] = {"template": rows.opts.template, "rows": rows}
    return {
        "sections": [parts[name] for name in ORDER if name in parts],
        "beside": [parts[name] for name in BESIDE if name in parts],
    }


def _warn_of_duplicates(request: HttpRequest, claim: Claim) -> None:
    alike = [found.claim for found in likely_duplicates(claim.statement, besides=claim.pk)]
    alike += [found.claim for found in published_matches(claim.statement, besides=claim.pk) if found.claim not in alike]
    if alike:
        links = format_html_join(
            "; ", '<a href="{}">{}</a>', ((found.get_absolute_url(), found.statement) for found in alike)
        )
        told = _("Saved. There may be such a claim already: {claims}. Relate them, or work on one.")
        messages.warning(request, format_html(told, claims=links))
