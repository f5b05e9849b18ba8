"""Claims on the desk: the list with its queues, the change form with workflow steps and panels."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import BooleanField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from claims import workflow
from claims.admin import actions, panels, review
from claims.admin.forms import DESK_FIELDS, ClaimForm
from claims.admin.history import HistoryAdmin
from claims.admin.queues import QueueFilter
from claims.admin.rows import SHORT_TEXT, AppearanceInline, EvidenceInline, RelationInline, is_editable
from claims.admin.transfer import export_view, import_view
from claims.models import Appearance, Claim, ClaimRelation, Evidence, SecondOpinion
from claims.search import likely_duplicates
from claims.vocabulary import CONFIDENCE_BANDS, ConfidenceScale, Status

HIDDEN = "hidden until your opinion"


class ConfidenceFilter(admin.SimpleListFilter):
    """Confidence by the words of its scale."""

    title = "confidence"
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bands = CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]
        return [(f"{band.low}-{band.high}", f"{band.word} ({band.low}–{band.high})") for band in bands]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        low, _, high = str(self.value()).partition("-")
        return queryset.filter(confidence__range=(int(low), int(high)))


@admin.register(Claim)
class ClaimAdmin(HistoryAdmin):
    form = ClaimForm
    change_form_template = "admin/claims/claim/change_form.html"
    change_list_template = "admin/claims/claim/change_list.html"
    inlines = (AppearanceInline, EvidenceInline, RelationInline)
    actions = (actions.assign_to, actions.file_under)
    action_form = actions.ClaimActionForm
    list_display = (
        "statement",
        "status",
        "shown_verdict",
        "shown_confidence",
        "claimant",
        "assigned_to",
        "due_on",
    )
    list_select_related = ("claimant", "assigned_to")
    list_filter = (
        QueueFilter,
        "status",
        "verdict",
        ConfidenceFilter,
        ("topics", admin.RelatedOnlyFieldListFilter),
        ("assigned_to", admin.RelatedOnlyFieldListFilter),
        "language",
    )
    show_facets = admin.ShowFacets.ALWAYS
    show_full_result_count = False
    view_on_site = False  # the public page is the publication's; the form links to it
    search_fields = ("statement", "slug", "summary", "claimant__name")
    autocomplete_fields = ("claimant", "topics")
    prepopulated_fields = {"slug": ("statement",)}
    formfield_overrides = SHORT_TEXT
    fieldsets = (
        (
            "Claim",
            {"fields": ("statement", "slug", "claimant", ("made_on", "made_on_precision"), "language", "topics")},
        ),
        ("Review", {"fields": ("verdict", ("confidence", "confidence_scale"), "summary", "rationale")}),
        ("Desk", {"fields": (("assigned_to", "due_on"), "reason", "seen_version")}),
    )

    class Media:
        css = {"all": ["claims/desk.css"]}
        js = ["claims/claim_form.js"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Annotate `is_blind` for those who may give a second opinion: whether theirs is still to come."""
        claims = super().get_queryset(request)
        if not request.user.has_perm("claims.add_secondopinion"):
            return claims.annotate(is_blind=Value(False, output_field=BooleanField()))
        given = SecondOpinion.objects.filter(
            claim=OuterRef("pk"), by=request.user.pk, submitted_at=OuterRef("submitted_at")
        )
        is_theirs = Q(status=Status.AWAITING_APPROVAL, submitted_at__isnull=False) & ~Q(submitted_by=request.user.pk)
        return claims.annotate(is_blind=Coalesce(Exists(Claim.objects.none()) | (Q(is_theirs) & ~Exists(given)), False))
