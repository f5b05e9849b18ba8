"""Forms of the desk: nobody overwrites anybody, and a former wording comes back as a new edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.forms import ModelChoiceField, Textarea

from claims import workflow
from claims.models import Claim
from claims.text.numbers import parse_int

#: What may be changed of a claim in every state: who works on it, and when it is due.
DESK_FIELDS = frozenset({"assigned_to", "due_on"})


@dataclass(frozen=True)
class Conflict:
    """A field that two editors left with different content."""

    label: str
    theirs: str
    yours: str


class LockedForm(forms.ModelForm):
    """A form that knows which version of the object it was opened with, and refuses to overwrite a newer one."""

    NOT_CONTENT = frozenset({"seen_version", "reason"})
    differences: list[Conflict] = []

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            if name.endswith("_precision"):
                self.fields[name].required = False  # left out, it is the day
        if self.instance.pk and not self.is_bound:
            self.initial["seen_version"] = self.version_of(self.instance)

    def version_of(self, instance: Any) -> int | None:
        """Return what changes with every save: the newest entry of the edit history."""
        newest = instance.history.order_by("-history_id").values_list("history_id", flat=True).first()
        return int(newest) if newest else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.instance.pk:
            return cleaned
        current = self._meta.model._default_manager.select_for_update(of=("self",)).get(pk=self.instance.pk)
        version = self.version_of(current)
        if cleaned.get("seen_version") != version:
            self.differences = list(self.differences_from(current))
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen_version")] = str(version)
            self.data = data
            raise forms.ValidationError(
                "%(who)s saved this %(what)s while you were working on it. Your text is kept below, nothing is saved"
                " yet. Compare the two versions, then save to put yours in place of theirs.",
                params={"who": _last_editor(current), "what": current._meta.verbose_name},
            )
        self.check_lock(current)
        return cleaned

    def check_lock(self, current: Any) -> None:
        """Raise ValidationError when the content may not be changed now."""

    def differences_from(self, current: Any) -> Iterator[Conflict]:
        for name in self.fields:
            if name in self.NOT_CONTENT:
                continue
            field = self.fields[name]
            theirs = _plain(self._meta.model._meta.get_field(name).value_from_object(current))
            yours = _plain(self[name].value())
            if theirs != yours:
                yield Conflict(str(field.label), _words(field, theirs), _words(field, yours))


class ClaimForm(LockedForm):
    """A claim's content, and what the editor says of their change."""

    user: Any = None  # set by ClaimAdmin
    restored: dict[str, Any] = {}  # a former wording to show in place of the present one; set by ClaimAdmin

    slug = forms.SlugField(required=False, max_length=120, help_text="Left empty, it is made from the statement.")
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label="Message to colleagues",
        widget=Textarea(attrs={"rows": 2}),
        help_text="Why you save. It stays in the history of the desk; no reader sees it.",
    )

    class Meta:
        model = Claim
        exclude = ("status", "submitted_by", "created")  # noqa: DJ006 — fieldsets name the rest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.update(self.restored)

    def version_of(self, instance: Any) -> int | None:
        return int(instance.version)

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or workflow.drafts.free_slug(self.cleaned_data.get("statement", ""))

    def check_lock(self, current: Any) -> None:
        content = set(self.changed_data) - DESK_FIELDS - self.NOT_CONTENT
        if content and (refusal := workflow.editing_refusal(current, self.user)):
            raise forms.ValidationError(f"{refusal} Your text is kept below; nothing was saved.")

    def differences_from(self, current: Any) -> Iterator[Conflict]:
        yield from super().differences_from(current)
        for label, rows in (
            ("Evidence", current.evidence),
            ("Right of reply", current.reply_requests),
            ("Appearances", current.appearances),
        ):
            yield Conflict(f"{label} in the saved version", "\n".join(map(str, rows.all())), "as in the form below")


def former_wording(claim: Claim, history_id: str) -> dict[str, Any]:
    """Return a claim's content as one entry of its history has it, as values of the form; {} when there is none."""
    row = claim.history.filter(history_id=parse_int(history_id)).first()
    if row is None:
        return {}
    values = {
        field.name: getattr(row, field.attname)
        for field in Claim._meta.concrete_fields
        if field.editable and field.name not in DESK_FIELDS | {"slug", "modified", "id"}
    }
    return {**values, "reason": f"Brings back the wording of {row.history_date:%Y-%m-%d %H:%M}."}


def _last_editor(current: models.Model) -> str:
    last = current.history.select_related("history_user").first()  # type: ignore[attr-defined]
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
        return ", ".join(
            str(item) for item in field.queryset.filter(pk__in=[pk for pk in ids if parse_int(pk) is not None])
        )
    return str(value)
