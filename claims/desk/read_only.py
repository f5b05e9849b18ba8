"""What the desk may look at but not change here.

Evidence and appearances are edited with their claim, under its lock; publications are append-only.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from claims import search, workflow
from claims.desk.dashboard import RECENT_DAYS, recently_corrected
from claims.desk.lists import ROWS, IndexedSearchAdmin
from claims.desk.requests import user_of
from claims.models import Appearance, Claim, ClaimRelation, Evidence, Publication, SecondOpinion, Withholding
from claims.models.publications import PUBLISHED_LINKS
from claims.search import EVIDENCE, claims_with


class BrowseAdmin(IndexedSearchAdmin):
    """A list to search and read, the newest first."""

    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("edit with its claim"))
    def its_claim(self, obj: Any) -> SafeString:
        claim = getattr(obj, "claim", None) or obj.from_claim
        return format_html('<a href="{}">{}</a>', claim.get_absolute_url(), claim)


@admin.register(Evidence)
class EvidenceAdmin(BrowseAdmin):
    list_display = ("title", "stance", "grade", "publisher", "origin", "its_claim")
    list_select_related = ("claim", "publisher", "origin")
    list_filter = ("stance", "reliability", "credibility")

    def with_words(self, term: str) -> Q:
        return super().with_words(term) | EVIDENCE.rows_with(term)


@admin.register(Appearance)
class AppearanceAdmin(BrowseAdmin):
    list_display = ("exact", "article", "paragraph", "attribution", "stance", "anchor_state", "its_claim")
    list_select_related = ("claim", "article")
    list_filter = ("anchor_state", "stance")


@admin.register(ClaimRelation)
class ClaimRelationAdmin(BrowseAdmin):
    list_display = ("its_claim", "kind", "to_claim")
    list_select_related = ("from_claim", "to_claim")
    list_filter = ("kind",)
    its_claim_is = "from_claim"

    def with_words(self, term: str) -> Q:
        return super().with_words(term) | Q(to_claim__in=Claim.objects.filter(claims_with(term)).order_by())


@admin.register(SecondOpinion)
class SecondOpinionAdmin(BrowseAdmin):
    """Blind opinions beside what the editors concluded, and how far they agree."""

    change_list_template = "admin/claims/secondopinion/change_list.html"
    list_display = ("claim", "by", "verdict", "confidence", "editor_verdict", "editor_confidence", "created")
    list_select_related = ("claim", "by")
    list_filter = ("verdict", "editor_verdict")

    def with_words(self, term: str) -> Q:
        return super().with_words(term) | Q(by__username=term)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out what would show the user a review they are still to judge blind."""
        unseen = Claim.objects.unseen_by(request.user).order_by().values("pk")
        return super().get_queryset(request).exclude(verdict="").exclude(claim__in=unseen)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        asked = request.GET.get("period", "")
        period = asked if asked in workflow.second_opinions.PERIODS else "quarter"
        query = request.GET.copy()
        query.pop("period", None)  # ours, not a filter of the list
        request.GET = query  # type: ignore[assignment]
        context = {
            "period": period,
            "periods": list(workflow.second_opinions.PERIODS),
            "agreements": workflow.second_opinions.agreement_by_period(period),
            "overall": workflow.second_opinions.agreement_overall(),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})


@admin.register(Withholding)
class WithholdingAdmin(BrowseAdmin):
    """What was withheld from readers, by whom, and until when."""

    list_display = ("claim", "withheld_by", "withheld_at", "ended_at")
    list_select_related = ("claim", "withheld_by")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)


class RecentFilter(admin.SimpleListFilter):
    """Publications of the last weeks that took something back."""

    title = gettext_lazy("lately")
    parameter_name = "recent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        label = ngettext(
            "corrected or retracted in %(days)s day", "corrected or retracted in %(days)s days", RECENT_DAYS
        )
        return [("corrected", label % {"days": RECENT_DAYS})]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() != "corrected":
            return queryset
        return queryset.filter(pk__in=recently_corrected().order_by().values("pk"))


@admin.register(Publication)
class PublicationAdmin(BrowseAdmin):
    list_display = ("sequence", "statement", "number", "kind", "verdict", "confidence", "published_at", "approved_by")
    list_display_links = ("statement",)
    list_select_related = ("approved_by",)
    list_filter = (RecentFilter, "is_current", "kind", "verdict")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Search as readers do, and by address."""
        term = search_term.strip()
        if not term:
            return queryset, False
        matches = search.find(term)
        newest = matches.sequences[:ROWS].tolist() if matches else []
        return queryset.filter(Q(sequence__in=newest) | Q(slug=term)), False

    exclude = ("record", *PUBLISHED_LINKS, "submitter_salt", "approver_salt", "opinions_sha256")
    change_form_template = "admin/claims/publication/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        redact = self.admin_site.admin_view(redact_view)
        return [path("<int:pk>/redact/", redact, name="claims_redact"), *super().get_urls()]


@require_POST
@permission_required("claims.view_publication", raise_exception=True)
def redact_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that the content of a version is taken out of the record."""
    publication = get_object_or_404(Publication, pk=pk)
    note, message = request.POST.get("public_note", ""), request.POST.get("message", "")
    try:
        proposal = workflow.cards.propose(publication, by=user_of(request), note=note, message=message)
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("admin:claims_publication_change", args=[pk]))
    messages.success(request, _("Proposed: somebody else has to approve that it is redacted."))
    return HttpResponseRedirect(proposal.get_absolute_url())
