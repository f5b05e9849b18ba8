"""Filters of the list of claims: by the review, as far as the user may see it, and by what is chosen among many."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from claims.models import Claim
from claims.scales import CONFIDENCE_BANDS, ConfidenceScale
from claims.vocabulary import Verdict


class VerdictFilter(admin.SimpleListFilter):
    """Verdicts, of the reviews that the user may see."""

    title = _("verdict")
    parameter_name = "concluded"  # not a field's name: fields of the review are no lookups

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Verdict.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in Verdict.values:
            return queryset
        return queryset.filter(verdict=self.value(), is_hidden=False)

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Count]:
        return _counts(pk_attname, self.request.user, [Q(verdict=value) for value, _ in self.lookup_choices])


class ConfidenceFilter(admin.SimpleListFilter):
    """Confidence by the words of its scale."""

    title = _("confidence")
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        bands = CONFIDENCE_BANDS[ConfidenceScale.NONE_LOW_MED_HIGH]
        return [(f"{band.low}-{band.high}", f"{band.label} ({band.low}–{band.high})") for band in bands]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(_within(str(self.value())), is_hidden=False)

    def get_facet_counts(self, pk_attname: str, filtered_qs: Any) -> dict[str, Count]:
        return _counts(pk_attname, self.request.user, [_within(value) for value, _ in self.lookup_choices])


def _within(band: str) -> Q:
    low, _, high = band.partition("-")
    return Q(confidence__range=(int(low), int(high)))


def _counts(pk_attname: str, user: Any, conditions: list[Q]) -> dict[str, Count]:
    """Return what counts the rows of each condition, but those that are hidden from the user."""
    seen = ~Q(pk__in=Claim.objects.unseen_by(user).order_by().values("pk"))
    return {f"{number}__c": Count(pk_attname, filter=condition & seen) for number, condition in enumerate(conditions)}


class CachedChoicesFilter(admin.RelatedFieldListFilter):
    """A filter by related rows that asks for them once: counting each filter's choices makes all filters anew."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        kept = request.__dict__.setdefault("choices_of_filters", {})
        if field.name not in kept:
            kept[field.name] = super().field_choices(field, request, model_admin)
        return kept[field.name]
