"""The site as `manage.py benchmark pages` serves it: with a view beside it that does nothing, to compare with."""

import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")


def trivial(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


application = get_wsgi_application()
urls: Any = import_module(settings.ROOT_URLCONF)
urls.urlpatterns.insert(0, path("trivial/", trivial))
