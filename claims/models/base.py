"""Fields and managers that several models share."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.vocabulary import LANGUAGE_TAG

language_tag = RegexValidator(LANGUAGE_TAG, _("Give a BCP 47 language tag, such as en, ko or zh-Hant."))


def one_of(
    field: str, vocabulary: type[models.TextChoices], model: str, *, empty: bool = False
) -> models.CheckConstraint:
    """Return the database constraint that a column holds a word of the vocabulary (or is empty)."""
    values = [*vocabulary.values, ""] if empty else vocabulary.values
    return models.CheckConstraint(
        name=f"claims_{model}_{field}_known",
        condition=models.Q(**{f"{field}__in": values}),
        violation_error_message=format_lazy(
            _("{field}: unknown value; use one of {values}."), field=field, values=", ".join(vocabulary.values)
        ),
    )


def in_order(first: str, last: str, model: str) -> models.CheckConstraint:
    """Return the database constraint that a span has a first day and does not end before it."""
    return models.CheckConstraint(
        name=f"claims_{model}_{last}_in_order",
        condition=models.Q(**{f"{last}__isnull": True})
        | models.Q(**{f"{first}__isnull": False, f"{last}__gte": models.F(first)}),
        violation_error_message=format_lazy(
            _("{last}: a span needs its first day in {first}, and does not end before it."), last=last, first=first
        ),
    )


class NaturalKeyManager(models.Manager[Any]):
    """Finds an object by the natural key that stands for it in fixtures."""

    def get_by_natural_key(self, *key: Any) -> Any:
        lookups = dict(zip(self.model.NATURAL_KEY, key, strict=True))
        return self.get(**lookups)


class NaturalKeyModel(models.Model):
    """A model whose fixture identity is the lookup NATURAL_KEY instead of a database id."""

    NATURAL_KEY: tuple[str, ...] = ("slug",)

    objects: Any = NaturalKeyManager()

    class Meta:
        abstract = True

    def save_by(self, user: Any, reason: str) -> None:
        """Save, with who and why in the edit history."""
        self._history_user, self._change_reason = user, reason
        self.save()

    def natural_key(self) -> tuple[Any, ...]:
        values: list[Any] = []
        for lookup in self.NATURAL_KEY:
            value: Any = self
            for name in lookup.split("__"):
                value = getattr(value, name)
            values.append(str(value) if isinstance(value, uuid.UUID) else value)
        return tuple(values)


def end_of[Key](pairs: dict[Key, Key], key: Key) -> Key:
    """Return where a chain of what is merged into what leads in the end; one that goes in a circle is left in it."""
    seen = {key}
    while (following := pairs.get(key)) and following not in seen:
        seen.add(following)
        key = following
    return key


def literally(column: str, values: Iterable[str]) -> RawSQL:
    """Return "column IN values" with the values, our own, in the SQL: SQLite uses a partial index for no other."""
    listed = ", ".join(f"'{value}'" for value in values)
    return RawSQL(f"{column} IN ({listed})", [], models.BooleanField())  # noqa: S611
