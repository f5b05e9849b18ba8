"""Since when what is published is being re-checked; and which cards nobody signed."""

from django.db import migrations, models

SETTLED = ("published", "retracted")


def from_history(apps, schema_editor):
    """Take the moment from the history: the first state after the publication that was not settled."""
    claims, history, publications = (
        apps.get_model("claims", name).objects for name in ("Claim", "HistoricalClaim", "Publication")
    )
    published = publications.filter(claim_id=models.OuterRef("uid"), is_current=True)
    moment = models.Subquery(published.values("published_at")[:1])
    reopened = claims.exclude(status__in=SETTLED).annotate(published=moment).exclude(published=None)
    for claim in reopened.iterator():
        states = history.filter(id=claim.pk, history_date__gt=claim.published).exclude(status__in=SETTLED)
        first = states.order_by("history_date").values_list("history_date", flat=True).first()
        claims.filter(pk=claim.pk).update(rechecked_since=first or claim.modified)


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_request_counts")]

    operations = [
        *(
            migrations.AddField(
                model,
                "rechecked_since",
                models.DateTimeField(
                    editable=False,
                    help_text="When what is published was reopened; empty again once it is settled.",
                    null=True,
                ),
            )
            for model in ("claim", "historicalclaim")
        ),
        migrations.AddIndex(
            "claim",
            models.Index(
                fields=["rechecked_since"],
                condition=models.Q(rechecked_since__isnull=False),
                name="claims_claim_rechecked",
            ),
        ),
        migrations.RemoveIndex("card", "claims_card_unsigned"),
        migrations.AddIndex(
            "card",
            models.Index(
                fields=["-sequence"],
                condition=models.Q(approved_by=None, signers=""),
                name="claims_card_unsigned",
            ),
        ),
        migrations.RunPython(from_history, migrations.RunPython.noop),
    ]
