"""Each import leaves a row: who, when, which file."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0005_withholdings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("file", models.CharField(help_text="Its name.", max_length=240)),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("is_into_empty", models.BooleanField(help_text="Whether nothing was published here when it began.")),
                ("counts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "batches",
                "ordering": ("-id",),
                "default_permissions": ("view",),
            },
        ),
    ]
