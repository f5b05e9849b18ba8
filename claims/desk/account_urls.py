"""Addresses of one's own account: second factor, sessions, links to choose a password."""

from allauth.account.views import logout, reauthenticate
from allauth.usersessions.views import list_usersessions
from django.urls import include, path, reverse_lazy
from django.views.generic import RedirectView

from claims.desk.accounts import AccessView
from claims.desk.sign_in import CodeView, ForgottenPasswordView

sign_in = RedirectView.as_view(url=reverse_lazy("admin:login"), query_string=True)
urlpatterns = [
    path("access/<uidb64>/<token>/", AccessView.as_view(), name="access"),
    path("account/forgotten/", ForgottenPasswordView.as_view(), name="forgotten_password"),
    path("account/sessions/", list_usersessions, name="usersessions_list"),
    path("account/confirm/", reauthenticate, name="account_reauthenticate"),
    path("account/sign-out/", logout, name="account_logout"),
    path("account/sign-in/", sign_in, name="account_login"),
    path("account/second-factor/authenticate/", CodeView.as_view()),
    path("account/second-factor/", include("allauth.mfa.urls")),
]
