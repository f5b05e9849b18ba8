"""Dates as they are known: a month, a year or a span with its reason; and when what a claim tells of happened."""

from django.db import migrations, models

PRECISIONS = [("day", "Day"), ("month", "Month"), ("year", "Year")]


def day(**how):
    return models.DateField(null=True, **how)


def precision(words, **how):
    return models.CharField(verbose_name=words, max_length=24, choices=PRECISIONS, default="day", **how)


def reason():
    return models.CharField(
        "how the date is known", max_length=300, blank=True, help_text="Why it is a span, or empty. Readers see it."
    )


LAST_DAY = "The last day it can have been, where only a span is known."
CLAIM = {
    "made_until": lambda: day(verbose_name="until", blank=True, help_text=LAST_DAY),
    "made_reason": reason,
    "event_on": lambda: day(
        verbose_name="date of the event",
        blank=True,
        help_text="When what it tells of happened; timelines go by it.",
    ),
    "event_precision": lambda: precision("precision of the event’s date"),
    "event_until": lambda: day(verbose_name="event until", blank=True, help_text="The last day of a span."),
}
ARTICLE = {
    "published_on_precision": lambda: precision("precision"),
    "published_until": lambda: day(blank=True, help_text=LAST_DAY),
    "published_reason": reason,
}
PUBLICATION = {
    "made_until": day,
    "event_on": day,
    "event_until": day,
    "event_precision": lambda: models.CharField(max_length=24, choices=PRECISIONS, blank=True),
}


def known(model, field):
    return migrations.AddConstraint(
        model,
        models.CheckConstraint(
            condition=models.Q(**{f"{field}__in": ["day", "month", "year"]}),
            name=f"claims_{model}_{field}_known",
            violation_error_message=f"{field}: unknown value; use one of day, month, year.",
        ),
    )


def in_order(model, first, last):
    return migrations.AddConstraint(
        model,
        models.CheckConstraint(
            condition=models.Q(**{f"{last}__isnull": True})
            | models.Q(**{f"{first}__isnull": False, f"{last}__gte": models.F(first)}),
            name=f"claims_{model}_{last}_in_order",
            violation_error_message=f"{last}: a span needs its first day in {first}, and does not end before it.",
        ),
    )


def without_columns(apps, schema_editor):
    """Drop the columns kept for lists: they know no dates of events. The next publication or `reindex` makes them."""
    apps.get_model("claims", "ColumnChunk").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_dropped")]

    operations = [
        *(
            migrations.AddField(f"{history}{model}", name, field())
            for model, fields in (("claim", CLAIM), ("article", ARTICLE))
            for history in ("", "historical")
            for name, field in fields.items()
        ),
        *(migrations.AddField("publication", name, field()) for name, field in PUBLICATION.items()),
        known("article", "published_on_precision"),
        in_order("article", "published_on", "published_until"),
        known("claim", "event_precision"),
        in_order("claim", "made_on", "made_until"),
        in_order("claim", "event_on", "event_until"),
        migrations.RunPython(without_columns, migrations.RunPython.noop),
    ]
