"""Versions, and proposals of them, that say where a published claim was seen again, or what it was merged into."""

from django.db import migrations, models

PUBLISHED = {
    "original": "Original",
    "update": "Update",
    "correction": "Correction",
    "addition": "Seen again",
    "retraction": "Retraction",
    "merger": "Merger",
}
STATUSES = {
    "draft": "Draft",
    "in_review": "In review",
    "awaiting_approval": "Awaiting approval",
    "published": "Published",
    "retracted": "Retracted",
    "merged": "Merged",
    "dropped": "Dropped",
}
KINDS = {
    "publication": PUBLISHED,
    "proposal": {**PUBLISHED, "lift": "End of a withholding", "batch": "Batch of reviews by others"},
}


def known(model, field, words):
    constraint = models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": list(words)}),
        name=f"claims_{model}_{field}_known",
        violation_error_message=f"{field}: unknown value; use one of {', '.join(words)}.",
    )
    return migrations.AddConstraint(model, constraint)


def status(model):
    field = models.CharField(choices=list(STATUSES.items()), default="draft", editable=False, max_length=24)
    return migrations.AlterField(model, "status", field)


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
        *(known(model, "kind", words) for model, words in KINDS.items()),
        migrations.RemoveConstraint("claim", "claims_claim_status_known"),
        *(status(model) for model in ("claim", "historicalclaim")),
        known("claim", "status", STATUSES),
        only_one(
            "claims_proposal_one_waiting",
            models.Q(state="waiting") & ~models.Q(kind__in=["lift", "addition", "merger"]),
        ),
        only_one("claims_proposal_one_addition", models.Q(state="waiting", kind__in=["addition", "merger"])),
    ]
