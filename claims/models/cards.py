"""Cards: what readers are told of a source, topic, article or page of the desk. As append-only as publications."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.models.articles import Article
from claims.models.base import NaturalKeyManager, NaturalKeyModel, end_of, one_of
from claims.models.pages import Page, address_of
from claims.models.publications import Publication
from claims.models.sources import Source, Topic
from claims.vocabulary import CardKind

#: The column of a current card that points to the row it speaks for.
LINKS: dict[str, Any] = {
    CardKind.SOURCE: Source,
    CardKind.TOPIC: Topic,
    CardKind.ARTICLE: Article,
    CardKind.PAGE: Page,
}


def redaction_of(claim: UUID, number: int) -> str:
    """Return the subject under which the redaction of a version stands."""
    return f"{claim.hex}.{number}"


def address_hash(slug: str) -> str:
    """Return under what a redaction knows the address that a version had."""
    return sha256(slug.encode()).hexdigest()


#: Written out, as the indexes on them are: SQLite uses a partial index for no condition with a parameter.
#: By the partial index of what is merged. Asked with every list, so it costs no words of the ORM.
_MERGED = (
    "SELECT kind, subject, merged_into FROM claims_card WHERE NOT (claims_card.merged_into = '')"
    f" AND ({' OR '.join(f'{link}_id IS NOT NULL' for link in LINKS)}) ORDER BY kind"
)
_IS_UNSIGNED = RawSQL("(claims_card.approved_by_id IS NULL AND claims_card.signers = '')", [], models.BooleanField())


class CardQuerySet(models.QuerySet["Card"]):
    """Readers' questions about what claims name, and the desk's pages."""

    def current(self) -> CardQuerySet:
        """The newest card of each subject."""
        return self.filter(Q(*((f"{link}__isnull", False) for link in LINKS), _connector=Q.OR))

    def topics(self) -> CardQuerySet:
        """Topics that a current publication names."""
        return self._named("topic").order_by("subject")

    def articles(self) -> CardQuerySet:
        """Articles in which a claim of a current publication appears, the newest first."""
        return self._named("article").order_by(F("published_on").desc(nulls_last=True), "subject")

    def sources(self) -> CardQuerySet:
        """Those that a publication names: whose claim it is, whose review, or who published what carries the claim."""
        its = OuterRef("source")
        claimed, reviewed = Publication.shown.filter(claimant=its), Publication.shown.filter(reviewer=its)
        carried = Publication.shown.filter(articles__card__publisher=OuterRef("subject"))
        reported = Publication.shown.filter(reported=its)
        named = Exists(claimed) | Exists(reviewed) | Exists(carried) | Exists(reported)
        return self.filter(named, kind=CardKind.SOURCE, source__isnull=False).order_by("name", "subject")

    def merged(self) -> dict[str, dict[str, str]]:
        """What stands for what: of each kind, subjects with those that they are merged into, as readers are told."""
        found: dict[str, dict[str, str]] = {}
        with connections[self.db].cursor() as cursor:
            cursor.execute(_MERGED)
            for kind, subject, into in cursor.fetchall():
                found.setdefault(kind, {})[subject] = into
        return {kind: {subject: end_of(pairs, subject) for subject in pairs} for kind, pairs in found.items()}

    def page(self, name: str, language: str) -> Card | None:
        """A page of the desk in a language, else in the language of reviews; None while there is no text of it."""
        preferred = Case(When(subject=f"{name}.{language}", then=Value(0)), default=Value(1))
        subjects = [f"{name}.{language}", f"{name}.{settings.LANGUAGE_CODE}"]
        return self.filter(page__isnull=False, subject__in=subjects).exclude(text="").order_by(preferred).first()

    def of(self, kind: str, *subjects: str) -> CardQuerySet:
        """Every card of some subjects of a kind."""
        return self.filter(kind=kind, subject__in=subjects)

    def unsigned(self) -> CardQuerySet:
        """What was taken over before two people signed every name, the last first."""
        return self.filter(_IS_UNSIGNED).order_by("-sequence")

    def with_wrong_link(self) -> CardQuerySet:
        """Cards that point to a row and are not their subject's newest, or are and point to none or to a wrong one."""
        newer = Card.objects.filter(kind=OuterRef("kind"), subject=OuterRef("subject"), number__gt=OuterRef("number"))
        own = {
            CardKind.SOURCE: F("source__slug"),
            CardKind.TOPIC: F("topic__slug"),
            CardKind.ARTICLE: F("article__slug"),
            CardKind.PAGE: Concat("page__name", Value("."), "page__language"),
        }
        is_right = Q()
        for kind, subject in own.items():
            others = {f"{link}__isnull": True for link in LINKS if link != kind}
            ends = Q(has_newer=True, **{f"{kind}__isnull": True})
            stands = Q(has_newer=False, **{f"{kind}__isnull": False}, subject=subject)
            is_right |= Q(kind=kind, **others) & (ends | stands)
        of_nothing = {f"{link}__isnull": True for link in LINKS}
        is_right |= Q(kind=CardKind.REDACTION, **of_nothing)
        return self.annotate(has_newer=Exists(newer)).exclude(is_right)

    def redactions_at(self, slug: str) -> list[Card]:
        """The redactions of versions that stood at an address, or stand at the one they have since."""
        gone = Publication.objects.redacted().filter(slug=slug) if slug.startswith("redacted-") else []
        subjects = [redaction_of(publication.claim_id, publication.number) for publication in gone]
        found = self.filter(Q(name=address_hash(slug)) | Q(subject__in=subjects), kind=CardKind.REDACTION)
        return list(found.order_by("sequence"))

    def as_of(self, moment: datetime) -> Card:
        """A subject's newest that was signed before a moment, else its first: nothing older is known of it."""
        signed = self.filter(signed_at__lt=moment).order_by("-number").first()
        return signed or self.earliest("number")

    def in_chain_order(self) -> CardQuerySet:
        return self.order_by("sequence")

    def _named(self, link: str) -> CardQuerySet:
        naming = Publication.shown.current().filter(**{f"{link}s": OuterRef(link)})
        return self.filter(Exists(naming), kind=link, **{f"{link}__isnull": False})


