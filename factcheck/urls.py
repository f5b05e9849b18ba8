from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from factcheck.health import metrics

handler400 = "factcheck.unavailable.bad_request"
handler500 = "factcheck.unavailable.server_error"
urlpatterns = [
    path("admin/", include("claims.desk.account_urls")),
    path("admin/", admin.site.urls),
    path("metrics", metrics, name="metrics"),
    path("api/", include("claims.api.urls")),
    path("", include("claims.public.download_urls")),
    *i18n_patterns(path("", include("claims.public.urls")), prefix_default_language=False),
]
