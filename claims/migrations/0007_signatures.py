"""Who signed stands in the chain, under salts."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0006_batches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="card",
            name="approver_salt",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="card",
            name="opinions_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="card",
            name="signers",
            field=models.CharField(blank=True, help_text="What the chain hash says of who signed.", max_length=64),
        ),
        migrations.AddField(
            model_name="card",
            name="submitter_salt",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="publication",
            name="approver_salt",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="publication",
            name="opinions_sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="publication",
            name="signers",
            field=models.CharField(blank=True, help_text="What the chain hash says of who signed.", max_length=64),
        ),
        migrations.AddField(
            model_name="publication",
            name="submitter_salt",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="person", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "people",
                "ordering": ("uid",),
                "default_permissions": (),
            },
        ),
    ]
