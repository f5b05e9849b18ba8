"""The filters of a list of claims: what each parameter means, the same for pages, API, feeds, exports and commands.

The URL carries the whole state: every parameter may stand several times; values of one
parameter widen, different parameters narrow. Values that cannot be understood are errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
import numpy as np
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from claims.models import Appearance, Article, Card, Claim, Publication, Source, Topic
from claims.models.translations import name_of
from claims.scales import CONFIDENCE_BANDS, ConfidenceScale
from claims.search import index, query
from claims.search.filter_fields import AsOfFilter, DayFilter, ValuesFilter, WordsFilter
from claims.search.index import SearchResult
from claims.search.selection import FACET_CHOICES, Choice, Selection
from claims.search.similar_drafts import claims_with
from claims.vocabulary import CardKind, Status, Verdict

FIRST_CHOICES = 8  # of a facet, shown without asking for more
CHOICE_ROWS = 2_000  # working claims, the newest, whose values are offered as choices
BANDS = {band.word: band for band in CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]}
_BANDS_IN_WORDS = [
    (word, format_lazy("{} ({}–{})", gettext_lazy(word), band.low, band.high)) for word, band in BANDS.items()
]
SORTS = [
    ("newest", _("Newest verdict first")),
    ("made", _("Latest claim first")),
    ("confidence", _("Highest confidence first")),
]
_ORDERS = {"newest": "sequence", "made": "made_on", "confidence": "confidence"}
NOBODY = "nobody"  # the assignee of unassigned claims


@dataclass(frozen=True)
class Facet:
    """A filter's choices; on the readers' list with the number of rows each would leave, given the other filters."""

    name: str
    label: str
    choices: list[Choice]
    chosen: list[str]

    @property
    def first(self) -> list[Choice]:
        """The first choices, and those that are chosen."""
        return [c for place, c in enumerate(self.choices) if place < FIRST_CHOICES or c.value in self.chosen]

    @property
    def further(self) -> list[Choice]:
        return [c for c in self.choices[FIRST_CHOICES:] if c.value not in self.chosen]


@dataclass(frozen=True)
class LinkFacet:
    """How a facet of what publications name is counted: its column, and what the keys in it are keys of."""

    column: str
    model: Any
    kind: CardKind


class ClaimFilters(django_filters.FilterSet):
    """What the lists of published and of working claims have in common."""

    q = django_filters.CharFilter(label=_("Text"), max_length=400)
    verdict = WordsFilter(choices=Verdict.choices, label=_("Verdict"))
    confidence = WordsFilter(choices=_BANDS_IN_WORDS, label=_("Confidence"))
    claimant = ValuesFilter(field_name="claimant__slug", label=_("Claimant"))
    language = ValuesFilter(field_name="language", label=_("Language"))
    made_from = DayFilter(field_name="made_on", lookup_expr="gte", label=_("Claim made from"))
    made_to = DayFilter(field_name="made_on", lookup_expr="lte", label=_("Claim made until"))

    def facets(self) -> list[Facet]:
        """Return each facet."""
        raise NotImplementedError

    def chips(self) -> list[tuple[str, str, str]]:
        """Return (label, value, query without it) for each filter in force; none where they are not valid."""
        return self._chips if self.is_valid() else []

    @cached_property
    def _chips(self) -> list[tuple[str, str, str]]:
        return list(self._each_chip())

    def _each_chip(self) -> Iterator[tuple[str, str, str]]:
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
            return name_of(str(value))
        return str(dict(self.base_filters[name].extra.get("choices", ())).get(value, label))

    def _query(self) -> QueryDict:
        given = QueryDict(mutable=True)
        for name in self.base_filters:
            if chosen := self._chosen(name):
                given.setlist(name, chosen)
        return given

    def _chosen(self, name: str) -> list[str]:
        return [value for value in self.data.getlist(name) if value]


class PublicationFilters(ClaimFilters):
    """Readers' filters: on the reviews that stand now, or that stood on the day `as_of`.

    The filters declare and validate; a Selection answers, for pages, API and feeds (`selection`) and
    for exports (`qs`). The two are equal up to the number of matches of a search that pages look at.
    """

    topic = ValuesFilter(label=_("Topic"))
    article = ValuesFilter(label=_("Article"))
    as_of = AsOfFilter(label=_("As it stood on"))
    sort = django_filters.ChoiceFilter(choices=SORTS, label=_("Order"))

    #: The facets in the order shown, but confidence, which is counted by its bands.
    links = {
        "topic": LinkFacet("topics", Topic, CardKind.TOPIC),
        "claimant": LinkFacet("claimant", Source, CardKind.SOURCE),
        "article": LinkFacet("articles", Article, CardKind.ARTICLE),
    }
    facet_names = ("verdict", "confidence", *links, "language")

    class Meta:
        model = Publication
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        """Return all publications that these filters leave, however many: what is exported.

        Beside the reviews stand the retractions and mergers of what the filters ask for, whatever its verdict was:
        who keeps a copy has to learn of them.
        """
        selection = self.selection
        if self.search_result and self.search_result.is_exceeded:
            every = self._base.narrowed(self._base.at(index.every_match(self.search_result)))
            selection = self._narrowed(every, *self._conditions)
        return queryset.at_places([*selection.sequences, *self._ended.sequences])

    @property
    def _ended(self) -> Selection:
        ended = self._base.ended(self._given["as_of"])
        if self.search_result:
            ended = ended.narrowed(ended.at(index.every_match(self.search_result)))
        asked = self._conditions.keys() - {"q", "verdict", "confidence"}
        return ended.narrowed(*(self._conditions[name] for name in asked))

    @cached_property
    def selection(self) -> Selection:
        """What these filters leave, to count and to page through."""
        return self._selected(*self._conditions)

    @cached_property
    def search_result(self) -> SearchResult | None:
        """What the text of the filters found, if there is one."""
        return index.find(self._given["q"], self._base.columns)

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

    def _words(self, name: str, value: Any, label: str) -> str:
        if name in self.links and label == value:
            return self._names.get((self.links[name].kind, str(value)), label)
        return super()._words(name, value, label)

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """What readers are told of what the filters name by slug."""
        named = Card.objects.none()
        for name, link in self.links.items():
            if chosen := self._chosen(name):
                named = named | Card.objects.of(link.kind, *chosen).current()
        return {(kind, subject): words for kind, subject, words in named.values_list("kind", "subject", "name")}

    def _choices(self, name: str) -> list[Choice]:
        selection = self._selected(*(other for other in self._conditions if other != name))
        if name == "confidence":
            return selection.counted_within(name, tuple((word, band.low, band.high) for word, band in BANDS.items()))
        if name in self.links:
            return selection.choices(self.links[name].column, self.links[name].model)
        return selection.choices(name)

    @property
    def _given(self) -> dict[str, Any]:
        if not self.is_valid():
            raise ValueError("what these filters leave is not known: they are not valid")
        given: dict[str, Any] = self.form.cleaned_data
        return given

    @cached_property
    def _base(self) -> Selection:
        return Selection.standing(self._given["as_of"])

    @cached_property
    def _found(self) -> Selection:
        return self._base if self.search_result is None else self._base.found_by(self.search_result)

    def _selected(self, *names: str) -> Selection:
        if names not in self._selections:
            self._selections[names] = self._narrowed(self._found if "q" in names else self._base, *names)
        return self._selections[names]

    def _narrowed(self, selection: Selection, *names: str) -> Selection:
        return selection.narrowed(*(self._conditions[name] for name in names if name != "q"))

    @cached_property
    def _selections(self) -> dict[tuple[str, ...], Selection]:
        return {}

    @cached_property
    def _conditions(self) -> dict[str, Any]:
        """The filters in force, each with its mask; "q", whose matches are not a mask, has none."""
        given, base = self._given, self._base
        found: dict[str, Any] = {"q": None} if self.search_result else {}
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

    q = django_filters.CharFilter(method="filter_text", label=_("Text"), max_length=400)
    confidence = django_filters.MultipleChoiceFilter(
        choices=_BANDS_IN_WORDS, method="filter_confidence", label=_("Confidence")
    )
    topic = ValuesFilter(method="filter_topic", label=_("Topic"))
    article = ValuesFilter(method="filter_article", label=_("Article"))
    status = django_filters.MultipleChoiceFilter(choices=Status.choices, label="Status")
    assignee = ValuesFilter(method="filter_assignee", label="Assigned to")

    #: Where the value of a filter and the words for it stand, of those whose choices depend on the claims.
    values_at = {
        "assignee": ("assigned_to__username", "assigned_to__username"),
        "topic": ("topics__slug", "topics__name"),
        "claimant": ("claimant__slug", "claimant__name"),
        "language": ("language", "language"),
        "article": ("appearances__article__slug", "appearances__article__title"),
    }
    facet_names = ("status", "assignee", "verdict", "confidence", "topic", "claimant", "language", "article")

    class Meta:
        model = Claim
        fields: list[str] = []

    def facets(self) -> list[Facet]:
        """Return the choices of each filter, without counts: those that occur among the newest CHOICE_ROWS claims."""
        return [
            Facet(name, str(self.base_filters[name].label), self._choices(name), self._chosen(name))
            for name in self.facet_names
        ]

    def _choices(self, name: str) -> list[Choice]:
        if name not in self.values_at:
            return [Choice(value, str(label)) for value, label in self.base_filters[name].extra["choices"]]
        value, label = self.values_at[name]
        newest = Claim.objects.filter(pk__in=self.queryset.order_by("-pk").values("pk")[:CHOICE_ROWS])
        occurring = newest.filter(**{f"{value}__isnull": False}).order_by(label).values_list(value, label).distinct()
        return [Choice(found, self._words(name, found, words)) for found, words in occurring[:FACET_CHOICES]]

    def filter_text(self, rows: Any, name: str, text: str) -> Any:
        terms = query.parse(text)
        if wanted := " ".join(term.text for term in terms if not term.is_excluded):
            rows = rows.filter(claims_with(wanted))
        for term in terms:
            if term.is_excluded:
                rows = rows.exclude(claims_with(term.text))
        return rows

    def filter_confidence(self, rows: QuerySet[Any], name: str, words: list[str]) -> QuerySet[Any]:
        condition = Q()
        for word in words:
            condition |= Q(confidence__range=(BANDS[word].low, BANDS[word].high))
        return rows.filter(condition)

    def filter_topic(self, rows: Any, name: str, slugs: list[str]) -> Any:
        links = Claim.topics.through.objects.filter(topic__slug__in=slugs)
        return rows.filter(pk__in=links.values("claim_id"))

    def filter_article(self, rows: Any, name: str, slugs: list[str]) -> Any:
        return rows.filter(pk__in=Appearance.objects.filter(article__slug__in=slugs).values("claim_id"))

    def filter_assignee(self, rows: Any, name: str, usernames: list[str]) -> Any:
        people = get_user_model().objects.filter(username__in=usernames)
        unassigned = Q(assigned_to__isnull=True) if NOBODY in usernames else Q(pk__in=[])
        return rows.filter(Q(assigned_to__in=people) | unassigned)
