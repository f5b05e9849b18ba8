"""The search index over words made ready in Python, and publications as columns for lists and counts."""

from django.db import migrations, models

from claims.search import columns, index


def make_index(apps, schema_editor):
    index.remove(schema_editor.connection)
    index.install(schema_editor.connection)
    for _ in index.rebuild(schema_editor.connection):
        pass
    columns.seal()


def drop_index(apps, schema_editor):
    index.remove(schema_editor.connection)
    index.install(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_rating_words")]
    operations = [
        migrations.CreateModel(
            name="ColumnChunk",
            fields=[
                (
                    "last",
                    models.PositiveBigIntegerField(
                        help_text="The last place in the chain that it holds.", primary_key=True, serialize=False
                    ),
                ),
                ("chain_hash", models.CharField(max_length=64)),
                ("data", models.BinaryField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(make_index, drop_index),
    ]
