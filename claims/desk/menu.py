"""The desk's menu: by task, not by table. Each task names its pages in the order of their use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

#: task → its pages: the words of the menu, and the address's name
TASKS = {
    "Claims": (
        ("All claims", "claims_claim_changelist"),
        ("Re-checks by week", "calendar"),
        ("Already checked?", "claims_check"),
        ("Quotes in articles", "claims_appearance_changelist"),
        ("Evidence", "claims_evidence_changelist"),
        ("Relations", "claims_claimrelation_changelist"),
    ),
    "Articles": (("All articles", "claims_article_changelist"),),
    "Sources and topics": (
        ("Sources", "claims_source_changelist"),
        ("Topics", "claims_topic_changelist"),
    ),
    "Suggestions": (
        ("From readers", "claims_suggestion_changelist"),
        ("Matches with what is published", "claims_match_changelist"),
    ),
    "Imports": (
        ("Import", "claims_import"),
        ("Batches", "claims_batch_changelist"),
        ("Their rows", "claims_batchitem_changelist"),
        ("Export all", "claims_export"),
    ),
    "Reports": (
        ("What was published", "claims_publication_changelist"),
        ("Proposals", "claims_proposal_changelist"),
        ("Blind opinions", "claims_secondopinion_changelist"),
        ("Withheld", "claims_withholding_changelist"),
        ("Names as approved", "claims_card_changelist"),
        ("People", "people"),
    ),
    "Settings": (
        ("Pages", "claims_page_changelist"),
        ("Rating words", "claims_ratingwords_changelist"),
        ("Other names", "claims_alias_changelist"),
        ("Accounts", "auth_user_changelist"),
        ("Roles", "auth_group_changelist"),
        ("Changes of accounts", "claims_accountchange_changelist"),
        ("Sign-ins refused", "axes_accessattempt_changelist"),
        ("Sign-ins", "axes_accesslog_changelist"),
        ("Failed sign-ins", "axes_accessfailurelog_changelist"),
    ),
}
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
    pages = {
        task: [(label, reverse(f"admin:{name}")) for label, name in named if may_be_opened(name)]
        for task, named in TASKS.items()
    }
    under = [address for found in pages.values() for _, address in found if request.path.startswith(address)]
    here = max(under, key=len, default="")
    return [
        MenuItem(task, found[0][1], here in {address for _, address in found}, tuple(_entries(found, here)))
        for task, found in pages.items()
        if found
    ]


def _entries(pages: list[tuple[str, str]], here: str) -> list[MenuItem]:
    return [MenuItem(label, address, address == here) for label, address in pages]


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
