"""The public record made of a review by another organisation. Pure.

Its words are kept as they are; what we make of them (a verdict, dates) stands beside them.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

import langcodes
from babel import Locale
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims.interchange.formats.external_review import ExternalReview
from claims.interchange.imports import ratings
from claims.interchange.imports.dates import DateError
from claims.interchange.imports.dates import read_with_precision as read_date
from claims.record import AppearanceRecord, ArticleRef, ImportedReview, Record, SourceRef, TopicRef
from claims.scales import ConfidenceScale
from claims.text import cleaning
from claims.text.addresses import former_slug_of_name, same_address, slug_of_name
from claims.vocabulary import DatePrecision, PublicationKind, SourceKind

MAX_TEXT = 20_000  # characters of one field
MAX_URL = 2000
SEEN = 200_000  # reviews of a file among which twins are looked for
MAX_TAG = 35  # characters of a language tag
NOTHING = {"n/a", "#n/a", "na", "n.a.", "nan", "null", "none", "nil", "-", "–", "—", "?", "[]", "{}", "unknown"}
SLUG_WORDS = 70  # characters of an address that come from the claim's words


class UnusableError(ValueError):
    """A review that cannot become a record, with the reason."""


@dataclass
class Reading:
    """How reviews are read: the desk's own rating words, how numbers in dates go, what to say of warnings."""

    moment: datetime
    own_ratings: Mapping[str, str] = field(default_factory=dict)
    is_day_first: bool | None = None
    default_language: str = "en"
    default_reviewer: str = ""
    on_warning: Callable[[str, str], None] = lambda reason, value: None
    claimant_kind: SourceKind = SourceKind.ORGANISATION
    _is_default_told: bool = False
    _seen: dict[UUID, UUID] = field(default_factory=dict)

    def record_of(self, review: ExternalReview) -> Record:
        """Return the first version of a record; raises UnusableError. Doubts are told, never settled by guessing."""
        claim, title = plain(review.claim), name(review.title)
        url = self._url(review.url, _("the address of the review is no web address; it is left empty"))
        statement = claim or title
        for doubt in review.doubts:
            self.on_warning(doubt, claim[:100])
        if not statement:
            raise UnusableError(_("it has neither a claim nor a title"))
        if not claim:
            self.on_warning(_("no claim is given; the review's title stands in its place"), title)
        site = (urlsplit(url).hostname or "").removeprefix("www.")
        reviewer = name(review.reviewer) or self.default_reviewer or site
        if not reviewer:
            raise UnusableError(_("it says neither who reviewed it nor where: say who did"))
        rating = plain(review.rating)
        verdict = ratings.verdict_of(rating, self.own_ratings)
        if verdict is None and rating:
            self.on_warning(_("this rating is not on our scale; it is kept without a verdict"), rating)
        elif verdict is None:
            self.on_warning(_("it has no rating in words, so no verdict"), plain(review.rating_value))
        claimant = self._claimant(review)
        uid = identity(url or reviewer, claimant, statement)
        if len(self._seen) >= SEEN:
            self._seen.clear()
        twin = self._seen.setdefault(identity(reviewer, claimant, statement), uid)
        if twin != uid:
            self.on_warning(_("this reviewer has the same claim in this file under another address; both come in"), url)
        website = _website(review.reviewer_url) or (site and f"https://{site}/")
        claimed_on, precision = self._date(review.claimed_on, _("when it was claimed"))
        return Record(
            uid=uid,
            slug=slug_of(statement, uid),
            number=1,
            kind=PublicationKind.ORIGINAL,
            note="",
            published_at=self.moment,
            reviewer=_source(reviewer, website, SourceKind.ORGANISATION),
            statement=statement,
            claimant=claimant,
            made_on=claimed_on,
            made_on_precision=precision,
            language=self._language(review.language),
            topics=tuple(_topic(said) for said in dict.fromkeys(name(topic)[:120] for topic in review.topics) if said),
            verdict=verdict,
            confidence=None,
            confidence_scale=ConfidenceScale.NONE_LOW_MED_HIGH,
            summary=name(review.summary),
            rationale="",
            evidence=(),
            appearances=tuple(
                self._appearance(place, statement) for place in dict.fromkeys(review.appearances) if place.strip()
            ),
            relations=(),
            imported=ImportedReview(
                url=url,
                title=title,
                rating=rating,
                rating_value=plain(review.rating_value),
                rating_best=plain(review.rating_best) or None,
                rating_worst=plain(review.rating_worst) or None,
                published_on=self._whole_day(review.reviewed_on, _("when it was reviewed")),
            ),
        )  # fmt: skip

    def _claimant(self, review: ExternalReview) -> SourceRef | None:
        said = name(review.claimant)
        kind = SourceKind.PERSON if review.is_claimant_person else self.claimant_kind
        return _source(said, review.claimant_url, kind) if said else None

    def _date(self, text: str, what: str) -> tuple[date | None, DatePrecision]:
        try:
            day, precision = read_date(name(text), is_day_first=self.is_day_first)
        except DateError as error:
            words = _("%(what)s cannot be read: %(error)s; it is left empty")
            self.on_warning(words % {"what": what, "error": error}, text[:100])
            return None, DatePrecision.DAY
        if day and day > timezone.localdate(self.moment):
            self.on_warning(_("%(what)s lies in the future; it is left empty") % {"what": what}, text[:100])
            return None, DatePrecision.DAY
        return day, precision

    def _whole_day(self, text: str, what: str) -> date | None:
        day, precision = self._date(text, what)
        if day and precision != DatePrecision.DAY:
            self.on_warning(_("%(what)s names no day; it is left empty") % {"what": what}, text[:100])
            return None
        return day

    def _language(self, text: str) -> str:
        tag = name(text).replace("_", "-")
        if named := _languages_by_name().get(tag.casefold()):
            return named
        if tag and len(tag) <= MAX_TAG and langcodes.tag_is_valid(tag):
            return langcodes.standardize_tag(tag)
        if tag:
            self.on_warning(_("this is no language tag; the default is taken"), tag[:100])
        elif not self._is_default_told:
            self._is_default_told = True
            self.on_warning(_("no language is given, here or further on: the default is taken"), self.default_language)
        return self.default_language

    def _url(self, text: str, warning: str) -> str:
        url = _web_address(text)
        if text.strip() and not url:
            self.on_warning(warning, cleaning.clean(text.strip())[:100])
        return url

    def _appearance(self, place: str, statement: str) -> AppearanceRecord:
        place = cleaning.clean(place)
        url = self._url(place, _("the place where it appeared is no web address; it is left empty"))
        host = urlsplit(url).hostname if url else ""
        slug = f"{slugify(host or 'place')[:100]}-{uuid5(NAMESPACE_URL, url or place).hex[:10]}"
        article = ArticleRef(
            slug=slug, title=url or plain(place)[:300], authors="", publisher=None, url=url, archived_url="",
            published_on=None, accessed_on=None, language=self.default_language,
        )  # fmt: skip
        return AppearanceRecord(
            article=article, exact=statement, prefix="", suffix="", start=None, end=None, paragraph=None,
            attribution="", stance="asserts",
        )  # fmt: skip


