"""Pages written by the desk; the search index holds every version, so that past days can be searched."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import claims.models.pages
from claims.models.roles import granting
from claims.search import index

ROLES = {
    "contributor": ("view_page",),
    "editor": ("view_page",),
    "approver": ("view_page", "add_page", "change_page"),
    "administrator": ("view_page", "add_page", "change_page", "delete_page"),
}


def reinstall_search(apps, schema_editor):
    index.remove(schema_editor.connection)
    index.install(schema_editor.connection)


widen_roles = granting(ROLES)


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0004_desk_index_roles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalPage",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[("about", "About us"), ("contact", "Contact"), ("corrections", "How we correct")],
                        max_length=24,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default=claims.models.pages.review_language,
                        help_text="As in the page's address: ko, ru; or the language of your reviews.",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$",
                                "Give a BCP 47 language tag, such as en, ko or zh-Hant.",
                            )
                        ],
                    ),
                ),
                ("text", models.TextField(help_text="Markdown. Readers see it as soon as it is saved.")),
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
                "verbose_name": "historical page",
                "verbose_name_plural": "historical pages",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Page",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        choices=[("about", "About us"), ("contact", "Contact"), ("corrections", "How we correct")],
                        max_length=24,
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        default=claims.models.pages.review_language,
                        help_text="As in the page's address: ko, ru; or the language of your reviews.",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$",
                                "Give a BCP 47 language tag, such as en, ko or zh-Hant.",
                            )
                        ],
                    ),
                ),
                ("text", models.TextField(help_text="Markdown. Readers see it as soon as it is saved.")),
            ],
            options={
                "ordering": ("name", "language"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__in", ["about", "contact", "corrections"])),
                        name="claims_page_name_known",
                        violation_error_message="name: unknown value; use one of about, contact, corrections.",
                    ),
                    models.UniqueConstraint(fields=("name", "language"), name="claims_page_name_language"),
                ],
            },
        ),
        migrations.RunPython(reinstall_search, migrations.RunPython.noop),
        migrations.RunPython(widen_roles, migrations.RunPython.noop),
    ]
