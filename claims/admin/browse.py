"""What the desk may look at but not change here: evidence and appearances are edited with their
claim, under its lock; publications are append-only.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.models import Appearance, ClaimRelation, Evidence, Publication


class BrowseAdmin(admin.ModelAdmin):
    """A list to search and read."""

    show_facets = admin.ShowFacets.ALWAYS

    class Media:
        css = {"all": ["claims/desk.css"]}

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="edit with its claim")
    def its_claim(self, obj: Any) -> SafeString:
        claim = getattr(obj, "claim", None) or obj.from_claim
        return format_html('<a href="{}">{}</a>', claim.get_absolute_url(), claim)


@admin.register(Evidence)
class EvidenceAdmin(BrowseAdmin):
    list_display = ("title", "stance", "grade", "publisher", "origin", "its_claim")
    list_select_related = ("claim", "publisher", "origin")
    list_filter = ("stance", "reliability", "credibility")
    search_fields = ("title", "url", "publisher__name", "claim__statement")


@admin.register(Appearance)
class AppearanceAdmin(BrowseAdmin):
    list_display = ("exact", "article", "paragraph", "attribution", "stance", "its_claim")
    list_select_related = ("claim", "article")
    list_filter = ("stance",)
    search_fields = ("exact", "claim__statement", "article__title")


@admin.register(ClaimRelation)
class ClaimRelationAdmin(BrowseAdmin):
    list_display = ("its_claim", "kind", "to_claim")
    list_select_related = ("from_claim", "to_claim")
    list_filter = ("kind",)
    search_fields = ("from_claim__statement", "to_claim__statement")


@admin.register(Publication)
class PublicationAdmin(BrowseAdmin):
    list_display = ("sequence", "statement", "number", "kind", "verdict", "confidence", "published_at", "approved_by")
    list_display_links = ("statement",)
    list_select_related = ("approved_by",)
    list_filter = ("is_current", "kind", "verdict")
    search_fields = ("statement", "slug")
    exclude = ("record", "topics", "articles")