class Card(NaturalKeyModel):
    """One signed version of what readers are told of a subject: its record, the record's hash, its place in the chain.

    The columns from `kind` to `published_on` repeat the record (record/cards.py says how); the text of an
    article or page stands beside it, under the hash that the record gives. The newest card of a subject
    points to the working row it speaks for; only the chain's writer sets that, and it can only be ended.
    """

    NATURAL_KEY = ("kind", "subject", "number")

    sequence = models.PositiveBigIntegerField(
        _("place in the chain"), unique=True, editable=False, help_text=_("Place in the chain, from 1.")
    )
    kind = models.CharField(max_length=24, choices=CardKind)
    subject = models.CharField(max_length=120, help_text=_("Slug; of a page its name and language, as in about.en."))
    number = models.PositiveIntegerField(_("version"))
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField()
    name = models.TextField()
    publisher = models.CharField(
        max_length=120, blank=True, help_text=_("Of an article: the slug of who published it.")
    )
    published_on = models.DateField(null=True, help_text=_("Of an article."))
    merged_into = models.SlugField(
        max_length=120, blank=True, default="", db_index=False, help_text=_("Of a source or topic: what stands for it.")
    )
    text = models.TextField(blank=True, help_text=_("Of an article or page, as far as readers may see it."))

    record = models.JSONField()
    record_hash = models.CharField(max_length=64)
    chain_hash = models.CharField(max_length=64)
    source = models.OneToOneField(Source, on_delete=models.PROTECT, null=True)
    topic = models.OneToOneField(Topic, on_delete=models.PROTECT, null=True)
    article = models.OneToOneField(Article, on_delete=models.PROTECT, null=True)
    page = models.OneToOneField(Page, on_delete=models.PROTECT, null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cards_submitted"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="cards_approved"
    )
    submitter_salt = models.CharField(max_length=64, blank=True)
    approver_salt = models.CharField(max_length=64, blank=True)
    opinions_sha256 = models.CharField(max_length=64, blank=True)
    signers = models.CharField(max_length=64, blank=True, help_text=_("What the chain hash says of who signed."))

    objects = NaturalKeyManager.from_queryset(CardQuerySet)()

    class Meta:
        ordering = ("-sequence",)
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["publisher"], name="claims_card_publisher"),
            models.Index(fields=["kind"], name="claims_card_merged", condition=~Q(merged_into="")),
            models.Index(
                fields=["approved_by", "-sequence"],
                name="claims_card_unsigned",
                condition=Q(approved_by=None, signers=""),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject", "number"], name="claims_card_number"),
            models.CheckConstraint(
                name="claims_card_two_people",
                condition=~Q(approved_by=F("submitted_by")),
                violation_error_message=_("Nobody approves what they submitted."),
            ),
            one_of("kind", CardKind, "card"),
        ]

    def __str__(self) -> str:
        values = {"name": self.name, "kind": self.get_kind_display().lower(), "number": self.number}
        return gettext("%(name)s (%(kind)s, card %(number)s)") % values

    @property
    def is_text_shown(self) -> bool:
        """Whether readers may see texts of this subject: as the newest card says, for earlier ones, too."""
        newest = Card.objects.of(self.kind, self.subject).order_by("-number").values_list("record", flat=True)
        return bool(newest[0].get("text_sha256"))

    @property
    def published_on_precision(self) -> str | None:
        """How exact an article's date is; None where it is a plain day."""
        precision: str | None = self.record.get("published_on_precision")
        return precision

    @property
    def published_until(self) -> date | None:
        """The last day of the span in which an article was published."""
        until = self.record.get("published_until")
        return date.fromisoformat(until) if until else None

    @property
    def row_id(self) -> int:
        """The key of the working row that a current card speaks for."""
        return int(getattr(self, f"{self.kind}_id"))

    def get_absolute_url(self) -> str:
        if self.kind == CardKind.PAGE:
            return address_of(self.subject.partition(".")[0])
        return reverse(f"public:{self.kind}", args=[self.subject])
