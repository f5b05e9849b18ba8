"""The editors' desk: Django's admin, configured. What may happen to a claim is in workflow/."""

from django.contrib import admin

from claims.admin import browse, claims, matches, people, reference, suggestions

# Bulk deletion skips the workflow's rules; each object is deleted on its own page.
admin.site.disable_action("delete_selected")

__all__ = ["browse", "claims", "matches", "people", "reference", "suggestions"]
