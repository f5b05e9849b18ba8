"""What colleagues say to each other about a claim, and what each is told."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import claims.models.defaults

KINDS = [
    ("assigned", "assigned this to you"),
    ("mentioned", "mentioned you"),
    ("replied", "replied to you"),
    ("commented", "commented"),
    ("sent_back", "sent this back to you"),
    ("to_approve", "submitted this for approval"),
    ("approved", "approved this"),
    ("corrected", "approved that this is corrected or retracted"),
    ("suggestion", "wrote to us about this"),
    ("batch", "submitted reviews by others for approval"),
]
KIND_WORDS = [word for word, _ in KINDS]


def key():
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


def to(model, on_delete, related_name="+", **how):
    return models.ForeignKey(
        to=model, on_delete=getattr(django.db.models.deletion, on_delete), related_name=related_name, **how
    )


USER = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    dependencies = [("claims", "0017_dates"), migrations.swappable_dependency(USER)]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                key(),
                ("uid", models.UUIDField(default=claims.models.defaults.uuid7, editable=False, unique=True)),
                (
                    "text",
                    models.TextField(
                        help_text="@name tells a colleague.",
                        validators=[django.core.validators.MaxLengthValidator(5000)],
                    ),
                ),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("by", to(USER, "PROTECT", "comments")),
                ("claim", to("claims.claim", "CASCADE", "comments")),
                ("reply_to", to("claims.comment", "CASCADE", "replies", blank=True, null=True)),
                ("resolved_by", to(USER, "PROTECT", "comments_resolved", blank=True, null=True)),
            ],
            options={
                "ordering": ("id",),
                "default_permissions": ("add", "view"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(resolved_by=None, resolved_at=None)
                        | models.Q(resolved_by__isnull=False, resolved_at__isnull=False),
                        name="claims_comment_resolved",
                        violation_error_message="A resolved comment names who resolved it and when.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                key(),
                ("kind", models.CharField(choices=KINDS, max_length=24)),
                ("created", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                ("by", to(USER, "CASCADE", null=True)),
                ("claim", to("claims.claim", "CASCADE", null=True)),
                ("comment", to("claims.comment", "CASCADE", null=True)),
                ("proposal", to("claims.proposal", "CASCADE", null=True)),
                ("suggestion", to("claims.suggestion", "CASCADE", null=True)),
                ("to", to(USER, "CASCADE", "notices")),
            ],
            options={
                "ordering": ("-id",),
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["to", "-id"], name="claims_notice_of"),
                    models.Index(fields=["to"], name="claims_notice_unread", condition=models.Q(read_at=None)),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(kind__in=KIND_WORDS),
                        name="claims_notice_kind_known",
                        violation_error_message=f"kind: unknown value; use one of {', '.join(KIND_WORDS)}.",
                    )
                ],
            },
        ),
        migrations.AddIndex("claim", models.Index(fields=["-created"], name="claims_claim_created")),
    ]
