"""All that the admin shows, in one import: each of these registers its models."""

from django.contrib import admin

from claims.desk import accounts, articles, batches, cards, claim_list, match_check, read_only, reference, suggestions

# Bulk deletion skips the workflow's rules; each object is deleted on its own page.
admin.site.disable_action("delete_selected")

__all__ = [
    "accounts",
    "articles",
    "batches",
    "cards",
    "claim_list",
    "match_check",
    "read_only",
    "reference",
    "suggestions",
]
