"""The editors' desk: Django's admin, configured. What may happen to a claim is in workflow.py."""

from django.conf import settings
from django.contrib import admin

from claims.admin import browse, claims, reference

admin.site.site_header = admin.site.site_title = f"{settings.SITE_NAME} desk"
admin.site.index_title = "The desk"
# Bulk deletion skips the workflow's rules; each object is deleted on its own page.
admin.site.disable_action("delete_selected")

__all__ = ["browse", "claims", "reference"]
