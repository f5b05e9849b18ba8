"""What readers are told of sources, topics, articles and pages is signed, too: cards in the chain."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0003_proposals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Card",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "sequence",
                    models.PositiveBigIntegerField(
                        editable=False, help_text="Place in the chain, from 1.", unique=True
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("source", "Source"), ("topic", "Topic"), ("article", "Article"), ("page", "Page")],
                        max_length=24,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        help_text="Slug; of a page its name and language, as in about.en.", max_length=120
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("note", models.TextField(blank=True)),
                ("signed_at", models.DateTimeField()),
                ("name", models.TextField()),
                (
                    "publisher",
                    models.CharField(
                        blank=True, help_text="Of an article: the slug of who published it.", max_length=120
                    ),
                ),
                ("published_on", models.DateField(help_text="Of an article.", null=True)),
                (
                    "text",
                    models.TextField(blank=True, help_text="Of an article or page, as far as readers may see it."),
                ),
                ("record", models.JSONField()),
                ("record_hash", models.CharField(max_length=64)),
                ("chain_hash", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("-sequence",),
                "default_permissions": ("view",),
            },
        ),
        migrations.AlterModelOptions(
            name="proposal",
            options={"default_permissions": ("add", "view"), "ordering": ("-id",)},
        ),
        migrations.AddField(
            model_name="proposal",
            name="card_kind",
            field=models.CharField(
                blank=True,
                choices=[("source", "Source"), ("topic", "Topic"), ("article", "Article"), ("page", "Page")],
                max_length=24,
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="claims.proposal",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="subject",
            field=models.CharField(blank=True, help_text="Of a card; a claim has none.", max_length=120),
        ),
        migrations.AddField(
            model_name="proposal",
            name="text",
            field=models.TextField(blank=True, help_text="Of an article or page, as readers would see it."),
        ),
        migrations.AlterField(
            model_name="historicalpage",
            name="text",
            field=models.TextField(help_text="Markdown. Readers see it once it is proposed and approved."),
        ),
        migrations.AlterField(
            model_name="page",
            name="text",
            field=models.TextField(help_text="Markdown. Readers see it once it is proposed and approved."),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposals",
                to="claims.claim",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("claim", None), ("part_of", None), ("state", "waiting")),
                fields=("card_kind", "subject"),
                name="claims_proposal_one_card_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("card_kind", ""), ("claim__isnull", False), ("part_of", None), ("subject", "")),
                    models.Q(
                        ("claim", None),
                        models.Q(("card_kind", ""), _negated=True),
                        models.Q(("subject", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claims_proposal_subject",
                violation_error_message="A proposal is of a claim, or of a card with its subject.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("card_kind__in", ["source", "topic", "article", "page", ""])),
                name="claims_proposal_card_kind_known",
                violation_error_message="card_kind: unknown value; use one of source, topic, article, page.",
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards_approved",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="article",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="claims.article"),
        ),
        migrations.AddField(
            model_name="card",
            name="page",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="claims.page"),
        ),
        migrations.AddField(
            model_name="card",
            name="source",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="claims.source"),
        ),
        migrations.AddField(
            model_name="card",
            name="submitted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cards_submitted",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="topic",
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to="claims.topic"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(fields=["publisher"], name="claims_card_publisher"),
        ),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(
                condition=models.Q(("approved_by", None)), fields=["-sequence"], name="claims_card_unsigned"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.UniqueConstraint(fields=("kind", "subject", "number"), name="claims_card_number"),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                name="claims_card_two_people",
                violation_error_message="Nobody approves what they submitted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["source", "topic", "article", "page"])),
                name="claims_card_kind_known",
                violation_error_message="kind: unknown value; use one of source, topic, article, page.",
            ),
        ),
    ]
