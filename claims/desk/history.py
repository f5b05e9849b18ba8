"""Edit history with differences: who changed what when, old and new side by side, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.desk.forms import LockedForm
from claims.desk.lists import BoundedAdmin
from claims.desk.widgets import NamedChoices

HISTORY_ROWS = 300  # the newest entries of one page
_ACTS = {"+": gettext_lazy("Added"), "~": gettext_lazy("Changed"), "-": gettext_lazy("Deleted")}
_UNSHOWN = {"modified", "text_sha256", "version"}


@dataclass(frozen=True)
class Change:
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """One save of one object."""

    when: datetime
    who: str
    act: str
    subject: str
    reason: str
    changes: list[Change]
    history_id: int
    of_main: bool  # whether it is of the object whose page this is, rather than of one of its rows


def entries(*histories: Any) -> list[Entry]:
    """Return the saves in some querysets of historical rows, newest first; the first queryset is the object's own."""
    found: list[Entry] = []
    for number, history in enumerate(histories):
        rows = list(history.select_related("history_user").order_by("-history_date", "-history_id")[:HISTORY_ROWS])
        rows.sort(key=lambda row: (row.id, row.history_date, row.history_id))
        for _key, saves in groupby(rows, key=lambda row: row.id):
            found.extend(_entries_of_one(saves, of_main=number == 0))
    found.sort(key=lambda entry: entry.when, reverse=True)
    return found[:HISTORY_ROWS]


def _entries_of_one(saves: Iterable[Any], *, of_main: bool) -> Iterable[Entry]:
    previous = None
    for row in saves:
        yield Entry(
            when=row.history_date,
            who=row.history_user.get_username() if row.history_user else _("the system"),
            act=str(_ACTS[row.history_type]),
            subject=f"{row.instance_type._meta.verbose_name}: {_name(row)}",
            reason=row.history_change_reason or "",
            changes=_changes(previous, row) if previous and row.history_type == "~" else [],
            history_id=row.history_id,
            of_main=of_main,
        )
        previous = row


def _name(row: Any) -> str:
    try:
        return str(row.instance_type.__str__(row))
    except ObjectDoesNotExist:
        return _("(of something deleted since)")


def _changes(old: Any, new: Any) -> list[Change]:
    delta = new.diff_against(old, excluded_fields=_UNSHOWN, foreign_keys_are_objs=True)
    was, is_now = getattr(old, "status", ""), getattr(new, "status", "")  # not editable, so not in the delta
    status = [Change(_("status"), _words(was, old, "status"), _words(is_now, new, "status"))] if was != is_now else []
    return status + [
        Change(_label(new, change.field), _words(change.old, old, change.field), _words(change.new, new, change.field))
        for change in delta.changes
    ]


def _label(row: Any, field: str) -> str:
    return str(row.instance_type._meta.get_field(field).verbose_name)


def _words(value: Any, row: Any, name: str) -> str:
    """Return a value as the desk says it: the label of a word of the vocabulary, names for keys."""
    choices = row.instance_type._meta.get_field(name).choices
    if choices:
        return str(dict(choices).get(value, value))
    if isinstance(value, list):  # rows of a many-to-many table
        return ", ".join(str(next(item for name, item in row.items() if name != "claim")) for row in value)
    return "" if value is None else str(value)


class HistoryAdmin(NamedChoices, BoundedAdmin):
    """An admin whose form overwrites nobody, and whose history page shows what each save changed."""

    form = LockedForm
    change_form_template = "admin/claims/locked_form.html"
    object_history_template = "admin/claims/history.html"

    def histories(self, obj: Any) -> list[Any]:
        """Return the querysets of historical rows that belong on the object's history page."""
        return [obj.history.all()]

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        if merged := getattr(form, "merged", None):
            told = _("Merged with what was saved meanwhile: %(fields)s.") % {"fields": ", ".join(merged.values())}
            messages.info(request, told)
        return super().save_form(request, form, change)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            "title": _("History of %(object)s") % {"object": obj},
            "entries": entries(*self.histories(obj)),
            "object": obj,
            "opts": self.opts,
            "module_name": str(self.opts.verbose_name_plural).capitalize(),
            "preserved_filters": self.get_preserved_filters(request),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)
