"""The index that finds likely duplicates, and what the roles may see of the desk's new tables."""

from importlib import import_module

from django.db import migrations

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


def widen_roles(apps, schema_editor):
    using = schema_editor.connection.alias
    import_module("claims.migrations.0002_triggers_search_roles").make_permissions(apps, using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    for name, codenames in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        group.permissions.add(*permissions.filter(content_type__app_label="claims", codename__in=codenames))


class Migration(migrations.Migration):
    dependencies = [("claims", "0003_desk")]
    operations = [
        migrations.RunPython(install_index, remove_index),
        migrations.RunPython(widen_roles, migrations.RunPython.noop),
    ]
