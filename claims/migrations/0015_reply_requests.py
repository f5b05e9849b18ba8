"""Right of reply."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0014_reported"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalReplyRequest",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("uid", models.UUIDField(db_index=True, default=claims.models.defaults.uuid7, editable=False)),
                ("asked_on", models.DateField(verbose_name="asked on")),
                (
                    "channel",
                    models.CharField(
                        help_text='"By e-mail", "by telephone". Readers see it.', max_length=100, verbose_name="how"
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(
                        blank=True, help_text="Empty while there is no answer.", null=True, verbose_name="answered on"
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True, help_text="What they say, in their words or ours. Readers see it; empty is silence."
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
                    "asked",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.source",
                        verbose_name="who",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="claims.claim",
                    ),
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
                "verbose_name": "historical request for a reply",
                "verbose_name_plural": "historical right of reply",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="ReplyRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                ("asked_on", models.DateField(verbose_name="asked on")),
                (
                    "channel",
                    models.CharField(
                        help_text='"By e-mail", "by telephone". Readers see it.', max_length=100, verbose_name="how"
                    ),
                ),
                (
                    "answered_on",
                    models.DateField(
                        blank=True, help_text="Empty while there is no answer.", null=True, verbose_name="answered on"
                    ),
                ),
                (
                    "answer",
                    models.TextField(
                        blank=True, help_text="What they say, in their words or ours. Readers see it; empty is silence."
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reply_requests",
                        to="claims.source",
                        verbose_name="who",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reply_requests", to="claims.claim"
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a reply",
                "verbose_name_plural": "right of reply",
                "ordering": ("claim", "asked_on", "uid"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_on__isnull", True), ("answered_on__gte", models.F("asked_on")), _connector="OR"
                        ),
                        name="claims_replyrequest_order",
                        violation_error_message="An answer comes after the question: look at the two dates.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), ("answered_on__isnull", False), _connector="OR"),
                        name="claims_replyrequest_answer",
                        violation_error_message="Say when they answered.",
                    ),
                ],
            },
        ),
    ]
