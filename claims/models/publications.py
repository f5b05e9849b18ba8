"""Publications: the append-only public record. Triggers refuse UPDATE and DELETE (triggers.py)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connections, models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from claims.models.articles import Article
from claims.models.base import NaturalKeyManager, NaturalKeyModel, end_of, literally, one_of
from claims.models.claims import Claim
from claims.models.sources import Source, Topic
from claims.scales import ConfidenceScale
from claims.vocabulary import ENDINGS, SETTLED, DatePrecision, PublicationKind, Verdict

TAKEN_BACK = (PublicationKind.CORRECTION, PublicationKind.RETRACTION)


#: Written out: it stands in every readers' query, and Django takes longer to write it than a database to answer.
_IS_NOT_WITHHELD = Func(
    F("claim_id"),
    template="NOT EXISTS (SELECT 1 FROM claims_withholding w WHERE w.ended_at IS NULL AND w.claim_id=%(expressions)s)",
    output_field=models.BooleanField(),
)


def _is_followed() -> Exists:
    newer = Publication.objects.filter(claim_id=OuterRef("claim_id"), number__gt=OuterRef("number"))
    return Exists(newer.exclude(kind=PublicationKind.ADDITION))


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Readers' questions about the record."""

    def current(self) -> PublicationQuerySet:
        """The newest publication of each claim, retractions among them."""
        return self.filter(is_current=True)

    def as_of(self, moment: datetime) -> PublicationQuerySet:
        """What was the newest publication of each claim just before a moment, retractions among them."""
        newer = Publication.objects.filter(
            claim_id=OuterRef("claim_id"), number__gt=OuterRef("number"), published_at__lt=moment
        )
        return self.filter(~Exists(newer), published_at__lt=moment)

    def reviews(self) -> PublicationQuerySet:
        """Publications that hold a review, so without retractions and mergers."""
        return self.exclude(kind__in=ENDINGS)

    def of_claims(self, *uids: Any) -> PublicationQuerySet:
        """Every version of some claims, known by their uids."""
        return self.filter(claim_id__in=uids)

    def at(self, slug: str, number: int) -> PublicationQuerySet:
        """The version at an address, if there is one."""
        return self.filter(slug=slug, number=number) if number < 2**31 else self.none()

    def corrections_and_retractions(self) -> PublicationQuerySet:
        """Corrections and retractions, current or not."""
        return self.filter(literally("claims_publication.kind", TAKEN_BACK))

    def with_following(self) -> PublicationQuerySet:
        """Annotate `is_followed`: whether a later version does more than add to the review."""
        return self.annotate(is_followed=_is_followed())

    def reviews_in_force(self, uids: Iterable[Any]) -> PublicationQuerySet:
        """The versions that hold the reviews of some claims: those before what only adds to them."""
        return self.of_claims(*uids).exclude(kind=PublicationKind.ADDITION).filter(~_is_followed())

    def with_recheck(self) -> PublicationQuerySet:
        """Annotate `is_being_rechecked`: the desk has reopened the claim; the record stands."""
        reopened = Claim.objects.filter(uid=OuterRef("claim_id")).exclude(status__in=SETTLED)
        return self.annotate(is_being_rechecked=Exists(reopened))

    def redacted(self) -> PublicationQuerySet:
        """Versions whose content was taken out by an order; their place, dates and hashes stand."""
        return self.filter(RawSQL("claims_publication.statement = ''", [], models.BooleanField()))

    def not_redacted(self) -> PublicationQuerySet:
        """All but the versions whose content was taken out."""
        return self.exclude(statement="")

    def not_withheld(self) -> PublicationQuerySet:
        """All but the versions of claims that readers are to see nothing of for now."""
        return self.filter(_IS_NOT_WITHHELD)

    def hidden_places(self) -> list[int]:
        """Return the places in the chain that no list, count or search shows, in order. Asked with every list."""
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "SELECT sequence FROM claims_publication WHERE statement = '' UNION SELECT sequence"
                " FROM claims_publication WHERE claim_id IN"
                " (SELECT claim_id FROM claims_withholding WHERE ended_at IS NULL) ORDER BY 1"
            )
            return [place for (place,) in cursor.fetchall()]

    def withheld(self) -> PublicationQuerySet:
        """Every version of the claims that readers are to see nothing of for now."""
        standing = apps.get_model("claims", "Withholding").objects.standing().order_by()
        return self.filter(claim_id__in=standing.values("claim_id"))

    def for_lists(self, *, is_past: bool = False) -> PublicationQuerySet:
        """With what a list shows, and without what it does not; of days past, with the names of then."""
        name = KT("record__claimant__name") if is_past else F("claimant__card__name")
        summary, translations = KT("record__summary"), KT("record__translations")
        rows = self.with_recheck().annotate(claimant_name=name, summary=summary, translations=translations)
        return rows.select_related("claimant").defer("record")

    def with_wrong_current_flag(self) -> PublicationQuerySet:
        """Publications that are current but not the newest of their claim, or the newest but not current."""
        newer = Publication.objects.filter(claim_id=OuterRef("claim_id"), number__gt=OuterRef("number"))
        return self.annotate(has_newer=Exists(newer)).filter(is_current=F("has_newer"))

    def at_address_of_another(self, slug: str, uid: Any) -> PublicationQuerySet:
        """Publications of other claims that stand at an address."""
        return self.filter(slug=slug).exclude(claim_id=uid)

    def at_places(self, sequences: Sequence[int]) -> PublicationQuerySet:
        """Those at some places in the chain, be they a million: the places travel as one value."""
        if connections[self.db].vendor == "postgresql":
            return self.filter(sequence__in=RawSQL("SELECT unnest(%s::bigint[])", [list(sequences)]))
        listed = json.dumps(list(sequences))
        return self.filter(sequence__in=RawSQL("SELECT value FROM json_each(%s)", [listed]))

    def in_chain_order(self) -> PublicationQuerySet:
        return self.order_by("sequence")


