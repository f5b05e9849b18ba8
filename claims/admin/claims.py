"""Claims on the desk: the change form with evidence, workflow steps and the optimistic lock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import models
from django.forms import ModelChoiceField, Textarea
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse

from claims import workflow
from claims.admin.history import HistoryAdmin
from claims.admin.rows import ClaimRows
from claims.admin.transfer import export_view, import_view
from claims.models import Appearance, Claim, ClaimRelation, Evidence
from claims.vocabulary import CONFIDENCE_BANDS, ConfidenceScale

#: What may be changed in every state: who works on the claim, and when it is due.
DESK_FIELDS = frozenset({"assigned_to", "due_on"})
_SHORT_TEXT: Any = {models.TextField: {"widget": Textarea(attrs={"rows": 3})}}


@dataclass(frozen=True)
class Difference:
    """A field that two editors left with different content."""

    label: str
    theirs: str
    yours: str


class ClaimForm(forms.ModelForm):
    """A claim's content, with the version the editor opened and what they say of their change."""

    user: Any = None  # set by ClaimAdmin
    differences: list[Difference] = []

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Reason or public note",
        widget=Textarea(attrs={"rows": 2}),
        help_text="Why you save or take a step. Approval, correction and retraction show it to readers;"
        " otherwise it stays in the history of the desk.",
    )

    class Meta:
        model = Claim
        exclude = ("status", "submitted_by", "created")  # noqa: DJ006 — fieldsets name the rest

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.instance.pk:
            return cleaned
        current = Claim.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        if cleaned.get("seen_version") != current.version:
            self.differences = list(self._differences(current))
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen_version")] = str(current.version)
            self.data = data
            raise forms.ValidationError(
                "%(who)s saved this claim while you were working on it. Your text is kept below, nothing is saved yet."
                " Compare the two versions, then save to put yours in place of theirs.",
                params={"who": self._last_editor(current)},
            )
        content = set(self.changed_data) - DESK_FIELDS - {"seen_version", "reason"}
        if content and (refusal := workflow.editing_refusal(current, self.user)):
            raise forms.ValidationError(f"{refusal} Your text is kept below; nothing was saved.")
        return cleaned

    def _differences(self, current: Claim) -> Iterator[Difference]:
        for name in self.fields:
            if name in {"seen_version", "reason"}:
                continue
            field = self.fields[name]
            theirs = _plain(self._meta.model._meta.get_field(name).value_from_object(current))
            yours = _plain(self[name].value())
            if theirs != yours:
                yield Difference(str(field.label), _words(field, theirs), _words(field, yours))
        for label, rows in (("Evidence", current.evidence), ("Appearances", current.appearances)):
            yield Difference(f"{label} in the saved version", "\n".join(map(str, rows.all())), "as in the form below")

    def _last_editor(self, current: Claim) -> str:
        last = current.history.select_related("history_user").first()
        return str(last.history_user) if last and last.history_user else "Somebody else"


def _plain(value: Any) -> Any:
    """Return a field's value as comparable text, whether it comes from the database or from a form."""
    if isinstance(value, list | tuple):
        return sorted(str(getattr(item, "pk", item)) for item in value)
    return "" if value is None else str(value).replace("\r\n", "\n")


def _words(field: forms.Field, value: Any) -> str:
    """Return a value as the editor would read it: the names behind ids."""
    if isinstance(field, ModelChoiceField) and field.queryset is not None:
        ids = value if isinstance(value, list) else [value]
        return ", ".join(str(item) for item in field.queryset.filter(pk__in=[pk for pk in ids if pk.isdigit()]))
    return str(value)


class LockedInline(admin.options.InlineModelAdmin):
    """Rows that are edited only while their claim is."""

    extra = 0
    formset = ClaimRows

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.user = request.user  # type: ignore[attr-defined]
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_editable(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_editable(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_editable(request, obj) and super().has_delete_permission(request, obj)


class EvidenceInline(LockedInline, admin.StackedInline):
    model = Evidence
    fk_name = "claim"
    autocomplete_fields = ("publisher", "origin", "origin_evidence")
    formfield_overrides = _SHORT_TEXT
    fields = (
        "title",
        ("url", "archived_url"),
        ("publisher", "published_on"),
        ("stance", "reliability", "credibility"),
        "excerpt",
        "note",
        ("origin", "origin_evidence"),
    )


class AppearanceInline(LockedInline, admin.TabularInline):
    model = Appearance
    autocomplete_fields = ("article",)
    formfield_overrides = _SHORT_TEXT
    fields = ("article", "exact", "attribution", "stance", "paragraph")
    readonly_fields = ("paragraph",)


class RelationInline(LockedInline, admin.TabularInline):
    model = ClaimRelation
    fk_name = "from_claim"
    autocomplete_fields = ("to_claim",)
    verbose_name_plural = "relations to other claims"


class ConfidenceFilter(admin.SimpleListFilter):
    """Confidence by the words of its scale."""

    title = "confidence"
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bands = CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]
        return [(f"{band.low}-{band.high}", f"{band.word} ({band.low}–{band.high})") for band in bands]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        low, _, high = str(self.value()).partition("-")
        return queryset.filter(confidence__range=(int(low), int(high)))


class OverdueFilter(admin.SimpleListFilter):
    title = "re-check"
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "overdue")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.overdue() if self.value() == "yes" else queryset


