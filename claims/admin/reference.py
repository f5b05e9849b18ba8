"""Sources, topics, articles, and what readers suggest."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from claims.admin.history import HistoryAdmin
from claims.models import Article, Source, Suggestion, Topic


class PermanentSlugAdmin(HistoryAdmin):
    """Proposes the slug from the name, and keeps it once the object is saved."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields


@admin.register(Source)
class SourceAdmin(PermanentSlugAdmin):
    list_display = ("name", "kind", "country", "default_reliability", "slug")
    list_filter = ("kind", "default_reliability")
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Topic)
class TopicAdmin(PermanentSlugAdmin):
    list_display = ("name", "slug", "is_retired")
    list_filter = ("is_retired",)
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.filter(is_retired=False)
        return super().get_search_results(request, queryset, search_term)


@admin.register(Article)
class ArticleAdmin(PermanentSlugAdmin):
    list_display = ("title", "publisher", "published_on", "language", "rights")
    list_select_related = ("publisher",)
    list_filter = ("rights", "language")
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("title", "slug", "authors", "publisher__name")
    autocomplete_fields = ("publisher",)
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("text_sha256",)


@admin.register(Suggestion)
class SuggestionAdmin(HistoryAdmin):
    list_display = ("text", "state", "claim", "created")
    list_select_related = ("claim",)
    list_filter = ("state",)
    show_facets = admin.ShowFacets.ALWAYS
    search_fields = ("text", "contact")
    autocomplete_fields = ("claim",)
    readonly_fields = ("state", "created")