def identity(place: str, claimant: SourceRef | None, statement: str) -> UUID:
    """Return the number of a review: by its address (or its reviewer), who is said to have claimed it, and the words.

    An address is the same with another scheme, "www.", final slash, fragment or tracking parameters; words are the
    same in other case, quotation marks or final stop. One address may review several claims.
    """
    key = former_slug_of_name(claimant.name, "source") if claimant else ""
    return uuid5(NAMESPACE_URL, f"{same_address(place)} {key} {same_words(statement)}")


def slug_of(statement: str, uid: UUID) -> str:
    """Return the address of a claim that comes in by a file."""
    return f"{slugify(statement)[:SLUG_WORDS].strip('-') or 'claim'}-{uid.hex[:10]}"


def former_identity(document: Record) -> UUID:
    """Return the number that imports gave the same review until 2026-11-25."""
    assert document.imported
    return uuid5(NAMESPACE_URL, f"{document.imported.url or document.reviewer.name} {document.statement.casefold()}")


def same_words(statement: str) -> str:
    return re.sub(r"^\W+|\W+$", "", " ".join(unicodedata.normalize("NFKC", statement).casefold().split()))


@cache
def _languages_by_name() -> dict[str, str]:
    """Return the code of each language by its English name (CLDR)."""
    return {name.casefold(): code for code, name in Locale("en").languages.items() if len(code) <= 3}


def plain(text: str) -> str:
    """Return text without markup, entities and doubled blanks; raises UnusableError if it is too long."""
    if len(text) > MAX_TEXT:
        words = _("a field has %(count)s characters; the limit is %(limit)s")
        raise UnusableError(words % {"count": f"{len(text):,}", "limit": f"{MAX_TEXT:,}"})
    return cleaning.in_one_line(cleaning.without_markup(text))


def name(text: str) -> str:
    """Return the plain text of a cell that names something; "" for what says that it names nothing."""
    said = plain(text)
    return "" if said.casefold() in NOTHING else said


def _web_address(text: str) -> str:
    """Return an address of the web, "" for what is none."""
    url = cleaning.clean(html.unescape(text.strip()))
    try:
        is_web = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if is_web and len(url) <= MAX_URL and not re.search(r"[\s\x00-\x1f]", url) else ""


def _website(url: str) -> str:
    """Return an address that is a whole site's, "" for that of a page there, or what is none."""
    address = _web_address(url)
    return address if len(urlsplit(address).path) <= 1 else ""


def _source(name: str, url: str, kind: SourceKind) -> SourceRef:
    return SourceRef(slug=slug_of_name(name, "source"), name=name[:200], kind=kind, url=_web_address(url))


def _topic(name: str) -> TopicRef:
    return TopicRef(slug=slug_of_name(name, "topic"), name=name)
