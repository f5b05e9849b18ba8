"""What colleagues say to each other about a claim, and what each is told. Nothing of it is ever public."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from claims.models.base import NaturalKeyModel, one_of
from claims.models.claims import Claim
from claims.models.defaults import uuid7
from claims.models.proposals import Proposal
from claims.models.suggestions import Suggestion
from claims.vocabulary import NoticeKind

MAX_COMMENT = 5000  # characters


class Comment(NaturalKeyModel):
    """One remark on a claim, or a reply to one. What is settled is resolved, with all its replies."""

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="comments")
    reply_to = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="replies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(validators=[MaxLengthValidator(MAX_COMMENT)], help_text=_("@name tells a colleague."))
    created = models.DateTimeField(default=timezone.now)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="comments_resolved"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                name="claims_comment_resolved",
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                violation_error_message=_("A resolved comment names who resolved it and when."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:80]}"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)


class Notice(models.Model):
    """That something happened which one person should know of. It holds no verdict: reviews may be blind to them."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=24, choices=NoticeKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, null=True, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, null=True, related_name="+")
    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, null=True, related_name="+")
    created = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    objects: Any = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        default_permissions = ()
        indexes = [
            models.Index(fields=["to", "-id"], name="claims_notice_of"),
            models.Index(fields=["to"], name="claims_notice_unread", condition=Q(read_at=None)),
        ]
        constraints = [one_of("kind", NoticeKind, "notice")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    def get_absolute_url(self) -> str:
        if self.claim:
            return self.claim.get_absolute_url() + (f"#comment-{self.comment_id}" if self.comment_id else "")
        if self.suggestion_id:
            return reverse("admin:claims_suggestion_change", args=[self.suggestion_id])
        return reverse("admin:claims_proposal_change", args=[self.proposal_id])

    @property
    def subject(self) -> Any:
        """What it is about."""
        return self.claim or self.suggestion or self.proposal
