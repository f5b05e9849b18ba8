"""What is submitted is kept as it stood; who approves, approves corrections and retractions too."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults


def drop_old_permissions(apps, schema_editor):
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    permissions.filter(content_type__app_label="claims", codename__in=["correct_claim", "retract_claim"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("claims", "0002_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_old_permissions, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="claim",
            options={
                "ordering": ("-id",),
                "permissions": [
                    ("review_claim", "Can review claims"),
                    ("submit_claim", "Can submit claims for approval"),
                    ("approve_claim", "Can approve claims for publication"),
                    ("export_claim", "Can export working data"),
                    ("import_claim", "Can import fixtures"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "Original"),
                            ("update", "Update"),
                            ("correction", "Correction"),
                            ("retraction", "Retraction"),
                        ],
                        max_length=24,
                    ),
                ),
                ("record", models.JSONField()),
                ("sha256", models.CharField(help_text="Of the record’s canonical JSON, as submitted.", max_length=64)),
                (
                    "base",
                    models.CharField(blank=True, help_text="Hash of the record that this one replaces.", max_length=64),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("message", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("approved", "Approved"), ("sent_back", "Sent back")],
                        default="waiting",
                        max_length=24,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="claims.claim"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals_made",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
                "default_permissions": ("view",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["original", "update", "correction", "retraction"])),
                        name="claims_proposal_kind_known",
                        violation_error_message="kind: unknown value; use one of original, "
                        "update, correction, retraction.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "approved", "sent_back"])),
                        name="claims_proposal_state_known",
                        violation_error_message="state: unknown value; use one of waiting, approved, sent_back.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("claim",), name="claims_proposal_one_waiting"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
                            models.Q(
                                models.Q(("state", "waiting"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="claims_proposal_decided",
                        violation_error_message="A decided proposal names who decided on it and when; a waiting one nobody.",  # noqa: E501
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="claims_proposal_two_people",
                        violation_error_message="Nobody approves what they submitted.",
                    ),
                ],
            },
        ),
    ]
