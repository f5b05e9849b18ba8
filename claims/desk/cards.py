"""What readers are told of sources, topics, articles and pages: proposed on the form, decided on the proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from claims import matching, workflow
from claims.desk.history import HistoryAdmin
from claims.desk.read_only import BrowseAdmin
from claims.desk.requests import user_of
from claims.interchange.imports import waiting
from claims.models import Batch, Card, Claim, Proposal
from claims.models.cards import LINKS
from claims.record import cards
from claims.search import claims_with
from claims.vocabulary import ALONE, ItemState, ProposalKind, ProposalState

FIRST = 50  # reviews of a batch told on the page it is decided on
PUBLISHING_SECONDS = 15  # at most, of a request that publishes a batch
VECTOR_SECONDS = 5  # at most, of a request that imports or publishes


class ShownToReadersAdmin(HistoryAdmin):
    """A form whose working row readers see through cards alone: it says how they differ, and proposes a new one."""

    change_form_template = "admin/claims/shown_to_readers.html"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if row := context.get("original"):
            context["card"] = cards.current_of(*cards.subject_of(row))
            context["unproposed"] = workflow.cards.unproposed(row)
            context["waiting_card"] = workflow.cards.waiting(row)
            context["may_propose"] = self.has_change_permission(request, row) and workflow.cards.may_propose(
                row, user_of(request), context["card"]
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        if "_propose" not in request.POST:
            return super().response_change(request, obj)
        note, message = request.POST.get("public_note", ""), request.POST.get("message", "")
        try:
            workflow.cards.propose(obj, by=user_of(request), note=note, message=message)
        except workflow.WorkflowError as error:
            messages.error(request, _("Your changes are saved, but not proposed. %(reason)s") % {"reason": error})
        else:
            messages.success(request, _("Proposed to readers: somebody else has to approve it."))
        return HttpResponseRedirect(request.path)


@admin.register(Card)
class CardAdmin(BrowseAdmin):
    """What readers were told of sources, topics, articles and pages, and who signed it."""

    list_display = ("name", "kind", "subject", "number", "signed_at", "submitted_by", "approved_by")
    list_select_related = ("submitted_by", "approved_by")
    list_filter = ("kind",)
    ordering = ("-sequence",)
    exclude = ("submitter_salt", "approver_salt", "opinions_sha256", *LINKS)

    def with_words(self, term: str) -> Q:
        return Q(subject=term) | Q(name__icontains=term)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("text")


class AwaitingFilter(admin.SimpleListFilter):
    """What awaits the approval of whoever looks, on a page of its own."""

    title = gettext_lazy("queue")
    parameter_name = "awaiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", _("Names, texts, additions and batches awaiting my approval"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "me":
            return queryset.filter(pk__in=Proposal.objects.awaiting_decision_of(request.user).values("pk"))
        return queryset


@admin.register(Proposal)
class ProposalAdmin(BrowseAdmin):
    """What was submitted for readers, by whom, and who decided on it."""

    change_form_template = "admin/claims/proposal/change_form.html"
    list_display = ("__str__", "proposed_by", "proposed_at", "state", "decided_by", "decided_at")
    list_select_related = ("claim", "proposed_by", "decided_by")
    list_filter = (AwaitingFilter, "state", "kind", "card_kind")
    view_on_site = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Show what there is to say: a proposal that waits has no answer yet."""
        told = ("message", "decided_by", "decided_at", "answer")
        return ["kind", "proposed_by", "proposed_at", "state", *(name for name in told if getattr(obj, name, None))]

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(decide_view)
        return [path("<int:pk>/decide/", decide, name="claims_decide"), *super().get_urls()]

    def with_words(self, term: str) -> Q:
        found = Q(claim__in=Claim.objects.filter(claims_with(term)).order_by())
        return found | Q(subject=term)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Leave out the proposals of a claim whose review the user is still to judge blind."""
        unseen = Claim.objects.unseen_by(request.user).to_judge().order_by().values("pk")
        return super().get_queryset(request).exclude(claim__in=unseen).exclude(part_of__claim__in=unseen)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        proposal: Proposal = context["original"]
        whole = proposal.part_of or proposal
        is_alone = whole.kind in ALONE
        context["decided_with"] = whole.claim if whole.claim and not is_alone else proposal.part_of
        if batch := workflow.proposals.batch_of(proposal):
            context |= _batch_told(batch, proposal)
        elif not proposal.claim or proposal.kind == ProposalKind.ADDITION:
            context["parts"] = workflow.proposals.parts_of(proposal)
        if into := proposal.record.get("successor"):
            context["successor"] = Claim.objects.filter(uid=into["uid"]).first()
        if proposal.state == ProposalState.WAITING and not context["decided_with"]:
            is_refused = bool(workflow.signing.signing_refusal(proposal, user_of(request)))
            has_changes = proposal.kind not in {ProposalKind.LIFT, ProposalKind.BATCH}
            context["changes"] = workflow.proposals.changes_of(proposal) if has_changes else []
            context["changed_since"] = workflow.proposals.changed_since(proposal)
            is_approver = request.user.has_perm("claims.approve_claim")
            context["may_approve"] = is_approver and not is_refused
            context["may_take_back"] = is_refused and (is_approver or proposal.proposed_by == request.user)
        return super().render_change_form(request, context, *args, **kwargs)


def _batch_told(batch: Batch, proposal: Proposal) -> dict[str, Any]:
    """Return what there is to say of a batch: its first reviews, by whom, and how far it is published."""
    counts = dict(batch.items.values_list("state").annotate(count=Count("id")).order_by())
    return {
        "batch": batch,
        "first_items": batch.waiting()[:FIRST],
        "reviewers": proposal.record["reviewers"],
        "more_reviewers": len(proposal.record["reviewers"]) == workflow.proposals.MAX_REVIEWERS,
        "waiting": counts.get(ItemState.WAITING, 0),
        "published": counts.get(ItemState.PUBLISHED, 0),
        "not_taken": counts.get(ItemState.NOT_TAKEN, 0),
        "may_go_on": proposal.state == ProposalState.APPROVED and ItemState.WAITING in counts,
    }


@require_POST
@permission_required("claims.view_proposal", raise_exception=True)
def decide_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve a card, lift or batch, or send it back; or go on publishing an approved batch."""
    proposal = get_object_or_404(Proposal, pk=pk)
    try:
        if request.POST.get("_decide") == "go_on":
            if not request.user.has_perm("claims.approve_claim"):
                raise PermissionDenied
            _publish(request, proposal)
        elif request.POST.get("_decide") == "approve":
            workflow.cards.approve(proposal, by=user_of(request), seal=request.POST.get("seal", ""))
            if proposal.kind == ProposalKind.BATCH:
                _publish(request, proposal)
            else:
                messages.success(request, _("Approved: readers see it now."))
        else:
            workflow.cards.refuse(proposal, by=user_of(request), answer=request.POST.get("answer", ""))
            messages.success(request, _("Sent back."))
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("admin:claims_proposal_change", args=[pk]))


def _publish(request: HttpRequest, proposal: Proposal) -> None:
    """Publish an approved batch, as far as one request goes."""
    batch = workflow.proposals.batch_of(proposal)
    if batch is None or not batch.is_approved:
        return
    left = waiting.publish(batch, seconds=PUBLISHING_SECONDS)
    published = batch.items.filter(state=ItemState.PUBLISHED).count()
    seen = ngettext(
        "Approved: readers see %(count)s of them now.", "Approved: readers see %(count)s of them now.", published
    )
    messages.success(request, seen % {"count": f"{published:,}"})
    if left:
        to_come = ngettext(
            "%(count)s are still to be published: go on here, or with “manage.py publish_batches”.",
            "%(count)s are still to be published: go on here, or with “manage.py publish_batches”.",
            left,
        )
        messages.warning(request, to_come % {"count": f"{left:,}"})
    if matching.vectors.make_newest(seconds=VECTOR_SECONDS):
        told = _("Found by their words now; by their meaning once “manage.py reindex --vectors” has run.")
        messages.info(request, told)
