"""Choosing among many rows: the admin's search box, and without JavaScript a field that takes a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model, Q
from django.forms import DateField, Media, RadioSelect
from django.forms.renderers import DjangoTemplates, Jinja2
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.interchange.imports import dates
from claims.text.numbers import parse_int
from claims.vocabulary import VERDICT_MEANING

if TYPE_CHECKING:  # what the mixins are mixed into
    from django.contrib.admin.options import BaseModelAdmin as _Options
    from django.contrib.admin.widgets import AutocompleteSelect as _Select
else:
    _Select = _Options = object

NOBODY = "0"  # no row's primary key: the field then says that the choice is not valid
NAMES = ("slug", "name", "title", "statement")  # fields that name a row, the strictest first


class Renderer(DjangoTemplates):
    """Draws fields by Django's own Jinja2 templates, which take less time; those of the admin have no such twin."""

    @cached_property
    def jinja(self) -> Jinja2:
        return Jinja2()

    def get_template(self, template_name: str) -> Any:
        if template_name.startswith("django/forms/"):
            return self.jinja.get_template(template_name)
        return super().get_template(template_name)


class DateAsWritten(DateField):
    """A day in the way the desk prints it, in numbers as the language has them, or as people write it."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError:
            try:
                return dates.read(str(value))
            except dates.DateError as error:
                told = _("Not a day that can be read: %(why)s. Write it like 30 Jan 2025.") % {"why": error}
                raise ValidationError(told) from None


DATES_AS_WRITTEN: Any = {
    "form_class": DateAsWritten,
    "widget": AdminDateWidget(attrs={"placeholder": gettext_lazy("30 Jan 2025"), "size": 12}),
}


def found_by_name(model: type[Model], text: str) -> str:
    """Return the primary key of the one row that a text names, or NOBODY."""
    fields = {field.name for field in model._meta.get_fields()}
    for name in NAMES:
        if name in fields:
            found = model._default_manager.filter(Q(**{f"{name}__iexact": text})).values_list("pk", flat=True)[:2]
            if len(found) == 1:
                return str(found[0])
    return NOBODY


class _Typed(_Select):
    """Adds the field for those without JavaScript, beside the select."""

    field: Any

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}-typed" not in data

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [pk for pk in value if parse_int(pk) is not None], attr)

    @property
    def media(self) -> Media:
        return super().media + Media(js=["claims/named_select.js"])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        select = super().render(name, value, attrs, renderer)
        typed = format_html(
            '<noscript><input type="text" name="{}-typed" size="40" aria-label="{}" placeholder="{}"></noscript>',
            name,
            _("%(field)s: name or slug") % {"field": self.field.verbose_name},
            _("name or slug"),
        )
        return mark_safe(select + typed)  # noqa: S308 — both are safe already


class NamedSelect(_Typed, AutocompleteSelect):
    known: Model | None = None  # the row chosen, where it was fetched with the form's own: saves a query for each

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        if self.known is None or list(map(str, value)) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.known.pk, str(self.known), True, len(empty))
        return [(None, [*empty, chosen], 0)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if typed := str(data.get(f"{name}-typed") or "").strip():
            return found_by_name(self.field.remote_field.model, typed)
        chosen = super().value_from_datadict(data, files, name)
        return chosen if not chosen or parse_int(chosen) is not None else NOBODY


def choose_by_name(field: Any, db_field: Any) -> None:
    """Have a field of a plain form choose as the admin's do for a foreign key: in a search box, or by a typed name."""
    field.widget = NamedSelect(db_field, admin.site)
    field.widget.choices = field.choices


class NamedSelectMultiple(_Typed, AutocompleteSelectMultiple):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        chosen = super().value_from_datadict(data, files, name) or []
        typed = [part.strip() for part in str(data.get(f"{name}-typed") or "").split(",")]
        named = [found_by_name(self.field.remote_field.model, part) for part in typed if part]
        return [pk if parse_int(pk) is not None else NOBODY for pk in chosen if pk] + named


class ShortRadios(RadioSelect):
    """A row of buttons under the first word of each label; the whole label is read out and shown beside the pointer."""

    def __init__(self, attrs: Any = None, choices: Any = ()) -> None:
        super().__init__({"class": "segments", **(attrs or {})}, choices)

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, label, *args, **kwargs)
        option["attrs"] |= {"aria-label": str(label), "title": str(label)}
        option["label"] = str(label).partition(" · ")[0]
        return option


class NamedChoices(_Options):
    """A mixin of ModelAdmin and inlines: their autocomplete fields take a typed name too."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedSelect(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", NamedSelectMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def verdict_meanings() -> SafeString:
    """Return what each verdict means, folded, to stand where one is chosen."""
    told = format_html_join("", "<dt>{}</dt><dd>{}</dd>", ((v.label, says) for v, says in VERDICT_MEANING.items()))
    title = _("What the verdicts mean")
    return format_html('<details class="meanings"><summary>{}</summary><dl>{}</dl></details>', title, told)