class ShownManager(models.Manager["Publication"]):
    """Publications that readers see: none that is withheld or redacted. Every public page, feed and file asks it."""

    def get_queryset(self) -> Any:
        return PublicationQuerySet(self.model, using=self._db).not_withheld().not_redacted()


class Publication(NaturalKeyModel):
    """One published version of a claim: its record, the record's hash, and its place in the chain.

    The record is complete in itself. `claim` has no database constraint, so that a public copy
    can hold the record without our working tables. Columns up to `sequence` repeat the record
    for lists to filter and sort on; record/columns.py is the one place that says how.
    """

    NATURAL_KEY = ("claim_id", "number")

    sequence = models.PositiveBigIntegerField(
        _("place in the chain"), unique=True, editable=False, help_text=_("Place in the chain, from 1.")
    )
    claim = models.ForeignKey(
        Claim, to_field="uid", on_delete=models.PROTECT, db_constraint=False, related_name="publications"
    )
    number = models.PositiveIntegerField(_("version"))
    kind = models.CharField(max_length=24, choices=PublicationKind)
    note = models.TextField(blank=True)
    slug = models.SlugField(max_length=120)
    statement = models.TextField()
    claimant = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="publications")
    made_on = models.DateField(_("claim made on"), null=True)
    made_on_precision = models.CharField(_("precision"), max_length=24, choices=DatePrecision)
    made_until = models.DateField(_("until"), null=True)
    event_on = models.DateField(_("date of the event"), null=True)
    event_until = models.DateField(_("event until"), null=True)
    event_precision = models.CharField(
        _("precision of the event’s date"), max_length=24, choices=DatePrecision, blank=True
    )
    language = models.CharField(max_length=35)
    verdict = models.CharField(max_length=24, choices=Verdict, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True)
    confidence_scale = models.CharField(max_length=24, choices=ConfidenceScale)
    published_at = models.DateTimeField()
    reviewer = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="reviews_published")
    topics = models.ManyToManyField(Topic, related_name="publications")
    articles = models.ManyToManyField(Article, related_name="publications")
    reported = models.ManyToManyField(
        Source, related_name="publications_reporting", help_text=_("Who is said to say it.")
    )

    record = models.JSONField()
    record_hash = models.CharField(max_length=64)
    chain_hash = models.CharField(max_length=64)
    is_current = models.BooleanField(_("current"), default=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="publications_submitted"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="publications_approved"
    )
    submitter_salt = models.CharField(max_length=64, blank=True)
    approver_salt = models.CharField(max_length=64, blank=True)
    opinions_sha256 = models.CharField(max_length=64, blank=True)
    signers = models.CharField(max_length=64, blank=True, help_text=_("What the chain hash says of who signed."))

    is_being_rechecked = False  # where with_recheck() does not say otherwise
    is_followed = False  # where with_following() does not say otherwise
    verdict_before = ""  # of the version before, on the list of corrections
    #: The statement and a passage of the review with the words that were searched for marked in them, on a list.
    marked: SafeString | str = ""
    snippet: SafeString | str = ""

    objects = NaturalKeyManager.from_queryset(PublicationQuerySet)()
    shown = ShownManager.from_queryset(PublicationQuerySet)()

    class Meta:
        ordering = ("-sequence",)
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-sequence"], name="claims_publication_recent", condition=Q(is_current=True)),
            models.Index(fields=["-sequence"], name="claims_publication_taken_back", condition=Q(kind__in=TAKEN_BACK)),
            models.Index(fields=["sequence"], name="claims_publication_redacted", condition=Q(statement="")),
            *(
                models.Index(
                    fields=[field, "-sequence"], name=f"claims_publication_{field}"[:30], condition=Q(is_current=True)
                )
                for field in ("verdict", "claimant", "language", "confidence", "made_on")
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["claim", "number"], name="claims_publication_number"),
            models.UniqueConstraint(fields=["slug", "number"], name="claims_publication_address"),
            models.UniqueConstraint(
                fields=["claim"], condition=Q(is_current=True), name="claims_publication_one_current"
            ),
            models.CheckConstraint(
                name="claims_publication_two_people",
                condition=~Q(approved_by=F("submitted_by")),
                violation_error_message=_("Nobody approves what they submitted."),
            ),
            one_of("kind", PublicationKind, "publication"),
            one_of("verdict", Verdict, "publication", empty=True),
            models.CheckConstraint(
                name="claims_publication_confidence_range",
                condition=Q(confidence__isnull=True) | Q(confidence__range=(0, 100)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statement} ({self.get_kind_display().lower()} {self.number})"

    def get_absolute_url(self) -> str:
        if self.is_current:
            return reverse("public:claim", args=[self.slug])
        return self.get_version_url()

    def get_version_url(self) -> str:
        """The permanent address of exactly this version."""
        return reverse("public:version", args=[self.slug, self.number])

    @property
    def dated_on(self) -> date | None:
        """The day that puts it on a timeline: of the event it tells of, or else of the claim."""
        return self.event_on or self.made_on

    @property
    def is_redacted(self) -> bool:
        return not self.statement

    @property
    def is_retraction(self) -> bool:
        return self.kind == PublicationKind.RETRACTION

    @property
    def is_ending(self) -> bool:
        """Whether no review of the claim stands after it."""
        return self.kind in ENDINGS

    @property
    def leads_nowhere(self) -> bool:
        """Whether it is merged into what readers do not see: nothing of it is shown either."""
        return self.kind == PublicationKind.MERGER and self.successor is None

    @property
    def successor(self) -> Publication | None:
        """What readers are led to from a claim that was merged into another: where that leads in the end."""
        found, seen = self, {self.claim_id}
        while found.kind == PublicationKind.MERGER:
            into = found.record["successor"]["uid"]
            following = Publication.shown.current().of_claims(into).first()
            if following is None or following.claim_id in seen:
                return None
            seen.add(following.claim_id)
            found = following
        return found if found != self else None


def merged_into_nothing_shown(rows: Any) -> set[Any]:
    """Return the uids of those among some current publications that are merged into what readers do not see."""
    into = "record__successor__uid"
    asked = dict(rows.filter(kind=PublicationKind.MERGER).values_list("claim_id", into))
    if not asked:
        return set()
    merged = Publication.shown.current().filter(kind=PublicationKind.MERGER).values_list("claim_id", into)
    pairs = {uid: UUID(found) for uid, found in merged}
    ends = {uid: end_of(pairs, uid) for uid in asked}
    shown = set(Publication.shown.current().of_claims(*ends.values()).values_list("claim_id", flat=True))
    return {uid for uid, end in ends.items() if end not in shown or end in pairs}


#: What a publication names more than one of → what that is; each in a table of links.
PUBLISHED_LINKS: dict[str, type[models.Model]] = {"topics": Topic, "articles": Article, "reported": Source}
