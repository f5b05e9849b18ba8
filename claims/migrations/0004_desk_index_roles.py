"""The index that finds likely duplicates, and what the roles may see of the desk's new tables."""

from django.db import migrations

from claims.models.roles import granting
from claims.search import duplicates

EVERYBODY = ("view_secondopinion", "view_dismissedsentence")
EDITORS = ("add_dismissedsentence", "delete_dismissedsentence")
ROLES = {
    "contributor": (*EVERYBODY, *EDITORS),
    "editor": (*EVERYBODY, *EDITORS),
    "approver": (*EVERYBODY, *EDITORS, "add_secondopinion"),
    "administrator": (*EVERYBODY, *EDITORS, "add_secondopinion"),
}


def install_index(apps, schema_editor):
    duplicates.install(schema_editor.connection)


def remove_index(apps, schema_editor):
    duplicates.remove(schema_editor.connection)


widen_roles = granting(ROLES)


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_desk")]
    operations = [
        migrations.RunPython(install_index, remove_index),
        migrations.RunPython(widen_roles, migrations.RunPython.noop),
    ]
