"""Accounts in the admin: who may sign in, in which roles, and who they are."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import second_factor, security_log
from .accounts import tell_owner
from .admin_account_forms import AccountForm, NewAccountForm, PasswordForm, RolesField
from .admin_account_found import Found
from .admin_pages import Listed, ModelPages
from .admin_rights import AdminsOnly
from .changes import changing
from .models import Session, User
from .text import as_id

# Roles are three fixed groups, and an account has one address: its own. What its second factors
# are is its owner’s; an admin can take them away.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)


class RoleFilter(admin.SimpleListFilter):
    """Who is what; most are staff and nothing more."""

    title = gettext_lazy("role")
    parameter_name = "role"
    NONE = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        named = [(name, str(words).partition(":")[0]) for name, words in RolesField.MAY.items()]
        return [*named, (self.NONE, _("Staff and nothing more"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        if self.value() == self.NONE:
            return queryset.filter(groups=None, is_superuser=False)
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


def _role_names(groups: Any) -> str:
    return ",".join(sorted(group.name for group in groups))


def said(moment: datetime.datetime) -> str:
    return date_format(localtime(moment), "j F Y, H:i")


class AccountList(Listed):
    """Accounts with their roles, which are asked for at once."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[User]:
        return super().get_queryset(request, exclude_parameters).prefetch_related("groups")


