"""Vectors of publications, and the desk's decisions on matches."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from claims.models.roles import granting

ROLES = {
    "contributor": ("view_match",),
    "editor": ("view_match", "add_match"),
    "approver": ("view_match", "add_match"),
    "administrator": ("view_match", "add_match"),
}
widen_roles = granting(ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_bounded_lists"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicationVector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.BigIntegerField(unique=True)),
                ("chain_hash", models.CharField(max_length=64)),
                ("model", models.CharField(max_length=60)),
                ("vector", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_sha256", models.CharField(max_length=64)),
                ("score", models.FloatField(help_text="How likely the matcher took it to be, 0 to 1.")),
                (
                    "overlap",
                    models.FloatField(help_text="Share of the text’s telling words that the claim has, 0 to 1."),
                ),
                (
                    "similarity",
                    models.FloatField(blank=True, help_text="Of meaning, −1 to 1; none without the model.", null=True),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[("suggested", "Suggested"), ("very_likely", "Very likely")], max_length=24
                    ),
                ),
                (
                    "decision",
                    models.CharField(choices=[("confirmed", "Confirmed"), ("rejected", "Rejected")], max_length=24),
                ),
                ("decided_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="matches", to="claims.claim"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "matches",
                "ordering": ("-id",),
                "constraints": [
                    models.UniqueConstraint(fields=("text_sha256", "claim"), name="claims_match_once"),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["suggested", "very_likely"])),
                        name="claims_match_tier_tier_known",
                        violation_error_message="tier: unknown value; use one of suggested, very_likely.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ["confirmed", "rejected"])),
                        name="claims_match_decision_decision_known",
                        violation_error_message="decision: unknown value; use one of confirmed, rejected.",
                    ),
                ],
            },
        ),
        migrations.RunPython(widen_roles, migrations.RunPython.noop),
    ]
