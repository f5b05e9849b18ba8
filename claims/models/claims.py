"""Claims as the desk works on them, and how claims relate to each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from claims.models import locks
from claims.models.base import NaturalKeyManager, NaturalKeyModel, in_order, language_tag, literally, one_of
from claims.models.defaults import uuid7
from claims.models.sources import Source, Topic
from claims.scales import ConfidenceScale
from claims.vocabulary import (
    ALONE,
    CLOSED,
    SETTLED,
    DatePrecision,
    ProposalState,
    PublicationKind,
    RelationKind,
    Status,
    Verdict,
)

#: Where the content of a claim may be changed.
OPEN_FOR_EDITING = (Status.DRAFT, Status.IN_REVIEW)


class ClaimQuerySet(models.QuerySet["Claim"]):
    """The desk's questions about claims."""

    def work_of(self, user: Any) -> ClaimQuerySet:
        """What is assigned to the user and to be worked on; what they submitted waits for others."""
        return self.filter(status__in=OPEN_FOR_EDITING, assigned_to=user)

    def sent_back_to(self, user: Any) -> ClaimQuerySet:
        """What the user submitted last, and what was sent back since."""
        proposals = apps.get_model("claims", "Proposal").objects.filter(claim=OuterRef("pk"))
        last = proposals.exclude(kind__in=ALONE).order_by("-id").values("state")[:1]
        mine = self.filter(status=Status.IN_REVIEW, submitted_by=user).annotate(last_decision=Subquery(last))
        return mine.filter(last_decision=ProposalState.SENT_BACK).order_by("-modified", "-id")

    def submitted_by_user(self, user: Any) -> ClaimQuerySet:
        """What the user submitted and others are to decide on, the longest wait first."""
        return self.filter(status=Status.AWAITING_APPROVAL, submitted_by=user).order_by("submitted_at", "id")

    def due_within(self, days: int) -> ClaimQuerySet:
        """Claims to be looked at again from today on, the next first."""
        today = timezone.localdate()
        return self.due_between(today, today + timedelta(days=days))

    def due_between(self, first: date, last: date) -> ClaimQuerySet:
        """Claims to be looked at again from one day to another, both counted, the next first."""
        return self.filter(due_on__range=(first, last)).exclude(status__in=CLOSED).order_by("due_on", "id")

    def unassigned(self) -> ClaimQuerySet:
        """Claims to be worked on that nobody has; a submitted one waits for an approver instead."""
        nobody = RawSQL("(+claims_claim.assigned_to_id) IS NULL", [], models.BooleanField())  # no index of it: most are
        return self.filter(literally("claims_claim.status", OPEN_FOR_EDITING), nobody)

    def awaiting_decision_of(self, user: Any) -> ClaimQuerySet:
        """Submitted claims that the user may decide on, as somebody else submitted them; the longest wait first."""
        return self.filter(status=Status.AWAITING_APPROVAL).exclude(submitted_by=user).order_by("submitted_at", "id")

    def unseen_by(self, user: Any) -> ClaimQuerySet:
        """Claims on which the user may decide, and whose review they have neither judged blind nor read."""
        if not user.has_perm("claims.add_secondopinion"):
            return self.none()
        seen = Claim.objects.filter(
            pk=OuterRef("pk"), second_opinions__by=user, second_opinions__submitted_at=OuterRef("submitted_at")
        )
        return self.awaiting_decision_of(user).filter(~Exists(seen), submitted_at__isnull=False)

    def to_judge(self) -> ClaimQuerySet:
        """Those whose review is decided on. That of a retraction is not, but stays hidden until it is."""
        retractions = apps.get_model("claims", "Proposal").objects.filter(
            claim=OuterRef("pk"), state=ProposalState.WAITING, kind=PublicationKind.RETRACTION
        )
        return self.filter(~Exists(retractions))

    def with_is_hidden(self, user: Any) -> ClaimQuerySet:
        """Annotate `is_hidden`: whether the review is still hidden from the user."""
        return self.annotate(is_hidden=Exists(Claim.objects.unseen_by(user).filter(pk=OuterRef("pk")).order_by()))

    def merged_into_it(self, claim: Claim) -> list[Claim]:
        """Published claims that a claim stands for, those that were merged into these among them."""
        found: dict[Any, Claim] = {}
        frontier = {claim.uid}
        while frontier:
            rows = self.filter(merged_into__in=frontier, status=Status.MERGED)
            new = {row.uid: row for row in rows if row.uid not in found and row.uid != claim.uid}
            found |= new
            frontier = set(new)
        return list(found.values())

    def overdue(self) -> ClaimQuerySet:
        """Claims whose day to be looked at again has passed, the longest overdue first."""
        return self.due_between(date.min, timezone.localdate() - timedelta(days=1))


