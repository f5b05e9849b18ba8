"""Lists of the desk that cost the same at any size: counts, facets, other orders and pages are of the newest rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from claims.models import Claim, Source
from claims.search import bounded_count, claims_with

ROWS = 2_000  # of one list
_SOURCES = 50  # by name, in a search


class BoundedPaginator(Paginator):
    """Pages of the first ROWS rows."""

    @cached_property
    def is_exceeded(self) -> bool:
        return self._counted[1]

    @cached_property
    def count(self) -> int:
        return self._counted[0]

    @cached_property
    def _counted(self) -> tuple[int, bool]:
        rows: Any = self.object_list
        return bounded_count(rows, ROWS)


class BoundedChangeList(ChangeList):
    """Puts rows in an order of the user's, and counts facets, among the newest ROWS."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        rows = super().get_queryset(request, exclude_parameters)
        if exclude_parameters is None and ORDER_VAR not in self.params:
            return rows  # in the order of an index
        newest = rows.order_by("-pk").values("pk")[:ROWS]
        chosen = self.apply_select_related(self.root_queryset.filter(pk__in=newest))
        return chosen.order_by(*self.get_ordering(request, chosen))


class OccurringValuesFilter(admin.AllValuesFieldListFilter):
    """A filter by the values that occur among the newest ROWS rows."""

    def __init__(self, field: Any, request: HttpRequest, params: Any, model: Any, *args: Any, **options: Any) -> None:
        super().__init__(field, request, params, model, *args, **options)
        newest = model._default_manager.order_by("-pk").values("pk")[:ROWS]
        self.lookup_choices = self.lookup_choices.filter(pk__in=newest)


class BoundedAdmin(admin.ModelAdmin):
    """An admin whose list is bounded; its facets are counted when asked for."""

    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 200

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return BoundedChangeList


class IndexedSearchAdmin(BoundedAdmin):
    """An admin that searches by the words of claims, through their index, instead of every row."""

    #: The lookup from a row to its claim, "" for claims themselves.
    its_claim_is = "claim"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip()
        return (queryset.filter(self.with_words(term)) if term else queryset), False

    def with_words(self, term: str) -> Q:
        """Return the condition for rows of claims with these words, this slug, or of a claimant of this name."""
        prefix = f"{self.its_claim_is}__" if self.its_claim_is else ""
        sources = list(Source.objects.filter(name__icontains=term).values_list("pk", flat=True)[:_SOURCES])
        claims = list(Claim.objects.filter(claims_with(term)).order_by().values_list("pk", flat=True))
        found = Q(**{f"{prefix}pk__in": claims}) | Q(**{f"{prefix}slug": term})
        return found | Q(**{f"{prefix}claimant__in": sources}) if sources else found
