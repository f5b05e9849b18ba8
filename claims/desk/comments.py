"""What colleagues say to each other on a claim's form."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.requests import user_of, visible_claim
from claims.models import Claim, Comment
from claims.text.numbers import parse_int

MOST_THREADS = 50  # shown, the newest
MOST_REPLIES = 100  # shown of all threads together


@dataclass(frozen=True)
class Thread:
    first: Comment
    replies: list[Comment]


def threads_of(claim: Claim) -> list[Thread]:
    """Return a claim's threads, those to be settled first, then the newest first; two queries."""
    firsts = list(
        claim.comments.filter(reply_to=None).select_related("by", "resolved_by").order_by("-id")[:MOST_THREADS]
    )
    replies = Comment.objects.filter(reply_to__in=firsts).select_related("by").order_by("id") if firsts else []
    by_first: dict[int | None, list[Comment]] = {}
    for reply in replies[:MOST_REPLIES]:
        by_first.setdefault(reply.reply_to_id, []).append(reply)
    firsts.sort(key=lambda first: first.resolved_at is not None)
    return [Thread(first, by_first.get(first.pk, [])) for first in firsts]


@require_POST
def comment_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a comment or a reply, resolve a thread or take it up again; what was refused is shown to be sent again."""
    claim = visible_claim(request, pk)
    user, asked = user_of(request), request.POST
    try:
        if thread := asked.get("resolve") or asked.get("reopen"):
            comment = _of(claim, thread)
            workflow.comments.resolve(comment, by=user, is_resolved="resolve" in asked)
        else:
            answered = _of(claim, asked["reply_to"]) if asked.get("reply_to") else None
            comment, unknown = workflow.comments.say(claim, by=user, text=asked.get("text", ""), reply_to=answered)
            if unknown:
                told = _("Nobody was told: there is no colleague called %(names)s.") % {"names": ", ".join(unknown)}
                messages.warning(request, told)
    except (workflow.WorkflowError, ValidationError) as error:
        return _again(request, claim, " ".join(error.messages))
    return HttpResponseRedirect(f"{claim.get_absolute_url()}#comment-{comment.pk}")


def _of(claim: Claim, key: str) -> Comment:
    found: Comment = get_object_or_404(Comment, claim=claim, pk=parse_int(key) or 0)
    return found


def _again(request: HttpRequest, claim: Claim, refusal: str) -> HttpResponse:
    context = {
        "title": _("Your comment is not sent yet"),
        "claim": claim,
        "refusal": refusal,
        "text": request.POST.get("text", ""),
        "reply_to": request.POST.get("reply_to", ""),
    }
    return render(request, "admin/claims/claim/comment.html", context, status=400)
