from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Fact-checking desk"


class DeskConfig(AdminConfig):
    """Django's admin with our front page and sign-in."""

    default_site = "claims.desk.site.DeskSite"
