"""That a second factor was removed, or an address changed, is a change of an account."""

from django.db import migrations, models

KINDS = {
    "link": "Link to choose a password made",
    "password": "Password set by a link",
    "role": "Role changed",
    "active": "Activated or deactivated",
    "factor": "Second factor removed",
    "address": "Name or mail address changed",
}
NAME = "claims_accountchange_kind_known"


class Migration(migrations.Migration):
    dependencies = [("claims", "0009_redactions")]

    operations = [
        migrations.RemoveConstraint("accountchange", NAME),
        migrations.AlterField("accountchange", "kind", models.CharField(choices=list(KINDS.items()), max_length=24)),
        migrations.AddConstraint(
            "accountchange",
            models.CheckConstraint(
                condition=models.Q(kind__in=list(KINDS)),
                name=NAME,
                violation_error_message=f"kind: unknown value; use one of {', '.join(KINDS)}.",
            ),
        ),
    ]
