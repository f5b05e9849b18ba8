"""A published claim can be withheld from readers."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0004_cards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Withholding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                ("withheld_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-id",),
                "default_permissions": ("view",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="proposal",
            name="claims_proposal_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="proposal",
            name="claims_proposal_one_waiting",
        ),
        migrations.AlterField(
            model_name="proposal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("original", "Original"),
                    ("update", "Update"),
                    ("correction", "Correction"),
                    ("retraction", "Retraction"),
                    ("lift", "End of a withholding"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["original", "update", "correction", "retraction", "lift"])),
                name="claims_proposal_kind_known",
                violation_error_message=(
                    "kind: unknown value; use one of original, update, correction, retraction, lift."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting"), models.Q(("kind", "lift"), _negated=True)),
                fields=("claim",),
                name="claims_proposal_one_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "lift"), ("state", "waiting")),
                fields=("claim",),
                name="claims_proposal_one_lift_waiting",
            ),
        ),
        migrations.AddField(
            model_name="withholding",
            name="claim",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withholdings",
                to="claims.claim",
                to_field="uid",
            ),
        ),
        migrations.AddField(
            model_name="withholding",
            name="withheld_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="withholdings", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="withholding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("claim",), name="claims_withholding_standing"
            ),
        ),
    ]