class Claim(NaturalKeyModel):
    """An assertion somebody made, in one wording, with our review of it in the making.

    `status` is changed in workflow/ alone; `version` counts saves and is the optimistic lock.
    """

    NATURAL_KEY = ("uid",)

    uid = models.UUIDField(default=uuid7, unique=True, editable=False)
    slug = models.SlugField(
        max_length=120, unique=True, help_text=_("Part of the public address; permanent once published.")
    )
    statement = models.TextField(help_text=_("One sentence that stands on its own: who, what, when. No verdict in it."))
    claimant = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="claims_made")
    made_on = models.DateField(
        _("claim made on"), null=True, blank=True, help_text=_("When it was claimed, not when we checked.")
    )
    made_on_precision = models.CharField(
        max_length=24, choices=DatePrecision, default=DatePrecision.DAY, verbose_name=_("precision")
    )
    made_until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The last day it can have been, where only a span is known.")
    )
    made_reason = models.CharField(
        _("how the date is known"),
        max_length=300,
        blank=True,
        help_text=_("Why it is a span, or empty. Readers see it."),
    )
    event_on = models.DateField(
        _("date of the event"),
        null=True,
        blank=True,
        help_text=_("When what it tells of happened; timelines go by it."),
    )
    event_precision = models.CharField(
        _("precision of the event’s date"), max_length=24, choices=DatePrecision, default=DatePrecision.DAY
    )
    event_until = models.DateField(_("event until"), null=True, blank=True, help_text=_("The last day of a span."))
    language = models.CharField(max_length=35, default="en", validators=[language_tag])
    topics = models.ManyToManyField(Topic, blank=True, related_name="claims")

    status = models.CharField(max_length=24, choices=Status, default=Status.DRAFT, editable=False)
    verdict = models.CharField(max_length=24, choices=Verdict, blank=True)
    confidence = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("How sure we are of the verdict, 0–100."),
    )
    confidence_scale = models.CharField(
        max_length=24, choices=ConfidenceScale, default=ConfidenceScale.NONE_LOW_MED_HIGH
    )
    summary = models.TextField(blank=True, help_text=_("The answer in one or two sentences."))
    rationale = models.TextField(blank=True, help_text=_("How the evidence leads to the verdict. Markdown."))

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="claims_assigned"
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="claims_submitted",
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    rechecked_since = models.DateTimeField(
        null=True, editable=False, help_text=_("When what is published was reopened; empty again once it is settled.")
    )
    due_on = models.DateField(_("re-check due on"), null=True, blank=True)
    merged_into = models.UUIDField(
        null=True, editable=False, help_text=_("Of a dropped or merged claim: the one that stands for it.")
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    modified = models.DateTimeField(auto_now=True)

    objects = NaturalKeyManager.from_queryset(ClaimQuerySet)()
    history = HistoricalRecords(m2m_fields=[topics])

    class Meta:
        ordering = ("-id",)
        permissions = [
            ("review_claim", "Can review claims"),
            ("submit_claim", "Can submit claims for approval"),
            ("approve_claim", "Can approve claims for publication"),
            ("export_claim", "Can export working data"),
            ("import_claim", "Can import fixtures"),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="claims_claim_status"),
            models.Index(fields=["assigned_to", "-id"], name="claims_claim_assigned"),
            models.Index(fields=["due_on"], name="claims_claim_due"),
            models.Index(fields=["-created"], name="claims_claim_created"),
            *(
                models.Index(fields=[field, "-id"], name=f"claims_claim_{field}")
                for field in ("verdict", "confidence", "language")
            ),
            models.Index(fields=["-id"], name="claims_claim_open", condition=Q(status__in=OPEN_FOR_EDITING)),
            models.Index(
                fields=["rechecked_since"], name="claims_claim_rechecked", condition=Q(rechecked_since__isnull=False)
            ),
        ]
        constraints = [
            one_of("status", Status, "claim"),
            one_of("verdict", Verdict, "claim", empty=True),
            one_of("made_on_precision", DatePrecision, "claim"),
            one_of("event_precision", DatePrecision, "claim"),
            one_of("confidence_scale", ConfidenceScale, "claim"),
            in_order("made_on", "made_until", "claim"),
            in_order("event_on", "event_until", "claim"),
            models.CheckConstraint(
                name="claims_claim_confidence_range",
                condition=Q(confidence__isnull=True) | Q(confidence__range=(0, 100)),
                violation_error_message=_("confidence: give a whole number from 0 to 100, or leave it empty."),
            ),
            models.CheckConstraint(
                name="claims_claim_submitted",
                condition=~Q(status=Status.AWAITING_APPROVAL) | Q(submitted_by__isnull=False),
                violation_error_message=_("A claim that awaits approval names who submitted it."),
            ),
        ]

    def __str__(self) -> str:
        return self.statement

    def move_to(self, status: Status) -> None:
        """Set the status, and since when what is published is being re-checked."""
        if status in SETTLED:
            self.rechecked_since = None
        elif self.status in SETTLED:
            self.rechecked_since = timezone.now()
        self.status = status

    def get_absolute_url(self) -> str:
        """The desk's page: a claim is not public; its publications are."""
        return reverse("admin:claims_claim_change", args=[self.pk])


