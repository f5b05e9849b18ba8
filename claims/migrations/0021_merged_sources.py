"""What a source or topic is merged into."""

from django.db import migrations, models


def merged_into(words):
    return models.SlugField(max_length=120, blank=True, default="", db_index=False, help_text=words)


WORKING = "The one that stands for this one, too, from now on."


class Migration(migrations.Migration):
    dependencies = [("claims", "0020_seen_again")]

    operations = [
        migrations.AddField("card", "merged_into", merged_into("Of a source or topic: what stands for it.")),
        *(
            migrations.AddField(f"{history}{model}", "merged_into", merged_into(WORKING))
            for model in ("source", "topic")
            for history in ("", "historical")
        ),
        migrations.AddIndex(
            "card", models.Index(fields=["kind"], name="claims_card_merged", condition=~models.Q(merged_into=""))
        ),
    ]
