"""The filters of a list of claims, shared by the pages, the desk's tab and `manage.py export`.

The URL carries the whole state: every parameter may stand several times; values of one
parameter widen, different parameters narrow. Values that cannot be understood are errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import django_filters
import numpy as np
from django import forms
from django.conf.locale import LANG_INFO
from django.contrib.auth import get_user_model
from django.db.models import Case, Q, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from claims import search
from claims.models import Appearance, Article, Claim, Publication, Source, Topic
from claims.search import Choice, Matches, Selection
from claims.vocabulary import CONFIDENCE_BANDS, ConfidenceScale, Status, Verdict

MAX_VALUES = 40  # of one parameter
FIRST_CHOICES = 8  # of a facet, shown without asking for more
FACET_ROWS = 2_000  # working claims, the newest, that facets are counted among
BANDS = {band.word: band for band in CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]}
_BAND_WORD = Case(*(When(confidence__range=(band.low, band.high), then=Value(word)) for word, band in BANDS.items()))
SORTS = [
    ("newest", _("Newest verdict first")),
    ("made", _("Latest claim first")),
    ("confidence", _("Most certain first")),
]
_ORDERS = {"newest": "sequence", "made": "made_on", "confidence": "confidence"}
NOBODY = "nobody"  # the assignee of unassigned claims


class ValuesField(forms.Field):
    """Any short values, such as slugs; whether they exist is for the database to say."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        values = [item for item in value or [] if item]
        if len(values) > MAX_VALUES:
            raise forms.ValidationError(_("Give at most %(count)d values.") % {"count": MAX_VALUES})
        if any(len(item) > 120 or "\0" in item for item in values):
            raise forms.ValidationError(_("This is not a value of ours."))
        return values


class ValuesFilter(django_filters.Filter):
    """Rows whose column has one of the values."""

    field_class = ValuesField

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class LinkedFilter(ValuesFilter):
    """Rows linked to an object with one of the slugs, each row once."""

    def __init__(self, link: type, row: str, slug: str, **options: Any) -> None:
        self.link, self.row, self.slug = link, row, slug
        super().__init__(**options)

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(pk__in=self.link.objects.filter(**{f"{self.slug}__in": value}).values(self.row))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Facet:
    """A filter's choices with the number of rows each would leave, given the other filters."""

    name: str
    label: str
    choices: list[Choice]
    chosen: list[str]

    @property
    def first(self) -> list[Choice]:
        """The most frequent choices, and those that are chosen."""
        return [c for place, c in enumerate(self.choices) if place < FIRST_CHOICES or c.value in self.chosen]

    @property
    def further(self) -> list[Choice]:
        return [c for c in self.choices[FIRST_CHOICES:] if c.value not in self.chosen]


@dataclass(frozen=True)
class LinkFacet:
    """How a facet of what publications name is counted: its column, and what the keys in it are keys of."""

    column: str
    model: Any
    label: str


class AsOfField(forms.Field):
    """A day; its value is the moment at which it ends in the site's time zone."""

    def clean(self, value: Any) -> datetime | None:
        return end_of_day(value) if value else None


class AsOfFilter(django_filters.Filter):
    """Chooses which versions a list is made of: PublicationFilters applies it."""

    field_class = AsOfField

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs


def end_of_day(text: str) -> datetime:
    """Return when a day (YYYY-MM-DD, in the site's time zone) ends; raises ValidationError.

    A day that has not come yet is refused: nobody knows what we will have said.
    """
    try:
        day = date.fromisoformat(text)
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except (ValueError, OverflowError) as error:
        raise forms.ValidationError(_("Give the day as year, month and day, such as 2025-01-30.")) from error
    if day > timezone.localdate():
        raise forms.ValidationError(_("That day has not come yet. Leave it out to see what stands now."))
    return end


