"""Which claim has what belonged to one that was dropped."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0018_comments")]

    operations = [
        migrations.AddField(
            model,
            "merged_into",
            models.UUIDField(
                editable=False, help_text="Of a dropped or merged claim: the one that stands for it.", null=True
            ),
        )
        for model in ("claim", "historicalclaim")
    ]
