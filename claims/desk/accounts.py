"""Accounts of the desk: who works here, in which role. Only a superuser makes superusers.

Nobody sets a password for somebody else: a link that works once lets its owner choose one.
"""

from __future__ import annotations

from typing import Any

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.usersessions.admin import UserSession
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.dispatch import receiver
from django.forms import CheckboxSelectMultiple, ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from claims import workflow
from claims.desk.read_only import BrowseAdmin
from claims.desk.requests import user_of
from claims.models import AccountChange
from claims.vocabulary import AccountChangeKind

admin.site.unregister([User, Group, EmailAddress, Authenticator, UserSession])


@admin.register(Group)
class RoleAdmin(BrowseAdmin):
    """The roles. What each may do is the table in roles.py; nobody changes it here."""

    list_display = ("name",)
    fields = ("name", "permissions")

    def with_words(self, term: str) -> Q:
        return Q(name__icontains=term)


class NewAccountForm(ModelForm):
    """An account without a password: its owner chooses one by the link."""

    class Meta:
        model = User
        fields = ("username",)

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.set_unusable_password()
        if commit:
            user.save()
        return user


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Roles are groups; single permissions and the superuser's mark are a superuser's matter."""

    add_form = NewAccountForm
    change_form_template = "admin/claims/user/change_form.html"
    filter_horizontal = ()
    list_display = ("username", "first_name", "last_name", "is_active", "is_staff", "last_login")
    add_fieldsets = ((None, {"fields": ("username", "first_name", "last_name", "email", "is_staff", "groups")}),)
    fieldsets = (
        (None, {"fields": ("username",)}),
        (gettext_lazy("Person"), {"fields": ("first_name", "last_name", "email")}),
        (gettext_lazy("Role"), {"fields": ("is_active", "is_staff", "groups")}),
        (gettext_lazy("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_urls(self) -> list[URLPattern]:
        link = path("<int:pk>/link/", self.admin_site.admin_view(self.link_view), name="claims_link")
        factor = path("<int:pk>/factor/", self.admin_site.admin_view(self.factor_view), name="claims_factor")
        return [link, factor, *(url for url in super().get_urls() if url.name != "auth_user_password_change")]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None and request.user.is_superuser:
            return (*fieldsets, (_("Superuser"), {"fields": ("is_superuser", "user_permissions")}))
        return fieldsets

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return not is_above and super().has_change_permission(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        changed = set(form.changed_data)
        for kind, fields in {
            AccountChangeKind.ROLE: {"groups", "user_permissions", "is_superuser"},
            AccountChangeKind.ACTIVE: {"is_active", "is_staff"} if change else set(),
            AccountChangeKind.ADDRESS: {"username", "email"} if change else set(),
        }.items():
            if fields & changed:
                workflow.accounts.note(form.instance, kind, by=user_of(request))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        context["has_second_factor"] = Authenticator.objects.filter(user=context["original"]).exists()
        return super().render_change_form(request, context, *args, **kwargs)

    def _account(self, request: HttpRequest, pk: int) -> User:
        """Return whose account is acted on; raises PermissionDenied."""
        user = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    @method_decorator(require_POST)
    def factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take off the second factor of somebody who has lost it: they sign in by password, and set up another."""
        user = self._account(request, pk)
        if Authenticator.objects.filter(user=user).delete()[0]:
            workflow.accounts.note(user, AccountChangeKind.FACTOR, by=user_of(request))
            self.log_change(request, user, "The second factor was removed.")
            messages.success(
                request,
                _("%(person)s signs in by password alone until a new second factor is set up.") % {"person": user},
            )
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=[pk]))

    @method_decorator(require_POST)
    def link_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show, once, the link by which the owner of an account chooses a password."""
        user = self._account(request, pk)
        workflow.accounts.note(user, AccountChangeKind.LINK, by=user_of(request))
        self.log_change(request, user, "A link to choose a password was made.")
        key = urlsafe_base64_encode(force_bytes(user.pk))
        address = reverse("access", args=[key, default_token_generator.make_token(user)])
        context = {
            "title": _("A link to choose a password"),
            "person": user,
            "link": request.build_absolute_uri(address),
        }
        return render(request, "admin/claims/user/link.html", context)


@receiver(authenticator_removed)
def keep_removal(user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Keep that somebody took off their own second factor; the recovery codes go with it."""
    if authenticator.type != Authenticator.Type.TOTP:
        return
    workflow.accounts.note(user, AccountChangeKind.FACTOR, by=user)


class AccessView(PasswordResetConfirmView):
    """Where a link leads: its owner chooses a password, once."""

    success_url = reverse_lazy("admin:index")

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        workflow.accounts.note_use_of_a_link(form.user)
        messages.success(self.request, _("Your password is set: sign in with it."))
        return response


@admin.register(AccountChange)
class AccountChangeAdmin(BrowseAdmin):
    """Changes of accounts; those that keep somebody from approving can be confirmed."""

    change_form_template = "admin/claims/accountchange/change_form.html"
    list_display = ("user", "kind", "by", "at", "confirmed_by")
    list_select_related = ("user", "by", "confirmed_by")
    list_filter = ("kind",)

    def with_words(self, term: str) -> Q:
        return Q(user__username=term) | Q(by__username=term)

    def get_urls(self) -> list[URLPattern]:
        confirm = self.admin_site.admin_view(confirm_view)
        return [path("<int:pk>/confirm/", confirm, name="claims_confirm"), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        change: AccountChange = context["original"]
        is_holding = AccountChange.objects.holding().filter(pk=change.pk).exists()
        context["may_confirm"] = is_holding and request.user.pk not in {change.by_id, change.user_id}
        return super().render_change_form(request, context, *args, **kwargs)


@require_POST
@permission_required("claims.view_accountchange", raise_exception=True)
def confirm_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a change of an account as a second administrator."""
    change = get_object_or_404(AccountChange, pk=pk)
    try:
        workflow.accounts.confirm(change, by=user_of(request))
    except workflow.WorkflowError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Confirmed: %(person)s may approve.") % {"person": change.user})
    return HttpResponseRedirect(reverse("admin:claims_accountchange_change", args=[quote(str(pk))]))
