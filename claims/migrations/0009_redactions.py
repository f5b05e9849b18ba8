"""A version can be redacted: its content goes, its place, dates and hashes stay."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="card",
            name="claims_card_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="proposal",
            name="claims_proposal_card_kind_known",
        ),
        migrations.AlterField(
            model_name="card",
            name="kind",
            field=models.CharField(
                choices=[
                    ("source", "Source"),
                    ("topic", "Topic"),
                    ("article", "Article"),
                    ("page", "Page"),
                    ("redaction", "Redaction"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="card_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("source", "Source"),
                    ("topic", "Topic"),
                    ("article", "Article"),
                    ("page", "Page"),
                    ("redaction", "Redaction"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=models.Index(
                condition=models.Q(("statement", "")), fields=["sequence"], name="claims_publication_redacted"
            ),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["source", "topic", "article", "page", "redaction"])),
                name="claims_card_kind_known",
                violation_error_message="kind: unknown value; use one of source, topic, article, page, redaction.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(("card_kind__in", ["source", "topic", "article", "page", "redaction", ""])),
                name="claims_proposal_card_kind_known",
                violation_error_message="card_kind: unknown value; use one of source, topic, article, page, redaction.",
            ),
        ),
    ]
