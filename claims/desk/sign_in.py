"""Signing in to the desk: password, second factor where there is one, and how long a session lasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, perform_login
from allauth.account.models import Login
from allauth.core import ratelimit
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import LoginView, PasswordResetView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.client_address import client_address
from claims.desk import dashboard, form_recovery

FIRST_DELAY, LONGEST_DELAY = 30, 3600  # seconds
SEEN = 60  # seconds: how exactly it is kept when a session was last used


class Adapter(DefaultAccountAdapter):
    """Accounts are made by administrators alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


def delay(request: HttpRequest | None) -> timedelta:
    """Return how long signing in to an account from an address rests after wrong passwords: longer with each."""
    if request is None:
        return timedelta(seconds=LONGEST_DELAY)
    name = request.POST.get("username", "")
    tried = AccessAttempt.objects.filter(username=name, ip_address=client_address(request))
    wrong = max(tried.values_list("failures_since_start", flat=True), default=0)
    over = max(0, min(wrong - settings.AXES_FAILURE_LIMIT, 10))
    return timedelta(seconds=min(FIRST_DELAY * 2**over, LONGEST_DELAY))


class SignInForm(AdminAuthenticationForm):
    """Name and password of somebody who works here; who does not is told so, once the password was right."""

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": gettext_lazy("Wrong username or password. Capital letters count in both."),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        if user.is_active and not user.is_staff:
            raise ValidationError(_("Your account has no access to the desk. Ask an administrator for it."))
        super().confirm_login_allowed(user)


class SignInView(LoginView):
    """Ask for the password; who has a second factor is asked for that next."""

    template_name = "admin/claims/sign_in.html"
    authentication_form = SignInForm
    next_page = "admin:index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "app_path": self.request.get_full_path(),
            "has_mail": bool(settings.MAILERS),
            form_recovery.FIELD: self.request.POST.get(form_recovery.FIELD, ""),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        text = self.request.POST.get(form_recovery.FIELD, "")
        self.request.session.pop(form_recovery.FIELD, None)  # of somebody who gave no code
        before = form.get_user().last_login
        login = Login(user=form.get_user(), redirect_url=self.get_success_url())
        response: HttpResponse = perform_login(self.request, login)
        dashboard.remember_visit(self.request, before)
        if not text:
            return response
        if self.request.user.is_authenticated:
            return form_recovery.offer_resubmission(self.request, text, response["Location"])
        self.request.session[form_recovery.FIELD] = text
        return response


class CodeView(AuthenticateView):
    """Ask for the code of the second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        text = self.request.session.pop(form_recovery.FIELD, "")
        response: HttpResponse = super().form_valid(form)
        return form_recovery.offer_resubmission(self.request, text, response["Location"]) if text else response


class ForgottenPasswordView(PasswordResetView):
    """Mail a link to choose a new password; the answer is the same whether or not there is such an account."""

    template_name = "admin/claims/user/forgotten.html"
    email_template_name = "admin/claims/user/forgotten_mail.txt"
    subject_template_name = "admin/claims/user/forgotten_subject.txt"
    success_url = reverse_lazy("admin:login")
    extra_email_context = {"site_title": format_lazy(gettext_lazy("{site} desk"), site=settings.SITE_NAME)}

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        if not settings.MAILERS:
            raise Http404
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        address = form.cleaned_data["email"].casefold()
        if not ratelimit.consume(self.request, action="reset_password", key=address):
            form.add_error(None, _("Too many links were asked for. Wait a few minutes, then try again."))
            return self.form_invalid(form)
        told = _("If an account here has %(address)s, a link is on its way. It works for a day.")
        messages.info(self.request, told % {"address": address})
        return super().form_valid(form)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether this desk asks a second factor of somebody who has not signed in with one."""
    user = request.user
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    if not (user.has_perm("claims.approve_claim") or user.has_perm("auth.change_user")):
        return False
    return not any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to where a second factor is set up, or its code given; what was sent is kept."""
    if request.method == "POST":
        messages.warning(
            request,
            _(
                "Who approves or administers here signs in with a second factor."
                " Do that in another tab, then send this again."
            ),
        )
        text = form_recovery.serialise_post(request)
        return form_recovery.offer_resubmission(request, text, request.get_full_path(), status=403)
    if is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
    messages.warning(request, _("Who approves or administers here signs in with a second factor. Set yours up first."))
    return HttpResponseRedirect(reverse("mfa_activate_totp"))


def without_second_factor_a_reader(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: beside the desk, who lacks the second factor that it asks for is nobody."""

    def middleware(request: HttpRequest) -> HttpResponse:
        is_asked = settings.REQUIRE_SECOND_FACTOR and settings.SESSION_COOKIE_NAME in request.COOKIES
        if is_asked and not request.path_info.startswith("/admin/") and lacks_second_factor(request):
            request.user = AnonymousUser()
        return get_response(request)

    return middleware


def keep_alive(request: HttpRequest) -> None:
    """Count the session's idle time from now, and keep from where it was last used."""
    now = int(time.time())
    if now - request.session.get("seen", 0) >= SEEN:
        request.session["seen"] = now
        UserSession.objects.create_from_request(request)
