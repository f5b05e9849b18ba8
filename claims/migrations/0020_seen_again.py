"""Versions, and proposals of them, that only say where a published claim was seen again."""

from django.db import migrations, models

PUBLISHED = {
    "original": "Original",
    "update": "Update",
    "correction": "Correction",
    "addition": "Seen again",
    "retraction": "Retraction",
}
KINDS = {
    "publication": PUBLISHED,
    "proposal": {**PUBLISHED, "lift": "End of a withholding", "batch": "Batch of reviews by others"},
}


def known(model):
    words = list(KINDS[model])
    return models.CheckConstraint(
        condition=models.Q(kind__in=words),
        name=f"claims_{model}_kind_known",
        violation_error_message=f"kind: unknown value; use one of {', '.join(words)}.",
    )


def only_one(name, condition):
    constraint = models.UniqueConstraint(fields=["claim"], condition=condition, name=name)
    return migrations.AddConstraint("proposal", constraint)


class Migration(migrations.Migration):
    dependencies = [("claims", "0019_merged")]

    operations = [
        migrations.RemoveConstraint("proposal", "claims_proposal_one_waiting"),
        *(migrations.RemoveConstraint(model, f"claims_{model}_kind_known") for model in KINDS),
        *(
            migrations.AlterField(model, "kind", models.CharField(choices=list(words.items()), max_length=24))
            for model, words in KINDS.items()
        ),
        *(migrations.AddConstraint(model, known(model)) for model in KINDS),
        only_one("claims_proposal_one_waiting", models.Q(state="waiting") & ~models.Q(kind__in=["lift", "addition"])),
        only_one("claims_proposal_one_addition", models.Q(state="waiting", kind="addition")),
    ]
