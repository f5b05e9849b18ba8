"""A claim that is not worth checking is dropped, and can be taken up again."""

from django.db import migrations, models

STATES = {
    "draft": "Draft",
    "in_review": "In review",
    "awaiting_approval": "Awaiting approval",
    "published": "Published",
    "retracted": "Retracted",
    "dropped": "Dropped",
}


class Migration(migrations.Migration):
    dependencies = [("claims", "0015_reply_requests")]

    operations = [
        migrations.RemoveConstraint("claim", "claims_claim_status_known"),
        *(
            migrations.AlterField(
                model,
                "status",
                models.CharField(choices=list(STATES.items()), default="draft", editable=False, max_length=24),
            )
            for model in ("claim", "historicalclaim")
        ),
        migrations.AddConstraint(
            "claim",
            models.CheckConstraint(
                condition=models.Q(status__in=list(STATES)),
                name="claims_claim_status_known",
                violation_error_message=f"status: unknown value; use one of {', '.join(STATES)}.",
            ),
        ),
    ]