@admin.register(Claim)
class ClaimAdmin(HistoryAdmin):
    form = ClaimForm
    change_form_template = "admin/claims/claim/change_form.html"
    change_list_template = "admin/claims/claim/change_list.html"
    inlines = (AppearanceInline, EvidenceInline, RelationInline)
    list_display = ("statement", "status", "verdict", "confidence", "claimant", "assigned_to", "due_on")
    list_select_related = ("claimant", "assigned_to")
    list_filter = (
        "status",
        "verdict",
        ConfidenceFilter,
        ("topics", admin.RelatedOnlyFieldListFilter),
        ("assigned_to", admin.RelatedOnlyFieldListFilter),
        OverdueFilter,
        "language",
    )
    show_facets = admin.ShowFacets.ALWAYS
    view_on_site = False  # the public page is the publication's; the form links to it
    search_fields = ("statement", "slug", "summary", "claimant__name")
    autocomplete_fields = ("claimant", "topics")
    prepopulated_fields = {"slug": ("statement",)}
    formfield_overrides = _SHORT_TEXT
    fieldsets = (
        (
            "Claim",
            {"fields": ("statement", "slug", "claimant", ("made_on", "made_on_precision"), "language", "topics")},
        ),
        ("Review", {"fields": ("verdict", ("confidence", "confidence_scale"), "summary", "rationale")}),
        ("Desk", {"fields": (("assigned_to", "due_on"), "reason", "seen_version")}),
    )

    class Media:
        css = {"all": ["claims/desk.css"]}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user  # type: ignore[attr-defined]
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assigned_to":
            kwargs["queryset"] = User.objects.filter(is_active=True, is_staff=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"assigned_to": request.user.pk, **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ()
        if not _is_editable(request, obj):
            names = {name for name in self.form.base_fields if name not in DESK_FIELDS | {"seen_version", "reason"}}
            return sorted(names)
        return ("slug",) if obj.publications.exists() else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_deletable = obj is None or not workflow.deletion_refusal(obj)
        return is_deletable and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            obj.version = form.cleaned_data["seen_version"] + 1
        obj._change_reason = form.cleaned_data["reason"][:100] or None
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if not workflow.deletion_refusal(obj):
            super().delete_model(request, obj)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = context.get("original")
        if obj is not None:
            context["steps"] = workflow.steps_open_to(_user(request), obj)
            context["missing"] = workflow.missing_for_review(obj) if obj.status in workflow.OPEN_FOR_EDITING else []
            context["locked"] = workflow.editing_refusal(obj, request.user)
            context["current"] = obj.publications.current().first()
            context["adminform"].form.initial.setdefault("seen_version", obj.version)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        name = request.POST.get("_step")
        if not name:
            return super().response_change(request, obj)
        try:
            claim = workflow.take(
                name, obj, by=_user(request), reason=request.POST.get("reason", ""), version=obj.version
            )
        except workflow.WorkflowError as error:
            messages.error(request, f"Your changes are saved, but the step was not taken. {error}")
        else:
            messages.success(
                request, f"{workflow.STEPS[name].label}: the claim is now {claim.get_status_display().lower()}."
            )
        return HttpResponseRedirect(reverse("admin:claims_claim_change", args=[obj.pk]))

    def histories(self, obj: Any) -> list[Any]:
        return [
            obj.history.all(),
            Evidence.history.filter(claim_id=obj.pk),
            Appearance.history.filter(claim_id=obj.pk),
            ClaimRelation.history.filter(from_claim_id=obj.pk),
        ]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("export/", wrap(export_view), name="claims_export"),
            path("import/", wrap(import_view), name="claims_import"),
            *super().get_urls(),
        ]


def _user(request: HttpRequest) -> User:
    """Return who acts; the admin lets nobody in who has not signed in."""
    assert isinstance(request.user, User)
    return request.user


def _is_editable(request: HttpRequest, claim: Claim | None) -> bool:
    """Whether the form shows the claim's content for editing.

    A posted content is always taken into the form, so that it is not lost when the claim was
    locked meanwhile; ClaimForm and ClaimRows then refuse it with the text kept.
    """
    if claim is None or (request.method == "POST" and "statement" in request.POST):
        return True
    return not workflow.editing_refusal(claim, request.user)
