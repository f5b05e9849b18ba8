"""Append-only triggers, the search index, and the four roles as groups."""

from django.db import migrations

from claims.models import triggers
from claims.models.roles import granting
from claims.search import index

WORKING_MODELS = ("source", "topic", "article", "claim", "appearance", "evidence", "claimrelation", "suggestion")
CONTRIBUTOR = [
    *(f"view_{model}" for model in WORKING_MODELS),
    "view_publication",
    *(
        f"{act}_{model}"
        for model in ("source", "article", "claim", "appearance", "evidence")
        for act in ("add", "change")
    ),
    "delete_appearance",
    "delete_evidence",
    "add_suggestion",
]
EDITOR = [
    *CONTRIBUTOR,
    *(f"{act}_{model}" for model in ("topic", "claimrelation", "suggestion") for act in ("add", "change")),
    "delete_claimrelation",
    "review_claim",
    "submit_claim",
]
APPROVER = [*EDITOR, "approve_claim", "correct_claim", "retract_claim"]
ADMINISTRATOR = [
    *APPROVER,
    *(f"delete_{model}" for model in ("source", "topic", "article", "claim")),
    "export_claim",
    "import_claim",
    "view_user",
    "add_user",
    "change_user",
    "view_group",
]
ROLES = {"contributor": CONTRIBUTOR, "editor": EDITOR, "approver": APPROVER, "administrator": ADMINISTRATOR}


def install_triggers(apps, schema_editor):
    triggers.install(schema_editor.connection)


def remove_triggers(apps, schema_editor):
    triggers.remove(schema_editor.connection)


def install_search(apps, schema_editor):
    index.install(schema_editor.connection)


def remove_search(apps, schema_editor):
    index.remove(schema_editor.connection)


make_roles = granting(ROLES)


def remove_roles(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [
        migrations.RunPython(install_triggers, remove_triggers),
        migrations.RunPython(install_search, remove_search),
        migrations.RunPython(make_roles, remove_roles),
    ]
