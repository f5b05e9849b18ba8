"""Whom an article says something of."""

import django.db.models.deletion
from django.db import migrations, models

FIELD = {
    "blank": True,
    "help_text": "Whom the article says it of, where it reports; empty where it says so itself.",
    "null": True,
    "to": "claims.source",
    "verbose_name": "said by",
}


class Migration(migrations.Migration):
    dependencies = [("claims", "0013_rechecked_since")]

    operations = [
        migrations.AddField(
            "appearance",
            "reported",
            models.ForeignKey(**FIELD, on_delete=django.db.models.deletion.PROTECT, related_name="reported_in"),
        ),
        migrations.AddField(
            "historicalappearance",
            "reported",
            models.ForeignKey(
                **FIELD, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", db_constraint=False
            ),
        ),
        migrations.AddField(
            "publication",
            "reported",
            models.ManyToManyField(
                help_text="Who is said to say it.", related_name="publications_reporting", to="claims.source"
            ),
        ),
    ]
