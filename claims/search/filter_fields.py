"""The kinds of values that filters take: some short values, and a day that has ended."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

MAX_VALUES = 40  # of one parameter


class ValuesField(forms.Field):
    """Any short values, such as slugs; whether they exist is for the database to say."""

    widget = forms.SelectMultiple

    def clean(self, value: Any) -> list[str]:
        values = [item for item in value or [] if item]
        if len(values) > MAX_VALUES:
            raise forms.ValidationError(_("Choose at most %(count)d values.") % {"count": MAX_VALUES})
        if any(len(item) > 120 or "\0" in item for item in values):
            raise forms.ValidationError(_("This value is not one of the choices."))
        return values


class ValuesFilter(django_filters.Filter):
    """Rows whose column has one of the values."""

    field_class = ValuesField

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class WordsField(django_filters.fields.MultipleChoiceField):
    def clean(self, value: Any) -> Any:
        return super().clean([item for item in value or [] if item])


class WordsFilter(django_filters.MultipleChoiceFilter):
    """Rows whose column has one of some words; an empty one asks nothing."""

    field_class = WordsField


DAY = "%Y-%m-%d"


class DayFilter(django_filters.DateFilter):
    """A day as YYYY-MM-DD, in every language the same."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, input_formats=[DAY], **kwargs)


class AsOfField(forms.Field):
    """A day; its value is the moment at which it ends in the site's time zone."""

    def clean(self, value: Any) -> datetime | None:
        return end_of_day(value) if value else None


class AsOfFilter(django_filters.Filter):
    """Chooses which versions a list is made of."""

    field_class = AsOfField


def end_of_day(text: str) -> datetime:
    """Return when a day (YYYY-MM-DD, in the site's time zone) ends; raises ValidationError.

    A day that has not come yet is refused: nobody knows what we will have said.
    """
    try:
        day = datetime.strptime(text, DAY).date()  # noqa: DTZ007 — a day has no time zone
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except (ValueError, OverflowError) as error:
        raise forms.ValidationError(_("Enter the date as year-month-day, for example 2025-01-30.")) from error
    if day > timezone.localdate():
        raise forms.ValidationError(_("That day is in the future. Leave it empty to see the current version."))
    return end