class ClaimRelation(NaturalKeyModel):
    """A relation of one claim to another, read "from_claim kind to_claim"."""

    NATURAL_KEY = ("from_claim__uid", "to_claim__uid", "kind")

    from_claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="relations_from")
    to_claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="relations_to")
    kind = models.CharField(max_length=24, choices=RelationKind)

    history = HistoricalRecords()

    class Meta:
        ordering = ("from_claim", "to_claim", "kind")
        constraints = [
            one_of("kind", RelationKind, "relation"),
            models.UniqueConstraint(fields=["from_claim", "to_claim", "kind"], name="claims_relation_once"),
            models.CheckConstraint(
                name="claims_relation_not_itself",
                condition=~Q(from_claim=F("to_claim")),
                violation_error_message=_("A claim does not relate to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.to_claim}"

    def clean(self) -> None:
        """Refuse a circle of repeats: one of them must be the first."""
        if self.kind == RelationKind.REPEATS and self.from_claim_id and self._closes_a_circle():
            words = gettext("That claim repeats this one already, directly or through others.")
            raise ValidationError({"to_claim": words})

    def _closes_a_circle(self) -> bool:
        locks.wait_for(locks.REPEATS)
        seen: set[int] = set()
        frontier = {self.to_claim_id}
        repeats = ClaimRelation.objects.filter(kind=RelationKind.REPEATS).exclude(pk=self.pk)
        while frontier and self.from_claim_id not in frontier:
            seen |= frontier
            onward = repeats.filter(from_claim__in=frontier).values_list("to_claim_id", flat=True)
            frontier = set(onward) - seen
        return bool(frontier)
