"""What other organisations' rating words mean on our scale."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from claims.models.roles import granting

ROLES = {
    "contributor": ("view_ratingwords",),
    "editor": ("view_ratingwords", "add_ratingwords", "change_ratingwords"),
    "approver": ("view_ratingwords", "add_ratingwords", "change_ratingwords"),
    "administrator": ("view_ratingwords", "add_ratingwords", "change_ratingwords", "delete_ratingwords"),
}


widen_roles = granting(ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0005_pages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalRatingWords",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        db_index=True, help_text="As printed; case and signs around do not matter.", max_length=200
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true", "True"),
                            ("mostly_true", "Mostly true"),
                            ("mixed", "Mixed"),
                            ("mostly_false", "Mostly false"),
                            ("false", "False"),
                            ("misleading", "Misleading"),
                            ("unproven", "Unproven"),
                            ("outdated", "Outdated"),
                            ("not_checkable", "Not checkable"),
                        ],
                        help_text="Empty: these words stand for nothing on our scale.",
                        max_length=24,
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical rating words",
                "verbose_name_plural": "historical rating words",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RatingWords",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        help_text="As printed; case and signs around do not matter.", max_length=200, unique=True
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("true", "True"),
                            ("mostly_true", "Mostly true"),
                            ("mixed", "Mixed"),
                            ("mostly_false", "Mostly false"),
                            ("false", "False"),
                            ("misleading", "Misleading"),
                            ("unproven", "Unproven"),
                            ("outdated", "Outdated"),
                            ("not_checkable", "Not checkable"),
                        ],
                        help_text="Empty: these words stand for nothing on our scale.",
                        max_length=24,
                    ),
                ),
            ],
            options={
                "verbose_name": "rating words",
                "verbose_name_plural": "rating words",
                "ordering": ("words",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                [
                                    "true",
                                    "mostly_true",
                                    "mixed",
                                    "mostly_false",
                                    "false",
                                    "misleading",
                                    "unproven",
                                    "outdated",
                                    "not_checkable",
                                    "",
                                ],
                            )
                        ),
                        name="claims_ratingwords_verdict_known",
                        violation_error_message="verdict: unknown value; use one of true, mostly_true, mixed, mostly_false, false, misleading, unproven, outdated, not_checkable.",
                    )
                ],
            },
        ),
        migrations.RunPython(widen_roles, migrations.RunPython.noop),
    ]
