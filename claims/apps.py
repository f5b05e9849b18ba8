from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_save


class ClaimsConfig(AppConfig):
    name = "claims"
    verbose_name = "Fact-checking desk"

    def ready(self) -> None:
        """Keep the search index in step with what Django saves."""
        from claims.matching import vectors
        from claims.models import Publication
        from claims.search import index

        post_save.connect(index.add_saved, sender=Publication, dispatch_uid="claims.search")
        post_save.connect(vectors.add_saved, sender=Publication, dispatch_uid="claims.vectors")


class DeskConfig(AdminConfig):
    """Django's admin with our front page and sign-in."""

    default_site = "claims.desk.site.DeskSite"
