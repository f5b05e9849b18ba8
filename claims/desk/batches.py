"""What was imported: who brought in which file, what of it waits, and what became of each item."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.read_only import BrowseAdmin
from claims.desk.requests import user_of
from claims.models import Batch, BatchItem, Claim
from claims.vocabulary import ItemState


@admin.register(Batch)
class BatchAdmin(BrowseAdmin):
    """What was imported, by whom, and from which file; what waits of it is submitted or deleted here."""

    change_form_template = "admin/claims/batch/change_form.html"
    list_display = ("file", "kind", "by", "at", "is_into_empty", "counts", "sha256")
    list_select_related = ("by",)
    list_filter = ("kind",)

    def with_words(self, term: str) -> Q:
        return Q(file__icontains=term) | Q(sha256=term)

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(batch_view)
        return [path("<int:pk>/batch/", decide, name="claims_batch"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        batch: Batch = context["original"]
        context |= {"proposals": list(batch.proposals), "waiting": batch.waiting().count()}
        states = set(batch.items.order_by().values_list("state", flat=True).distinct())
        acts = []
        if request.user.has_perm("claims.import_claim"):
            if context["waiting"] and not workflow.batches.submission_refusal(batch):
                acts += [("submit", _("Submit for approval")), ("drop", _("Delete what waits"))]
            if ItemState.DRAFTED in states:
                acts.append(("undo", _("Undo: delete the drafts that nobody touched")))
            is_refused = bool(workflow.batches.withdrawal_refusal(batch))
            context["may_withdraw"] = ItemState.PUBLISHED in states and not is_refused
        context["acts"] = acts
        return super().render_change_form(request, context, *args, **kwargs)


@require_POST
@permission_required("claims.view_batch", raise_exception=True)
def batch_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit what waits of a batch or delete it, undo its drafts, or propose to retract what was published of it."""
    batch = get_object_or_404(Batch, pk=pk)
    try:
        if request.POST.get("act") == "submit":
            proposal = workflow.batches.submit(batch, by=user_of(request))
            messages.success(request, _("Submitted: somebody else has to approve it."))
            return HttpResponseRedirect(proposal.get_absolute_url())
        if request.POST.get("act") == "drop":
            count = workflow.batches.drop(batch, by=user_of(request))
            told = ngettext(
                "%(count)s deleted. The file can be imported again.",
                "%(count)s deleted. The file can be imported again.",
                count,
            )
            messages.success(request, told % {"count": f"{count:,}"})
        if request.POST.get("act") == "undo":
            count, touched = workflow.batches.undo_drafts(batch, by=user_of(request))
            told = ngettext("%(count)s drafts deleted.", "%(count)s drafts deleted.", count) % {"count": f"{count:,}"}
            stay = ngettext(
                "%(count)s stay: somebody has worked on them.", "%(count)s stay: somebody has worked on them.", touched
            )
            messages.success(request, f"{told} {stay % {'count': f'{touched:,}'}}" if touched else told)
        if request.POST.get("act") == "withdraw":
            proposal = workflow.batches.withdraw(batch, by=user_of(request), note=request.POST.get("public_note", ""))
            messages.success(request, _("Proposed: somebody else has to approve the retractions."))
            return HttpResponseRedirect(proposal.get_absolute_url())
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(batch.get_absolute_url())


@admin.register(BatchItem)
class BatchItemAdmin(BrowseAdmin):
    """What a batch holds, one by one: what waits as readers would see it, and what was not taken with the reason."""

    list_display = ("place", "statement", "reviewed_by", "rating", "verdict", "state", "reason")
    list_filter = ("state",)
    fields = ("batch", "place", "state", "reason", "sha256", "record")

    def with_words(self, term: str) -> Q:
        return Q(place=term)

    def get_queryset(self, request: HttpRequest) -> Any:
        published = Claim.objects.filter(uid=OuterRef("claim_uid")).values("statement")
        return super().get_queryset(request).annotate(claim_statement=Subquery(published[:1]))

    def lookup_allowed(self, lookup: str, *args: Any, **kwargs: Any) -> bool:
        return lookup == "batch__id__exact" or super().lookup_allowed(lookup, *args, **kwargs)

    @admin.display(description=gettext_lazy("claim"))
    def statement(self, item: BatchItem) -> str:
        return str(item.record.get("statement", "")) or vars(item)["claim_statement"] or ""

    @admin.display(description=gettext_lazy("reviewed by"))
    def reviewed_by(self, item: BatchItem) -> str:
        return str((item.record.get("reviewer") or {}).get("name", ""))

    @admin.display(description=gettext_lazy("their words"))
    def rating(self, item: BatchItem) -> str:
        return str((item.record.get("imported") or {}).get("rating", ""))

    @admin.display(description=gettext_lazy("verdict"))
    def verdict(self, item: BatchItem) -> str:
        return item.verdict_in_words
