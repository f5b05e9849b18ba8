"""A claim's evidence, appearances and relations as rows of its form: under its lock, and never lost."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.forms import Textarea
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import workflow
from claims.desk.widgets import DATES_AS_WRITTEN, NamedChoices, NamedSelect, ShortRadios
from claims.evidence_rules.origins import circular
from claims.models import Appearance, Claim, ClaimRelation, Evidence, ReplyRequest
from claims.text.numbers import parse_int

SHORT_TEXT: Any = {
    models.TextField: {"widget": Textarea(attrs={"rows": 3})},
    models.DateField: DATES_AS_WRITTEN,
}


class ClaimRows(BaseInlineFormSet):
    """Rows that change only while their claim may; one whose object was removed meanwhile stands as new."""

    user: Any = None  # set by LockedInline

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            present = {str(pk) for pk in self.get_queryset().values_list("pk", flat=True)}
            self.data = _with_removed_rows_as_new(cast("QueryDict", self.data), str(self.prefix), present)

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, NamedSelect) and form.instance.pk:
                widget.known = getattr(form.instance, name)

    def clean(self) -> None:
        super().clean()
        if self.instance.pk and self.has_changed() and (refusal := workflow.editing_refusal(self.instance, self.user)):
            raise ValidationError(_("%(refusal)s Your text is kept here; nothing was saved.") % {"refusal": refusal})
        self._refuse_twin_appearances()
        self._refuse_circles()
        if any(form.errors for form in self.forms):
            raise ValidationError(_("Correct the rows marked below."))

    def _refuse_circles(self) -> None:
        """Say so where rows of evidence trace to each other as they would be saved together."""
        if self.model is not Evidence:
            return
        rows = {form.instance.pk or form.prefix: form for form in self.forms if form not in self.deleted_forms}
        chosen = (form.cleaned_data.get("origin_evidence") for form in rows.values())
        repeated = dict(zip(rows, (getattr(item, "pk", None) for item in chosen), strict=True))
        for form, is_circular in zip(rows.values(), circular(repeated), strict=True):
            if is_circular and "origin_evidence" not in form.errors:
                form.add_error("origin_evidence", _("These trace to each other: one of them is the first."))

    def _refuse_twin_appearances(self) -> None:
        """Say so where two rows are the same words of the same article: their places come from the words."""
        if self.model is not Appearance:
            return
        seen = set()
        for form in self.forms:
            mark = form.instance
            place = (mark.article_id, mark.start, mark.end)
            if form in self.deleted_forms or mark.start is None:
                continue
            if place in seen:
                form.add_error(
                    "exact", _("These words of this article are in another row already: keep one of the two.")
                )
            seen.add(place)


def _with_removed_rows_as_new(data: QueryDict, prefix: str, present: set[str]) -> QueryDict:
    initial, total = (parse_int(data.get(f"{prefix}-{name}")) for name in ("INITIAL_FORMS", "TOTAL_FORMS"))
    if initial is None or total is None:
        return data
    initial, total = min(initial, 1000), min(total, 1000)
    rows = [_row(data, f"{prefix}-{number}-") for number in range(total)]
    kept = [row for row in rows[:initial] if row.get("id", [""])[0] in present]
    removed = [{**row, "id": [""]} for row in rows[:initial] if row not in kept and not row.get("DELETE", [""])[0]]
    if len(kept) == initial:
        return data
    changed = data.copy()
    for name in [name for name in data if name.startswith(f"{prefix}-") and name.split("-")[1].isdecimal()]:
        del changed[name]
    for number, row in enumerate([*kept, *removed, *rows[initial:]]):
        for name, values in row.items():
            changed.setlist(f"{prefix}-{number}-{name}", values)
    changed[f"{prefix}-INITIAL_FORMS"] = str(len(kept))
    changed[f"{prefix}-TOTAL_FORMS"] = str(len(kept) + len(removed) + len(rows[initial:]))
    return changed


def _row(data: QueryDict, start: str) -> dict[str, list[str]]:
    return {name.removeprefix(start): data.getlist(name) for name in data if name.startswith(start)}


class LockedInline(NamedChoices, admin.options.InlineModelAdmin):
    """Rows that are edited only while their claim is."""

    formset = ClaimRows
    template = "admin/claims/claim/_rows.html"
    line_template = "admin/claims/claim/_line.html"  # of a saved row, while it is closed
    most_empty_rows = 1

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.autocomplete_fields)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Return as many empty rows as the address asks for: without JavaScript rows come no other way."""
        return min(parse_int(request.GET.get("rows")) or 0, self.most_empty_rows)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.user = request.user
        return formset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editable(request, obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editable(request, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_editable(request, obj) and super().has_delete_permission(request, obj)


class EvidenceInline(LockedInline, admin.StackedInline):
    model = Evidence
    fk_name = "claim"
    line_template = "admin/claims/claim/_evidence_line.html"
    most_empty_rows = 20
    autocomplete_fields = ("publisher", "origin", "origin_evidence")
    formfield_overrides = SHORT_TEXT
    fieldsets = (
        (None, {"fields": (("title", "url"), ("stance", "reliability", "credibility", "origin"), "note")}),
        (
            gettext_lazy("More"),
            {
                "classes": ("collapse",),
                "fields": (("publisher", "published_on"), ("archived_url", "origin_evidence"), "excerpt"),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "url":
            kwargs["label"] = _("Link")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return db_field.formfield(**{**kwargs, "widget": ShortRadios, "choices": db_field.choices})


class AppearanceInline(LockedInline, admin.StackedInline):
    model = Appearance
    line_template = "admin/claims/claim/_appearance_line.html"
    autocomplete_fields = ("article", "reported")
    formfield_overrides = SHORT_TEXT
    fields = ("article", "exact", ("stance", "reported", "attribution"), ("paragraph", "anchor_state"))
    readonly_fields = ("paragraph", "anchor_state")


class ReplyInline(LockedInline, admin.StackedInline):
    model = ReplyRequest
    autocomplete_fields = ("asked",)
    formfield_overrides = SHORT_TEXT
    fields = (("asked", "asked_on", "channel"), ("answered_on", "answer"))


class RelationInline(LockedInline, admin.StackedInline):
    model = ClaimRelation
    fk_name = "from_claim"
    autocomplete_fields = ("to_claim",)
    fields = (("kind", "to_claim"),)
    verbose_name_plural = gettext_lazy("relations to other claims")


def is_editable(request: HttpRequest, claim: Claim | None) -> bool:
    """Whether the form shows the claim's content for editing.

    A posted content is always taken into the form, so that it is not lost when the claim was
    locked meanwhile; ClaimForm and ClaimRows then refuse it with the text kept.
    """
    if claim is None or (request.method == "POST" and "statement" in request.POST):
        return True
    return not workflow.editing_refusal(claim, request.user)
