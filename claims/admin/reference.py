"""Sources, topics and articles."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from claims import workflow
from claims.admin.history import HistoryAdmin
from claims.admin.review import user_of
from claims.admin.workbench import hedge_view, workbench_view
from claims.desk.bounded import OccurringValuesFilter
from claims.models import Article, Page, RatingWords, Source, Topic
from claims.vocabulary import AnchorState


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
class PageAdmin(HistoryAdmin):
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


@admin.register(Article)
class ArticleAdmin(PermanentSlugAdmin):
    list_display = ("title", "publisher", "published_on", "language", "rights")
    list_select_related = ("publisher",)
    list_filter = ("rights", ("language", OccurringValuesFilter))
    search_fields = ("title", "slug", "authors", "publisher__name")
    autocomplete_fields = ("publisher",)
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("text_sha256",)
    change_form_template = "admin/claims/article/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Leave the texts where they are for a list."""
        articles = super().get_queryset(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        return articles.defer("text") if name == "claims_article_changelist" else articles

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/workbench/", wrap(workbench_view), name="claims_workbench"),
            path("<int:pk>/workbench/hedge/", wrap(hedge_view), name="claims_hedge"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and when the text was replaced find every quote again and say what became of it."""
        super().save_model(request, obj, form, change)
        if change and "text" in form.changed_data and (outcome := workflow.articles.reanchor(obj, by=user_of(request))):
            is_lost = outcome[AnchorState.CHANGED] or outcome[AnchorState.GONE]
            listed = ", ".join(f"{outcome[state]} {state.label.lower()}" for state in AnchorState if outcome[state])
            address = reverse("admin:claims_workbench", args=[obj.pk])
            messages.add_message(
                request,
                messages.WARNING if is_lost else messages.SUCCESS,
                format_html(
                    'Quotes in the new text: {}. <a href="{}#lost">See them in the workbench</a>', listed, address
                ),
            )

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go on to mark the claims of an article that was just pasted."""
        if "_save" in request.POST and "_popup" not in request.POST and obj.text:
            messages.success(request, "The article is saved: mark its claims.")
            return HttpResponseRedirect(reverse("admin:claims_workbench", args=[obj.pk]))
        return super().response_add(request, obj, *args, **kwargs)
