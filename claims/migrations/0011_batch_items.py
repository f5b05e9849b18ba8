"""Reviews by others wait in batches; a batch is one proposal."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults

IMPORTS = {
    "drafts": "Our own work: rows become drafts",
    "reviews": "Reviews by others: a batch that a second person approves",
    "ours": "An export of this product",
}
STATES = {"waiting": "Waiting", "published": "Published", "drafted": "Draft", "not_taken": "Not taken"}
PROPOSALS = {
    "original": "Original",
    "update": "Update",
    "correction": "Correction",
    "retraction": "Retraction",
    "lift": "End of a withholding",
    "batch": "Batch of reviews by others",
}


def one_of(field, values, model, *, empty=False):
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [*values, ""] if empty else list(values)}),
        name=f"claims_{model}_{field}_known",
        violation_error_message=f"{field}: unknown value; use one of {', '.join(values)}.",
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0010_second_factor")]

    operations = [
        migrations.AddField(
            "batch",
            "kind",
            models.CharField(
                blank=True,
                choices=list(IMPORTS.items()),
                default="",
                help_text="Empty where nobody asked yet.",
                max_length=24,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "batch",
            "takes_back",
            models.ForeignKey(
                blank=True,
                help_text="The batch it retracts.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawals",
                to="claims.batch",
            ),
        ),
        migrations.AlterField("batch", "counts", models.JSONField(blank=True, default=dict)),
        migrations.AlterField(
            "batch",
            "by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "batch",
            "columns",
            models.JSONField(
                blank=True, default=dict, help_text="Of a table: its columns, and what they are taken as."
            ),
        ),
        migrations.AddConstraint("batch", one_of("kind", IMPORTS, "batch", empty=True)),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("place", models.CharField(help_text="Where it stands in the file.", max_length=120)),
                ("record", models.JSONField(blank=True, default=dict)),
                ("sha256", models.CharField(blank=True, help_text="Of the record’s canonical JSON.", max_length=64)),
                ("claim_uid", models.UUIDField(blank=True, db_index=True, help_text="The claim it is of.", null=True)),
                ("state", models.CharField(choices=list(STATES.items()), default="waiting", max_length=24)),
                (
                    "version",
                    models.PositiveIntegerField(
                        blank=True, help_text="The version that it was published as.", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="Why it was not taken.", max_length=240)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="claims.batch"
                    ),
                ),
            ],
            options={
                "ordering": ("batch", "number"),
                "default_permissions": ("view",),
                "indexes": [
                    models.Index(
                        condition=models.Q(state="waiting"), fields=["batch", "number"], name="claims_item_waiting"
                    )
                ],
                "constraints": [
                    one_of("state", STATES, "batchitem"),
                    models.UniqueConstraint(fields=("batch", "number"), name="claims_batchitem_number"),
                ],
            },
        ),
        migrations.RemoveConstraint("proposal", "claims_proposal_subject"),
        migrations.RemoveConstraint("proposal", "claims_proposal_kind_known"),
        migrations.AlterField("proposal", "kind", models.CharField(choices=list(PROPOSALS.items()), max_length=24)),
        migrations.AddConstraint("proposal", one_of("kind", PROPOSALS, "proposal")),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                condition=models.Q(claim__isnull=False, card_kind="", subject="", part_of=None)
                | (models.Q(claim=None) & ~models.Q(card_kind="") & ~models.Q(subject=""))
                | (models.Q(kind="batch", claim=None, card_kind="", part_of=None) & ~models.Q(subject="")),
                name="claims_proposal_subject",
                violation_error_message="A proposal is of a claim, of a card with its subject, or of a batch.",
            ),
        ),
    ]
