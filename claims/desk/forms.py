"""Forms of the desk: nobody overwrites anybody, and a former wording comes back as a new edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import models
from django.forms import ModelChoiceField, Textarea
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import workflow
from claims.desk.widgets import verdict_meanings
from claims.models import CLAIM_PARTS, Claim, Translation
from claims.text.numbers import parse_int

#: What may be changed of a claim in every state: who works on it, and when it is due.
DESK_FIELDS = frozenset({"assigned_to", "due_on"})


@dataclass(frozen=True)
class Conflict:
    """A field that two editors left with different content."""

    label: str
    theirs: str
    yours: str
    name: str = ""  # of the field, where one of the two can be chosen


class LockedForm(forms.ModelForm):
    """A form that knows which version of the object it was opened with, and refuses to overwrite a newer one."""

    NOT_CONTENT = frozenset({"seen_version", "seen_rows", "reason"})
    differences: list[Conflict] = []

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged: dict[str, str] = {}  # fields that only others changed since the form was opened → their labels
        for name in self.fields:
            if name.endswith("_precision") and self.is_bound and self.add_prefix(name) not in self.data:
                self._put(name, [str(self.get_initial_for_field(self.fields[name], name))])  # left out: as it is
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
        for column in self.instance._meta.concrete_fields:
            if column.name not in self.fields:  # it was read before the lock, and is saved with the rest
                setattr(self.instance, column.attname, getattr(current, column.attname))
        version = self.version_of(current)
        if cleaned.get("seen_version") != version:
            self._merge(current, cleaned, version)
        for name in self._content():
            if self.data.get(self.add_prefix(f"keep-{name}")) == "theirs":
                self._take(name, current, cleaned)
        self.check_lock(current)
        return cleaned

    def _content(self) -> list[str]:
        return [name for name in self.fields if name not in self.NOT_CONTENT]

    def _merge(self, current: Any, cleaned: dict[str, Any], version: int | None) -> None:
        """Take what only the other side changed; raise ValidationError where both changed the same field."""
        base = self.base_of(current, cleaned.get("seen_version"))
        clashes = []
        for name in self._content():
            theirs, yours = _stored(current, name), _plain(self[name].value())
            was = theirs if base is None else _stored(base, name)
            if theirs == yours:
                continue
            if base is not None and was == yours:
                self._take(name, current, cleaned)
                self.merged[name] = str(self.fields[name].label)
            elif base is None or was != theirs:
                field = self.fields[name]
                clashes.append(Conflict(str(field.label), _words(field, theirs), _words(field, yours), name))
        if base is None or self.rows_changed(current):
            clashes += self.row_conflicts(current)
        self._put("seen_version", [str(version)])
        cleaned["seen_version"] = version
        if base is not None and not clashes:
            return
        self.differences = clashes
        raise forms.ValidationError(
            _(
                "%(who)s saved this %(what)s while you were working on it. Nothing is saved yet, and nothing is lost:"
                " what only one of you changed stands below as it was changed. Where both did, choose, then save."
            ),
            params={"who": _last_editor(current), "what": current._meta.verbose_name},
        )

    def base_of(self, current: Any, seen: int | None) -> Any:
        """Return the entry of the history that the form was opened on, or None."""
        return current.history.filter(history_id=seen).first() if seen else None

    def rows_changed(self, current: Any) -> bool:
        """Whether rows that the page shows below the form were changed since it was opened."""
        return False

    def row_conflicts(self, current: Any) -> list[Conflict]:
        """Return those rows, which are not merged."""
        return []

    def _take(self, name: str, current: Any, cleaned: dict[str, Any]) -> None:
        field = self._meta.model._meta.get_field(name)
        if field.many_to_many:
            cleaned[name] = getattr(current, name).all()
            self._put(name, [str(row.pk) for row in cleaned[name]])
        else:
            cleaned[name] = getattr(current, name)
            value = self.fields[name].prepare_value(field.value_from_object(current))
            self._put(name, ["" if value is None else str(value)])

    def _put(self, name: str, values: list[str]) -> None:
        """Have the form hold other values than were sent."""
        data = self.data.copy()  # type: ignore[attr-defined]
        data.setlist(self.add_prefix(name), values)
        self.data = data

    def check_lock(self, current: Any) -> None:
        """Raise ValidationError when the content may not be changed now."""


class ClaimForm(LockedForm):
    """A claim's content, and what the editor says of their change."""

    user: Any = None  # set by ClaimAdmin
    restored: dict[str, Any] = {}  # a former wording to show in place of the present one; set by ClaimAdmin

    slug = forms.SlugField(
        required=False,
        max_length=120,
        label=gettext_lazy("Address"),
        help_text=gettext_lazy("Left empty, it is made from the statement, and follows it until it is published."),
    )
    seen_rows = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=gettext_lazy("Message to colleagues"),
        widget=Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Why you save. It stays in the history of the desk; no reader sees it."),
    )

    class Meta:
        model = Claim
        exclude = ("status", "submitted_by", "created")  # noqa: DJ006 — fieldsets name the rest

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "verdict" in self.fields:
            self.fields["verdict"].help_text = verdict_meanings()
        assignee: Any = self.fields.get("assigned_to")
        if assignee:  # who may have left the desk
            assignee.queryset |= User.objects.filter(pk=self.instance.assigned_to_id)
        if not self.is_bound:
            self.initial.update(self.restored)
            if self.instance.pk:
                self.initial["seen_rows"] = rows_seen(self.instance)

    def version_of(self, instance: Any) -> int | None:
        return int(instance.version)

    def clean_slug(self) -> str:
        typed, statement = str(self.cleaned_data["slug"]), self.cleaned_data.get("statement", "")
        if typed and "slug" in self.changed_data:
            if typed.replace("-", "").isdigit():
                raise forms.ValidationError(_("Digits alone say nothing: add a word."))
            return typed
        is_followed = "statement" in self.changed_data and workflow.drafts.follows(typed, self.instance.statement)
        return workflow.drafts.free_slug(statement, besides=self.instance.pk) if is_followed or not typed else typed

    def check_lock(self, current: Any) -> None:
        content = set(self.changed_data) - DESK_FIELDS - self.NOT_CONTENT
        if content and (refusal := workflow.editing_refusal(current, self.user)):
            raise forms.ValidationError(
                _("%(refusal)s Your text is kept below; nothing was saved.") % {"refusal": refusal}
            )

    def base_of(self, current: Any, seen: int | None) -> Any:
        return current.history.filter(version=seen).order_by("-history_id").first() if seen else None

    def rows_changed(self, current: Any) -> bool:
        return self.cleaned_data.get("seen_rows") != rows_seen(current)

    def row_conflicts(self, current: Any) -> list[Conflict]:
        rows = (
            (_("Evidence in the saved version"), current.evidence),
            (_("Right of reply in the saved version"), current.reply_requests),
            (_("Appearances in the saved version"), current.appearances),
            (_("Relations in the saved version"), current.relations_from),
        )
        return [Conflict(label, "\n".join(map(str, found.all())), _("as in the form below")) for label, found in rows]


def rows_seen(claim: Claim) -> str:
    """Return what changes with every change of a form's rows: the newest entries of their histories."""
    newest = (
        part.history.filter(**{owner: claim.pk}).order_by("-history_id").values_list("history_id", flat=True).first()
        for part, owner in CLAIM_PARTS.items()
        if part is not Translation  # which has a page of its own
    )
    return ".".join(str(entry or 0) for entry in newest)


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
    return str(last.history_user) if last and last.history_user else _("Somebody else")


def _stored(row: Any, name: str) -> Any:
    """Return a field's value in the database, or in an entry of the history, as comparable text."""
    field = getattr(row, "instance_type", type(row))._meta.get_field(name)
    if field.many_to_many and hasattr(row, "history_id"):  # its links are kept with the entry
        key = f"{field.m2m_reverse_field_name()}_id"
        return sorted(str(getattr(link, key)) for link in getattr(row, name).all())
    return _plain(field.value_from_object(row))


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