class SortFilter(django_filters.ChoiceFilter):
    """Chooses the order of a list: PublicationFilters.order names it."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs


class ClaimFilters(django_filters.FilterSet):
    """What the lists of published and of working claims have in common."""

    q = django_filters.CharFilter(method="filter_text", label=_("Text"), max_length=400)
    verdict = django_filters.MultipleChoiceFilter(choices=Verdict.choices, label=_("Verdict"))
    confidence = django_filters.MultipleChoiceFilter(
        choices=[
            (word, format_lazy("{} ({}–{})", gettext_lazy(word), band.low, band.high)) for word, band in BANDS.items()
        ],
        method="filter_confidence",
        label=_("Confidence"),
    )
    claimant = ValuesFilter(field_name="claimant__slug", label=_("Claimant"))
    language = ValuesFilter(field_name="language", label=_("Language"))
    made_from = django_filters.DateFilter(field_name="made_on", lookup_expr="gte", label=_("Claim made from"))
    made_to = django_filters.DateFilter(field_name="made_on", lookup_expr="lte", label=_("Claim made until"))

    def filter_text(self, rows: Any, name: str, text: str) -> Any:
        raise NotImplementedError

    def filter_confidence(self, rows: QuerySet[Any], name: str, words: list[str]) -> QuerySet[Any]:
        condition = Q()
        for word in words:
            condition |= Q(confidence__range=(BANDS[word].low, BANDS[word].high))
        return rows.filter(condition)

    def facets(self) -> list[Facet]:
        """Return each facet."""
        raise NotImplementedError

    def chips(self) -> Iterator[tuple[str, str, str]]:
        """Yield (label, value, query without it) for each filter in force."""
        for name, filter_ in self.base_filters.items():
            for value in self._chosen(name) if name != "sort" else []:
                remaining = self._query()
                remaining.setlist(name, [other for other in self._chosen(name) if other != value])
                yield str(filter_.label), self._words(name, value, value), remaining.urlencode()

    def query(self) -> str:
        """Return the query string that is this list's whole state, without its place in the list."""
        return self._query().urlencode()

    def _named(self, name: str, choices: list[Choice]) -> list[Choice]:
        named = [Choice(c.value, self._words(name, c.value, c.label), c.count) for c in choices if c.value != ""]
        if name == "confidence":
            named.sort(key=lambda choice: -BANDS[choice.value].low)
        return named

    def _words(self, name: str, value: Any, label: str) -> str:
        """Return what to call a value of a filter."""
        if name == "language":
            return LANG_INFO.get(str(value).partition("-")[0], {}).get("name", str(value))
        return str(dict(self.base_filters[name].extra.get("choices", ())).get(value, label))

    def _query(self) -> QueryDict:
        query = QueryDict(mutable=True)
        for name in self.base_filters:
            if chosen := self._chosen(name):
                query.setlist(name, chosen)
        return query

    def _chosen(self, name: str) -> list[str]:
        return [value for value in self.data.getlist(name) if value]


class PublicationFilters(ClaimFilters):
    """Readers' filters: on the reviews that stand now, or that stood on the day `as_of`."""

    topic = LinkedFilter(Publication.topics.through, "publication_id", "topic__slug", label=_("Topic"))
    article = LinkedFilter(Publication.articles.through, "publication_id", "article__slug", label=_("Article"))
    as_of = AsOfFilter(label=_("As it stood on"))
    sort = SortFilter(choices=SORTS, label=_("Order"))

    #: The facets in the order shown, but confidence, which is counted by its bands.
    links = {
        "topic": LinkFacet("topics", Topic, "name"),
        "claimant": LinkFacet("claimant", Source, "name"),
        "article": LinkFacet("articles", Article, "title"),
    }
    facet_names = ("verdict", "confidence", *links, "language")

    class Meta:
        model = Publication
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """Return all that these filters leave, for who reads it to the end; pages are made from `selection`."""
        moment = self.form.cleaned_data["as_of"]
        standing = queryset.as_of(moment) if moment else queryset.current()
        return super().filter_queryset(standing.reviews())

    def filter_text(self, rows: Any, name: str, text: str) -> Any:
        return search.matching(rows, text)

    @cached_property
    def selection(self) -> Selection:
        """What these filters leave, to count and to page through."""
        return self._selected(*self._conditions)

    @cached_property
    def matches(self) -> Matches | None:
        """What the text of the filters found, if there is one."""
        return search.find(self._given["q"])

    @property
    def sorts(self) -> list[tuple[str, Any]]:
        """The orders to choose from; the first is the one without a choice."""
        return [("", _("Most relevant first")), *SORTS] if self.data.get("q") else [("", SORTS[0][1]), *SORTS[1:]]

    @property
    def order(self) -> str:
        """The order of the rows, as Selection knows it: by relevance where a search is not ordered otherwise."""
        chosen = self._given["sort"]
        if not chosen and self.selection.ranked is not None:
            return "relevance"
        return _ORDERS[chosen or "newest"]

    def facets(self) -> list[Facet]:
        return [
            Facet(name, str(self.base_filters[name].label), self._named(name, self._choices(name)), self._chosen(name))
            for name in self.facet_names
        ]

    def _choices(self, name: str) -> list[Choice]:
        selection = self._selected(*(other for other in self._conditions if other != name))
        if name == "confidence":
            return selection.counted_within(name, tuple((word, band.low, band.high) for word, band in BANDS.items()))
        if name in self.links:
            return selection.choices(self.links[name].column, self.links[name].model, self.links[name].label)
        return selection.choices(name)

    @property
    def _given(self) -> dict[str, Any]:
        if not self.is_valid():
            raise ValueError("what these filters leave is not known: they are not valid")
        return self.form.cleaned_data

    @cached_property
    def _base(self) -> Selection:
        return Selection.standing(self._given["as_of"])

    @cached_property
    def _found(self) -> Selection:
        return self._base if self.matches is None else self._base.matching(self.matches)

    def _selected(self, *names: str) -> Selection:
        if names not in self._selections:
            selection = self._found if "q" in names else self._base
            narrowing = (self._conditions[name] for name in names if name != "q")
            self._selections[names] = selection.narrowed(*narrowing)
        return self._selections[names]

    @cached_property
    def _selections(self) -> dict[tuple[str, ...], Selection]:
        return {}

    @cached_property
    def _conditions(self) -> dict[str, Any]:
        """The filters in force, each with its mask; "q", whose matches are not a mask, has none."""
        given, base = self._given, self._base
        found: dict[str, Any] = {"q": None} if self.matches else {}
        if given["verdict"]:
            found["verdict"] = base.with_verdict(given["verdict"])
        if given["confidence"]:
            bands = [BANDS[word] for word in given["confidence"]]
            found["confidence"] = np.any([base.between("confidence", band.low, band.high) for band in bands], axis=0)
        if given["language"]:
            found["language"] = base.with_language(given["language"])
        if given["made_from"] or given["made_to"]:
            found["made"] = base.made(given["made_from"], given["made_to"])
        for name, link in self.links.items():
            if given[name]:
                keys = link.model.objects.filter(slug__in=given[name]).values_list("pk", flat=True)
                found[name] = base.linked(link.column, list(keys))
        return found


