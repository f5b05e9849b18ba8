"""The desk's site: its front page says what needs doing, and signing in again loses no text."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.desk import dashboard, form_recovery, inbox, menu, overviews, sign_in
from claims.desk.requests import cleaned


class DeskSite(AdminSite):
    site_header = site_title = format_lazy(gettext_lazy("{site} desk"), site=settings.SITE_NAME)
    index_title = gettext_lazy("The desk")
    index_template = "admin/claims/dashboard.html"
    logout_template = "admin/claims/signed_out.html"
    login_template = "admin/claims/sign_in.html"
    password_change_template = "admin/claims/password_change_form.html"  # noqa: S105 — a file
    password_change_done_template = "admin/claims/password_change_done.html"  # noqa: S105
    enable_nav_sidebar = False  # its tables are in the menu, by task

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {**dashboard.context(request), **(extra_context or {})})

    def app_index(self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None) -> Any:
        return HttpResponseRedirect(reverse("admin:index"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return nothing: no page of the desk lists tables, and asking every table for it on each page takes long."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        kept = vars(request).get("frame_of_the_desk")
        if kept is None:
            kept = {**super().each_context(request), "unread": inbox.unread_count(request)}
            if kept["has_permission"]:
                kept["tasks"] = menu.menu(self, request)
            vars(request)["frame_of_the_desk"] = kept
        return dict(kept)

    def get_urls(self) -> list[Any]:
        return [
            path("inbox/", self.admin_view(inbox.inbox_view), name="inbox"),
            path("calendar/", self.admin_view(overviews.calendar_view), name="calendar"),
            path("people/", self.admin_view(overviews.people_view), name="people"),
            path("people/<int:pk>/", self.admin_view(overviews.person_view), name="person"),
            *super().get_urls(),
        ]

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """Clean what a form sent; keep it when the session has ended: sign in, then send it again."""
        inner = super().admin_view(view, cacheable)

        def desk_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST":
                request.POST = cleaned(request.POST)  # type: ignore[assignment]
            if not self.has_permission(request):
                is_form = request.method == "POST" and len(request.POST) > 1
                return self._sign_in_keeping(request) if is_form else inner(request, *args, **kwargs)
            if request.path != reverse("admin:logout"):
                if sign_in.lacks_second_factor(request):
                    return sign_in.ask_for_second_factor(request)
                sign_in.keep_alive(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(desk_view, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        return sign_in.SignInView.as_view(extra_context={**self.each_context(request), "title": _("Sign in")})(request)

    def _sign_in_keeping(self, request: HttpRequest) -> TemplateResponse:
        context = {
            **self.each_context(request),
            "title": _("Sign in"),
            "form": sign_in.SignInForm(request),
            "app_path": f"{reverse('admin:login')}?{urlencode({'next': request.get_full_path()})}",
            "next": request.get_full_path(),
            form_recovery.FIELD: form_recovery.serialise_post(request),
        }
        return TemplateResponse(request, self.login_template, context, status=403)
