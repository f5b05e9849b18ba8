"""Sources, topics and articles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.desk.cards import ShownToReadersAdmin
from claims.desk.history import HistoryAdmin
from claims.models import Page, RatingWords, Source, Topic


class PermanentSlugAdmin(ShownToReadersAdmin):
    """Proposes the slug from the name, and keeps it once the object is saved."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields


@admin.register(Source)
class SourceAdmin(PermanentSlugAdmin):
    list_display = ("name", "kind", "country", "default_reliability", "slug")
    list_filter = ("kind", "default_reliability")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Topic)
class TopicAdmin(PermanentSlugAdmin):
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
            return forms.ChoiceField(choices=settings.LANGUAGES, initial=settings.LANGUAGE_CODE)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


@admin.register(RatingWords)
class RatingWordsAdmin(HistoryAdmin):
    list_display = ("words", "verdict")
    list_filter = ("verdict",)
    search_fields = ("words",)