class WorkFilters(ClaimFilters):
    """The desk's filters, on working claims: the same, and status and assignee."""

    topic = LinkedFilter(Claim.topics.through, "claim_id", "topic__slug", label=_("Topic"))
    article = LinkedFilter(Appearance, "claim_id", "article__slug", label=_("Article"))
    status = django_filters.MultipleChoiceFilter(choices=Status.choices, label="Status")
    assignee = ValuesFilter(method="filter_assignee", label="Assigned to")

    #: The facets in the order shown: parameter → the column, expression or relation to group rows by.
    facets_by: dict[str, Any] = {
        "status": "status",
        "assignee": "assigned_to__username",
        "verdict": "verdict",
        "confidence": _BAND_WORD,
        "topic": search.Related("topics", Topic, "name"),
        "claimant": search.Related("claimant", Source, "name"),
        "language": "language",
        "article": search.Related("appearances__article", Article, "title", is_repeated=True),
    }

    class Meta:
        model = Claim
        fields: list[str] = []

    def filter_text(self, rows: Any, name: str, text: str) -> Any:
        terms = search.parse(text)
        if wanted := " ".join(term.text for term in terms if not term.is_excluded):
            rows = rows.filter(search.claims_with(wanted))
        for term in terms:
            if term.is_excluded:
                rows = rows.exclude(search.claims_with(term.text))
        return rows

    def facets(self) -> list[Facet]:
        """Return each facet, counted among the newest FACET_ROWS that the other filters leave."""
        counted = [search.Counted(self._newest_without(name), by) for name, by in self.facets_by.items()]
        return [
            Facet(name, str(self.base_filters[name].label), self._named(name, choices), self._chosen(name))
            for name, choices in zip(self.facets_by, search.count_facets(counted), strict=True)
        ]

    def _newest_without(self, name: str) -> QuerySet[Any]:
        query = self._query()
        query.pop(name, None)
        rows = type(self)(query, queryset=self.queryset).qs
        return Claim.objects.filter(pk__in=rows.order_by("-pk").values("pk")[:FACET_ROWS])

    def filter_assignee(self, rows: Any, name: str, usernames: list[str]) -> Any:
        if not usernames:
            return rows
        people = get_user_model().objects.filter(username__in=usernames)
        unassigned = Q(assigned_to__isnull=True) if NOBODY in usernames else Q(pk__in=[])
        return rows.filter(Q(assigned_to__in=people) | unassigned)
