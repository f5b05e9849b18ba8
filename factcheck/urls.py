from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from claims.api.google import ClaimSearch
from factcheck.health import metrics

handler400 = "factcheck.unavailable.bad_request"
handler403 = "claims.desk.requests.not_allowed"
handler500 = "factcheck.unavailable.server_error"
urlpatterns = [
    path("admin/", include("claims.desk.account_urls")),
    path("admin/", admin.site.urls),
    path("metrics", metrics, name="metrics"),
    path("api/", include("claims.api.urls")),
    path(
        "v1alpha1/claims:search", ClaimSearch.as_view(), name="claims_search"
    ),  # for clients that keep only the host of a base address
    path("", include("claims.public.download_urls")),
    *i18n_patterns(path("", include("claims.public.urls")), prefix_default_language=False),
]
