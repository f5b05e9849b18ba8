"""Articles on the desk: their form, and the way on to the workbench."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import workflow
from claims.desk.forms import LockedForm
from claims.desk.lists import OccurringValuesFilter, WordsSearchAdmin, sources_named
from claims.desk.reference import PermanentSlugAdmin
from claims.desk.repair import merge_article_view
from claims.desk.requests import user_of
from claims.desk.widgets import DATES_AS_WRITTEN
from claims.desk.workbench import hedge_view, workbench_view
from claims.models import Article
from claims.search import ARTICLES
from claims.text import anchors, cleaning
from claims.text.addresses import same_address
from claims.vocabulary import AnchorState

COMPARED = 20_000  # the newest articles whose addresses are compared with a new one's


class ArticleForm(LockedForm):
    """An article; one that is here already is told before it is added a second time."""

    NOT_CONTENT = LockedForm.NOT_CONTENT | {"is_another"}

    is_another = forms.BooleanField(
        required=False, label=gettext_lazy("It is another article all the same"), widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and not cleaned.get("is_another") and (twin := self._twin(cleaned)):
            self.fields["is_another"].widget = forms.CheckboxInput()
            raise forms.ValidationError(
                format_html(
                    _(
                        'This article is here already: <a href="{address}">{article}</a>.'
                        " Open its workbench, or tick “{box}”."
                    ),
                    address=reverse("admin:claims_workbench", args=[twin.pk]),
                    article=twin,
                    box=self.fields["is_another"].label,
                )
            )
        return cleaned

    def _twin(self, cleaned: dict[str, Any]) -> Article | None:
        """Return an article of the same text, or else of the same address, among the newest."""
        text = anchors.normalise(cleaned.get("text", ""))
        same: Article | None = Article.objects.filter(text_sha256=anchors.sha256(text)).first() if text else None
        if same or not cleaned.get("url"):
            return same
        wanted = same_address(cleaned["url"])
        newest = Article.objects.exclude(url="").order_by("-pk").only("url", "title")[:COMPARED]
        return next((article for article in newest if same_address(article.url) == wanted), None)


@admin.register(Article)
class ArticleAdmin(PermanentSlugAdmin, WordsSearchAdmin):
    form = ArticleForm
    list_display = ("title", "publisher", "published_on", "language", "rights")
    list_select_related = ("publisher",)
    list_filter = ("rights", ("language", OccurringValuesFilter))
    autocomplete_fields = ("publisher",)
    formfield_overrides = {models.DateField: DATES_AS_WRITTEN}
    date_hierarchy = "published_on"
    prepopulated_fields = {"slug": ("title",)}
    readonly_fields = ("text_sha256",)
    change_form_template = "admin/claims/article/change_form.html"

    def with_words(self, term: str) -> Q:
        return ARTICLES.rows_with(term) | Q(slug=term) | Q(publisher__in=sources_named(term))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Leave the texts where they are for a list."""
        articles = super().get_queryset(request)
        name = request.resolver_match.url_name if request.resolver_match else ""
        return articles.defer("text") if name == "claims_article_changelist" else articles

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", wrap(merge_article_view), name="claims_article_merge"),
            path("<int:pk>/workbench/", wrap(workbench_view), name="claims_workbench"),
            path("<int:pk>/workbench/hedge/", wrap(hedge_view), name="claims_hedge"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and when the text was replaced find every quote again and say what became of it."""
        was = form.initial.get("text", "")
        if change and obj.text == cleaning.clean(was):
            obj.text = was  # it was not replaced, so it is not cleaned either: quotes stand in it letter by letter
        super().save_model(request, obj, form, change)
        is_replaced = change and obj.text != was
        if is_replaced and (outcome := workflow.articles.reanchor(obj, by=user_of(request))):
            is_lost = outcome[AnchorState.CHANGED] or outcome[AnchorState.GONE]
            listed = ", ".join(f"{outcome[state]} {state.label.lower()}" for state in AnchorState if outcome[state])
            address = reverse("admin:claims_workbench", args=[obj.pk])
            messages.add_message(
                request,
                messages.WARNING if is_lost else messages.SUCCESS,
                format_html(
                    _('Quotes in the new text: {quotes}. <a href="{address}#lost">See them in the workbench</a>'),
                    quotes=listed,
                    address=address,
                ),
            )

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go on to mark the claims of an article that was just pasted."""
        if "_save" in request.POST and "_popup" not in request.POST and obj.text:
            messages.success(request, _("The article is saved: mark its claims."))
            return HttpResponseRedirect(reverse("admin:claims_workbench", args=[obj.pk]))
        return super().response_add(request, obj, *args, **kwargs)
