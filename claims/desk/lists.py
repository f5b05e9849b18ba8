"""Lists of the desk that cost the same at any size: counts, facets, other orders and pages are of the newest rows."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from claims.models import Claim, Source
from claims.search import bounded_count, claims_with, corrected

ROWS = 2_000  # of one list
COLUMNS = "columns"  # the parameter that names the columns to show
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_popup:
            self.title = capfirst(str(self.opts.verbose_name_plural))

        self.list_editable = [name for name in self.list_editable if name in self.list_display]

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(COLUMNS, None)  # what is shown, not what is listed
        return found

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
    change_list_template = "admin/claims/change_list.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return BoundedChangeList

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if row := context.get("original"):
            context |= {"title": f"{capfirst(str(self.opts.verbose_name))}: {row}", "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)


class WordsSearchAdmin(BoundedAdmin):
    """An admin that searches through indexes of words instead of every row."""

    search_fields = ("pk",)  # there is a search box; what is looked for, with_words says

    def with_words(self, term: str) -> Q:
        """Return the condition for rows with these words."""
        raise NotImplementedError

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find the words as typed; where nothing has them, what readers' search takes them for, and say so."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = queryset.filter(self.with_words(term))
        if request.path.endswith("/autocomplete/") or found.exists() or (better := corrected(term)) == term:
            return found, False
        mended = queryset.filter(self.with_words(better))
        if not mended.exists():
            return found, False
        vars(request)["corrected_query"] = better  # the list says so
        return mended, False


class IndexedSearchAdmin(WordsSearchAdmin):
    """An admin of what belongs to claims, and is found by their words."""

    #: The lookup from a row to its claim, "" for claims themselves.
    its_claim_is = "claim"

    def with_words(self, term: str) -> Q:
        """Return the condition for rows of claims with these words, this slug, or of a claimant of this name."""
        prefix = f"{self.its_claim_is}__" if self.its_claim_is else ""
        sources = sources_named(term)
        claims = list(Claim.objects.filter(claims_with(term)).order_by().values_list("pk", flat=True))
        found = Q(**{f"{prefix}pk__in": claims}) | Q(**{f"{prefix}slug": term})
        return found | Q(**{f"{prefix}claimant__in": sources}) if sources else found


def sources_named(term: str) -> list[int]:
    """Return the primary keys of sources with this in their name."""
    return list(Source.objects.filter(name__icontains=term).values_list("pk", flat=True)[:_SOURCES])
