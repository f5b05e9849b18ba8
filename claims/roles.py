"""Who may do what: the permissions of each role. After every migration the groups are made equal to this table."""

from __future__ import annotations

from collections.abc import Iterator


def _may(acts: str, models: str) -> Iterator[str]:
    return (f"{act}_{model}" for model in models.split() for act in acts.split())


CONTRIBUTOR = frozenset(
    {
        *_may(
            "view", "source topic article claim appearance evidence replyrequest claimrelation suggestion publication"
        ),
        *_may(
            "view", "secondopinion dismissedsentence page ratingwords alias match proposal card withholding batchitem"
        ),
        *_may("add change", "source article claim appearance evidence replyrequest translation"),
        *_may("delete", "appearance evidence replyrequest translation"),
        *_may("add delete", "dismissedsentence"),
        *_may("add", "suggestion proposal comment"),
        *_may("view", "comment translation"),
    }
)
EDITOR = CONTRIBUTOR | {
    *_may("add change", "topic claimrelation suggestion ratingwords alias"),
    *_may("add", "match"),
    *_may("delete", "claimrelation"),
    "review_claim",
    "submit_claim",
}
APPROVER = EDITOR | {
    *_may("add change", "page"),
    *_may("add", "secondopinion"),
    "approve_claim",
}
ADMINISTRATOR = APPROVER | {
    *_may("delete", "source topic article claim page ratingwords alias"),
    *_may("view add change", "user"),
    *_may("view", "group"),
    *_may("view", "batch accountchange"),
    "export_claim",
    "import_claim",
}
ROLES = {"contributor": CONTRIBUTOR, "editor": EDITOR, "approver": APPROVER, "administrator": ADMINISTRATOR}
#: Whose permissions the table tells; what a site gives a role beside them stays.
APPS = ("auth", "claims")


def ensure(using: str) -> None:
    """Make the four groups where they are missing, and their permissions of APPS equal to the table.

    Idempotent; other groups, and permissions of other apps, are left as they are.
    """
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for label in APPS:  # Django makes them after us
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    known = Permission.objects.using(using).filter(content_type__app_label__in=APPS)
    by_name = {permission.codename: permission for permission in known}
    for name, codenames in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        wanted = {by_name[codename] for codename in codenames}
        held = set(group.permissions.filter(content_type__app_label__in=APPS))
        group.permissions.remove(*(held - wanted))
        group.permissions.add(*(wanted - held))
