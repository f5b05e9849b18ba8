"""Sources, topics, pages of the desk, rating words and other names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from claims.desk.cards import ShownToReadersAdmin
from claims.desk.forms import LockedForm
from claims.desk.history import HistoryAdmin
from claims.desk.widgets import found_by_name
from claims.models import Alias, Card, Page, Publication, RatingWords, Source, Topic


class PermanentSlugAdmin(ShownToReadersAdmin):
    """Proposes the slug from the name, and keeps it once the object is saved."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields


class MergeableForm(LockedForm):
    """A source or topic, which may turn out to be another one."""

    merged_into = forms.CharField(
        label=gettext_lazy("Merged into"),
        required=False,
        max_length=200,
        widget=AdminTextInputWidget,
        help_text=gettext_lazy(
            "Name or slug of the one that stands for this one, too. Readers find both there once it is approved;"
            " nothing that was published changes, and emptying this takes it back."
        ),
    )

    def clean_merged_into(self) -> str:
        """Take a name as well as a slug."""
        typed = str(self.cleaned_data["merged_into"]).strip()
        if not typed:
            return ""
        model = self._meta.model
        found = model._default_manager.filter(pk=found_by_name(model, typed)).values_list("slug", flat=True).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no “%(typed)s” here, or more than one: give the slug.") % {"typed": typed}
            )
        return str(found)


class MergeableAdmin(PermanentSlugAdmin):
    """Offers nowhere what is merged, and says what readers find elsewhere once it is."""

    form = MergeableForm

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(merged_into="")
        return super().get_search_results(request, queryset, search_term)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        if row and row.merged_into:
            context["successor"] = row.successor
            context["moves"] = self.moves(row)
        return super().render_change_form(request, context, *args, **kwargs)

    def moves(self, row: Any) -> list[tuple[str, int]]:
        """Return what of readers' pages is found under another name, with how much of each there is."""
        reviews = Publication.shown.current().filter(topics=row).count()
        return [(ngettext("reviews", "reviews", reviews), reviews)]


@admin.register(Source)
class SourceAdmin(MergeableAdmin):
    list_display = ("name", "kind", "country", "default_reliability", "slug")
    list_filter = ("kind", "default_reliability")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def moves(self, row: Any) -> list[tuple[str, int]]:
        published = Publication.shown.current()
        claims, reports = published.filter(claimant=row).count(), published.filter(reported=row).count()
        articles = Card.objects.articles().filter(publisher=row.slug).count()
        return [
            (ngettext("reviews of its claims", "reviews of its claims", claims), claims),
            (ngettext("reviews of what it is said to say", "reviews of what it is said to say", reports), reports),
            (ngettext("articles it published", "articles it published", articles), articles),
        ]


@admin.register(Topic)
class TopicAdmin(MergeableAdmin):
    list_display = ("name", "slug", "is_retired")
    list_filter = ("is_retired",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(is_retired=False)
        return super().get_search_results(request, queryset, search_term)


@admin.register(Page)
class PageAdmin(ShownToReadersAdmin):
    """The texts of "About us", "Contact" and "How we correct"."""

    list_display = ("name", "language")
    list_filter = ("name", "language")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "language") if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "language":
            return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(RatingWords)
class RatingWordsAdmin(HistoryAdmin):
    list_display = ("words", "verdict")
    list_filter = ("verdict",)
    search_fields = ("words",)


@admin.register(Alias)
class AliasAdmin(HistoryAdmin):
    """By what other names a search finds something."""

    list_display = ("name", "alias", "language")
    list_filter = ("language",)
    search_fields = ("name", "alias")