@admin.register(User)
class AccountAdmin(AdminsOnly, ModelPages, DjangoUserAdmin):
    """Roles instead of Django's permissions."""

    holds = True
    form = AccountForm
    add_form = NewAccountForm
    change_password_form = PasswordForm
    list_display = ("user_name", "address", "person_link", "role_list", "is_active", "last_here")
    list_filter = (RoleFilter, "is_active")
    list_select_related = ("employee",)
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    readonly_fields = (
        *("person_link", "signs_in", "second_factor", "open_sessions", "last_here", "since"),
    )
    actions = ("sign_out",)
    fieldsets = (
        (None, {"fields": ("username", "email", ("first_name", "last_name"), "signs_in")}),
        (
            gettext_lazy("Who may do what"),
            {
                "fields": ("groups", "is_active"),
                # Not a help text: Django 6.1 points at one from several boxes by an id it lacks.
                "description": gettext_lazy("Everyone who signs in may tell and read stories."),
            },
        ),
        (gettext_lazy("Second factor"), {"fields": ("second_factor", "forget_factors")}),
        (gettext_lazy("Signed in"), {"fields": ("open_sessions", "end_sessions")}),
        (gettext_lazy("Who it is"), {"fields": ("person_link", "last_here", "since")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username", "email", ("first_name", "last_name"),
                    "usable_password", "password1", "password2",
                )
            },
        ),
    )  # fmt: skip

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AccountList

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The account, which whoever gives it another password asks for afterwards."""
        account = super().get_object(request, object_id, from_field)
        request.account_changed = account  # type: ignore[attr-defined]
        return account

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if request.method == "POST" and obj is not None:
            Found.of(obj, request.POST).hang_roles(obj)
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj != request.user

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Saved with what hangs on it, so that the history has all of it at once."""

    def _save_all(self, request: HttpRequest, form: Any, change: bool) -> None:
        """The account; a former address no longer signs in, and its person is found."""
        account, data, found = form.instance, form.cleaned_data, form.found
        account.save()
        if change and "email" in form.changed_data:
            found.delete_addresses()
            if former := form.initial["email"]:
                tell_owner(request, account, "address_changed", at=former, naming=found.naming)
        if change and data.get("forget_factors"):
            if second_factor.forget(account):
                tell_owner(request, account, "factors_forgotten", naming=found.naming)
        elif not account.is_active or (change and data.get("end_sessions")):
            Session.objects.end(account)
        if person := found.waits():
            person.account = account
            person.save(update_fields=["account"])
            messages.info(request, _("This is the account of %s.") % person.full_name)
        if "groups" in form.changed_data:
            found.give(account, data["groups"])

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to its roles, which the first form does not ask for."""
        messages.success(request, _("“%s” is added. What else may they do?") % obj)
        return redirect("admin:staff_user_change", obj.pk)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """All of it is saved here; who changed what is said once it is done."""
        with changing(shown=False):
            self._save_all(request, form, change)
        fields = ",".join(form.changed_data)
        event = "account-changed" if change else "account-added"
        security_log.note(event, request, form.instance, fields=fields or None)
        if "groups" in form.changed_data:
            before, after = form.initial.get("groups") or (), form.cleaned_data["groups"]
            security_log.note(
                *("roles-changed", request, form.instance),
                before=_role_names(before) or "none",
                after=_role_names(after) or "none",
            )

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An account that was used is closed: deleting would let its owner sign in to a new one."""
        if any(account.last_login for account in objs):
            return [], {}, set(), [_("what was done by whoever signed in with it")]
        return super().get_deleted_objects(objs, request)

    def do_instead(self, obj: User) -> str:
        words = _(
            "Close it instead, by taking the tick from “May sign in”: nobody can use it any more, "
            "and what was done stays."
        )
        person = getattr(obj, "employee", None)
        if person is None:
            return words
        return format_html(
            '{} {} <a href="{}">{}</a>',
            words,
            _("Whoever is to be forgotten is erased, with their account:"),
            reverse("admin:staff_erasure_person", args=[person.pk]),
            _("What is kept of them"),
        )

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        security_log.note("account-deleted", request, obj.pk)
        super().delete_model(request, obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            security_log.note("password-given", request, as_id(id))
            account: User = request.account_changed  # type: ignore[attr-defined]
            given = account.has_usable_password()
            tell_owner(request, account, "password_given" if given else "password_taken")
        return response

    @admin.display(description=gettext_lazy("user name"), ordering="username")
    def user_name(self, account: User) -> str:
        return account.username

    @admin.display(description=gettext_lazy("e-mail"), ordering="email")
    def address(self, account: User) -> str:
        return account.email

    @admin.display(description=gettext_lazy("person"), ordering="employee__first_name")
    def person_link(self, account: User) -> str:
        person = getattr(account, "employee", None)
        if person is None:
            return _("known from the first sign-in on")
        url = reverse("admin:staff_employee_change", args=[person.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, person.full_name)

    @admin.display(description=gettext_lazy("signs in"))
    def signs_in(self, account: User) -> str:
        with_one = account.has_usable_password()
        words = _("With a password, or by a code sent by e-mail")
        return format_html(
            '{} <a class="button" href="{}">{}</a>',
            words if with_one else _("By a code sent by e-mail"),
            reverse("admin:auth_user_password_change", args=[account.pk]),
            _("Another password…") if with_one else _("Give a password…"),
        )

    @admin.display(description=gettext_lazy("second factor"))
    def second_factor(self, account: User) -> str:
        return _("There is one.") if second_factor.has_one(account) else _("None.")

    @admin.display(description=gettext_lazy("at how many browsers"))
    def open_sessions(self, account: User) -> int:
        return Session.objects.open_of(account).count()

    @admin.action(description=gettext_lazy("Sign out everywhere"), permissions=["change"])
    def sign_out(self, request: HttpRequest, accounts: QuerySet) -> None:
        """End what the ticked accounts have open, without closing them."""
        others = accounts.exclude(pk=request.user.pk)
        ended = Session.objects.end_all(others)
        security_log.note("sessions-ended", request, number=ended, accounts=others.count())
        words = ngettext("%d browser is signed out.", "%d browsers are signed out.", ended)
        messages.success(request, words % ended)

    @admin.display(description=gettext_lazy("last signed in"), ordering="last_login")
    def last_here(self, account: User) -> str:
        return said(account.last_login) if account.last_login else _("never")

    @admin.display(description=gettext_lazy("account since"), ordering="date_joined")
    def since(self, account: User) -> str:
        return said(account.date_joined)

    @admin.display(description=gettext_lazy("roles"))
    def role_list(self, account: User) -> str:
        names = sorted(group.name for group in account.groups.all())
        return ", ".join([*names, *(["superuser"] if account.is_superuser else [])])
