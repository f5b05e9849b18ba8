"""Who asks the desk, and for what: numbers from strangers, the user, and claims as far as they may be seen."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.defaults import permission_denied

from claims.models import Claim
from claims.templating import ICON
from claims.text import cleaning


def user_of(request: HttpRequest) -> User:
    """Return who acts; the admin lets nobody in who has not signed in."""
    assert isinstance(request.user, User)
    return request.user


def cleaned(posted: QueryDict) -> QueryDict:
    """Return what a form sent with its text cleaned; passwords and the form's token are left as they are."""
    result = posted.copy()
    for key, values in posted.lists():
        if "password" not in key and key != "csrfmiddlewaretoken":
            result.setlist(key, [cleaning.clean(value) if isinstance(value, str) else value for value in values])
    return result


def visible_claim(request: HttpRequest, pk: int) -> Claim:
    if not request.user.has_perm("claims.view_claim"):
        raise PermissionDenied
    return get_object_or_404(Claim, pk=pk)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Refuse a page of the desk in its own frame, where one works here; any other as to readers."""
    here = request.resolver_match
    if here is None or here.app_name != "admin" or not admin.site.has_permission(request):
        return permission_denied(request, exception)
    return render(request, "admin/claims/not_allowed.html", {"title": _("You may not do this")}, status=403)


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give every page what the desk's frame needs (template context processor): all of it to who works here."""
    from claims.desk.sign_in import lacks_second_factor

    is_ours = hasattr(request, "user") and admin.site.has_permission(request)
    if is_ours and not lacks_second_factor(request):
        return {**admin.site.each_context(request), "icon": ICON}
    return {
        "icon": ICON,
        "site_header": admin.site.site_header,
        "site_title": admin.site.site_title,
        "site_url": admin.site.site_url,
        "has_permission": is_ours,
    }
