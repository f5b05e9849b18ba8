"""The desk's menu: by task, not by table. Each task names its pages in the order of their use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

#: task → its pages: the words of the menu, and the address's name
TASKS = (
    (
        _("Claims"),
        (
            (_("All claims"), "claims_claim_changelist"),
            (_("Re-checks by week"), "calendar"),
            (_("Already checked?"), "claims_check"),
            (_("Quotes in articles"), "claims_appearance_changelist"),
            (_("Evidence"), "claims_evidence_changelist"),
            (_("Relations"), "claims_claimrelation_changelist"),
        ),
    ),
    (_("Articles"), ((_("All articles"), "claims_article_changelist"),)),
    (
        _("Sources and topics"),
        (
            (_("Sources"), "claims_source_changelist"),
            (_("Topics"), "claims_topic_changelist"),
        ),
    ),
    (
        _("Suggestions"),
        (
            (_("From readers"), "claims_suggestion_changelist"),
            (_("Matches with what is published"), "claims_match_changelist"),
        ),
    ),
    (
        _("Imports"),
        (
            (_("Import"), "claims_import"),
            (_("Batches"), "claims_batch_changelist"),
            (_("Their rows"), "claims_batchitem_changelist"),
            (_("Export all"), "claims_export"),
        ),
    ),
    (
        pgettext("menu", "Reports"),  # an article reports, too
        (
            (_("What was published"), "claims_publication_changelist"),
            (_("Proposals"), "claims_proposal_changelist"),
            (_("Second opinions"), "claims_secondopinion_changelist"),
            (_("Withheld"), "claims_withholding_changelist"),
            (_("Names as approved"), "claims_card_changelist"),
            (_("People"), "people"),
        ),
    ),
    (
        _("Settings"),
        (
            (_("Pages"), "claims_page_changelist"),
            (_("Rating words"), "claims_ratingwords_changelist"),
            (_("Other names"), "claims_alias_changelist"),
            (_("Accounts"), "auth_user_changelist"),
            (_("Roles"), "auth_group_changelist"),
            (_("Changes of accounts"), "claims_accountchange_changelist"),
            (_("Sign-ins refused"), "axes_accessattempt_changelist"),
            (_("Sign-ins"), "axes_accesslog_changelist"),
            (_("Failed sign-ins"), "axes_accessfailurelog_changelist"),
        ),
    ),
)
#: pages that are no table's → what one needs to open them
_NEEDS = {
    "calendar": "claims.view_claim",
    "claims_check": "claims.view_claim",
    "people": "claims.view_claim",
    "claims_import": "claims.import_claim",
    "claims_export": "claims.export_claim",
}


@dataclass(frozen=True)
class MenuItem:
    """A link of the menu; `is_here` where the page that is shown belongs to it."""

    label: str
    address: str
    is_here: bool
    pages: tuple[MenuItem, ...] = ()


def menu(site: AdminSite, request: HttpRequest) -> list[MenuItem]:
    """Return the tasks that the user has, each with the pages that they may open."""
    may_be_opened = _openable(site, request)
    tasks = [
        (str(task), {reverse(f"admin:{name}"): str(label) for label, name in named if may_be_opened(name)})
        for task, named in TASKS
    ]
    under = [address for _task, pages in tasks for address in pages if request.path.startswith(address)]
    here = max(under, key=len, default="")
    return [
        MenuItem(
            task,
            next(iter(pages)),
            here in pages,
            tuple(MenuItem(label, address, address == here) for address, label in pages.items()),
        )
        for task, pages in tasks
        if pages
    ]


def _openable(site: AdminSite, request: HttpRequest) -> Any:
    listed = {
        f"{model._meta.app_label}_{model._meta.model_name}_changelist": model_admin
        for model, model_admin in site._registry.items()
    }

    def may_be_opened(name: str) -> bool:
        if name in _NEEDS:
            return request.user.has_perm(_NEEDS[name])
        return listed[name].has_view_or_change_permission(request)

    return may_be_opened
