"""The list of claims: what it shows and is searched by, what is changed in it, row by row or for many at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import workflow
from claims.desk import bulk_actions, saved_views
from claims.desk.claim_filters import CachedChoicesFilter, ConfidenceFilter, VerdictFilter
from claims.desk.claims import ClaimFormAdmin
from claims.desk.dashboard import MAX_PEOPLE, people_of_the_desk
from claims.desk.lists import COLUMNS, ROWS, IndexedSearchAdmin, OccurringValuesFilter
from claims.desk.queues import QueueFilter
from claims.desk.requests import user_of
from claims.matching.nearest import FEW, nearest
from claims.models import Claim, Evidence, Publication
from claims.search import CLAIMS, EVIDENCE
from claims.templating import verdict_badge

PEOPLE = "people-of-the-desk"  # the list that a row's field offers
_REVIEW_FIELDS = frozenset({"verdict", "confidence", "summary", "rationale"})


def _unless_hidden(field: str, hidden: Any) -> Case:
    """What a column of the review sorts by, the same for all reviews that are hidden from the user."""
    return Case(When(is_hidden=True, then=Value(hidden)), default=F(field))


class RowForm(forms.ModelForm):
    """Who has a claim, by name, and when it is due, in a row of the list.

    What the page showed comes along: only what this user changed is changed, whatever others saved meanwhile.
    """

    assigned_to = forms.CharField(
        required=False,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"list": PEOPLE, "size": 11, "autocomplete": "off"}),
    )
    due_on = forms.DateField(
        required=False,
        show_hidden_initial=True,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    class Meta:
        model = Claim
        fields = ("assigned_to", "due_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.instance.assigned_to
        self.initial["assigned_to"] = person.username if person else ""
        for name in self.fields:
            label = str(label_for_field(name, Claim))
            self.fields[name].widget.attrs["aria-label"] = f"{capfirst(label)}: {self.instance}"

    def clean_assigned_to(self) -> User | None:
        name = self.cleaned_data["assigned_to"].strip()
        if "assigned_to" not in self.changed_data:
            before: User | None = self.instance.assigned_to  # who may have left the desk since
            return before
        person = people_of_the_desk().filter(username=name).first() if name else None
        if name and not person:
            raise forms.ValidationError(_("Nobody on this desk is called %(name)s.") % {"name": name})
        return person

    def take_effect(self, user: User) -> None:
        """Change what was changed, by the desk's rules for each."""
        if "assigned_to" in self.changed_data:
            workflow.drafts.assign(self.instance, by=user, to=self.cleaned_data["assigned_to"])
        if "due_on" in self.changed_data:
            workflow.drafts.schedule(self.instance, by=user, due_on=self.cleaned_data["due_on"])


@admin.register(Claim)
class ClaimAdmin(ClaimFormAdmin, IndexedSearchAdmin):
    change_list_template = "admin/claims/claim/change_list.html"
    actions = bulk_actions.ACTIONS
    action_form = bulk_actions.ClaimActionForm
    list_display = (
        "statement",
        "shown_status",
        "shown_verdict",
        "shown_confidence",
        "claimant",
        "assigned_to",
        "due_on",
        "modified",
    )
    first_columns = list_display[:-1]
    list_editable = ("assigned_to", "due_on")
    list_select_related = ("claimant", "assigned_to")
    list_filter = (
        QueueFilter,
        "status",
        VerdictFilter,
        ConfidenceFilter,
        ("topics", CachedChoicesFilter),
        ("assigned_to", CachedChoicesFilter),
        ("language", OccurringValuesFilter),
    )
    its_claim_is = ""

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The columns asked for, in their order; the statement always."""
        asked = request.GET.getlist(COLUMNS)
        chosen = tuple(name for name in self.list_display if name in asked)
        return ("statement", *(name for name in chosen if name != "statement")) if chosen else self.first_columns

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        shown = [name for name in self.list_editable if name in self.get_list_display(request)]
        return forms.modelformset_factory(Claim, RowForm, extra=0, fields=shown)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {
            "people": people_of_the_desk()[:MAX_PEOPLE],
            "people_list": PEOPLE,
            "columns": self._columns(request),
            "kept_parameters": [
                (name, value)
                for name, values in request.GET.lists()
                for value in values
                if name not in {COLUMNS, PAGE_VAR}
            ],
            "views": saved_views.links(request),
            **(extra_context or {}),
        }
        response = super().changelist_view(request, context)
        if found := getattr(response, "context_data", None):
            found["nearest"] = self._nearest(found["cl"]) if "cl" in found else []
        return response

    def _nearest(self, found: ChangeList) -> list[tuple[Publication, Claim | None]]:
        """Return what is published nearest in meaning to a search that finds few, each with our claim of it."""
        if not found.query or found.has_active_filters or found.result_count >= FEW:
            return []
        here = {claim.uid for claim in found.result_list}
        near = [row for row in nearest(found.query, besides=set()) if row.claim_id not in here]
        claims = {claim.uid: claim for claim in Claim.objects.filter(uid__in=[row.claim_id for row in near])}
        return [(row, claims.get(row.claim_id)) for row in near]

    def _columns(self, request: HttpRequest) -> list[tuple[str, str, bool]]:
        shown = self.get_list_display(request)
        return [(name, str(label_for_field(name, Claim, self)), name in shown) for name in self.list_display[1:]]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance if isinstance(form, RowForm) else super().save_form(request, form, change)

    def save_model(self, request: HttpRequest, obj: Claim, form: Any, change: bool) -> None:
        if not isinstance(form, RowForm):
            return super().save_model(request, obj, form, change)
        try:
            with transaction.atomic():
                form.take_effect(user_of(request))
        except workflow.WorkflowError as error:
            messages.error(request, f"“{obj}”: {error}")
        return None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        if not isinstance(form, RowForm):
            super().save_related(request, form, formsets, change)

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("claims.review_claim")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup.partition("__")[0] not in _REVIEW_FIELDS and super().lookup_allowed(lookup, value, request)

    def with_words(self, term: str) -> Q:
        """Words of the review find only claims whose review the user may see."""
        reviewed = list(Claim.objects.filter(CLAIMS.rows_with(term)).order_by().values_list("pk", flat=True))
        evidence = Evidence.objects.filter(EVIDENCE.rows_with(term)).order_by().values_list("claim_id", flat=True)
        about = Q(pk__in=reviewed, is_hidden=False) | Q(pk__in=set(evidence[:ROWS]))
        return super().with_words(term) | about

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, claim: Any) -> str:
        return format_html('<span class="status" data-status="{}">{}</span>', claim.status, claim.get_status_display())

    @admin.display(description=gettext_lazy("verdict"), ordering=_unless_hidden("verdict", ""))
    def shown_verdict(self, claim: Any) -> str:
        if claim.is_hidden:
            return _("hidden")
        return verdict_badge(claim.verdict) if claim.verdict else ""

    @admin.display(description=gettext_lazy("confidence"), ordering=_unless_hidden("confidence", None))
    def shown_confidence(self, claim: Any) -> Any:
        if claim.is_hidden:
            return _("hidden")
        if claim.confidence is None:
            return None
        return format_html('<span class="on-card">{}</span> {}', _("Confidence"), claim.confidence)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("assign/", wrap(bulk_actions.assign_view), name="claims_assign"),
            path("views/", wrap(saved_views.save_view), name="claims_view"),
            *super().get_urls(),
        ]
