"""Accounts in the admin: who may sign in, in which roles, and who they are."""

from __future__ import annotations

import datetime
from typing import Any, cast

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from . import roles, second_factor
from .admin_pages import ModelPages
from .admin_rights import AdminsOnly
from .models import Employee, Session, User

# Roles are three fixed groups, and an account has one address: its own. What its second factors
# are is its owner’s; an admin can take them away.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)


class OneAddressMixin(forms.ModelForm):
    """An e-mail address signs in one account only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label, self.fields["username"].help_text = _("User name"), ""
        self.fields["email"].label = _("E-mail")

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if email and (other := others.first()):
            raise forms.ValidationError(_("The account “%s” has this address.") % other.username)
        return email


class RolesField(forms.ModelMultipleChoiceField):
    """The three roles, with what each may do."""

    MAY = {
        roles.MANAGERS: gettext_lazy("Manager: holds up stories as gold standard"),
        roles.MODERATORS: gettext_lazy("Moderator: reads what comes in and publishes it"),
        roles.ADMINS: gettext_lazy("Admin: all that, and people, teams and accounts"),
    }

    def label_from_instance(self, group: Group) -> str:
        return str(self.MAY[group.name])


class AccountForm(OneAddressMixin, UserChangeForm):
    """An account that is there already; its password has a page of its own."""

    password = None  # type: ignore[assignment]  # how Django takes a field out
    groups = RolesField(
        Group.objects.filter(name__in=roles.ROLES).order_by("pk"),
        label=gettext_lazy("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)

    forget_factors = forms.BooleanField(
        label=gettext_lazy("Take away passkeys, app and recovery codes, and sign out everywhere"),
        required=False,
    )

    end_sessions = forms.BooleanField(label=gettext_lazy("Sign out everywhere"), required=False)

    # Set by the admin: the account of whoever is changing this one.
    by: User | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.by and self.by.pk == self.instance.pk:
            names = {group.name for group in cleaned.get("groups") or ()}
            if not self.by.is_superuser and roles.ADMINS not in names:
                self.add_error("groups", _("Another admin can take this role from you."))
            if not cleaned.get("is_active"):
                self.add_error("is_active", _("Another admin can close your account."))
        return cleaned


class NewAccountForm(OneAddressMixin, AdminUserCreationForm):
    """A new account. Without a password its owner signs in by a code sent by e-mail."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_how_to_sign_in(self)


class PasswordForm(AdminPasswordChangeForm):
    """Another password for an account, or none any more; it ends what the old one opened."""

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        Session.objects.end(user)
        return user

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "usable_password" in self.fields:
            ask_how_to_sign_in(self)
            self.order_fields(["usable_password"])


def ask_how_to_sign_in(form: forms.BaseForm) -> None:
    """Django asks for “password-based authentication”."""
    how = cast(forms.ChoiceField, form.fields["usable_password"])
    how.label, how.help_text = _("Signs in"), ""
    how.choices = [
        ("true", _("with a password")),
        ("false", _("by a code sent by e-mail")),
    ]


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


def said(moment: datetime.datetime) -> str:
    return date_format(localtime(moment), "j F Y, H:i")


@admin.register(User)
class AccountAdmin(AdminsOnly, ModelPages, DjangoUserAdmin):
    """Roles instead of Django's permissions."""

    form = AccountForm
    add_form = NewAccountForm
    change_password_form = PasswordForm
    list_display = ("username", "email", "person_link", "role_list", "is_active", "last_here")
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

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("groups")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj != request.user

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """The account; a former address no longer signs in, and its person is found."""
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            EmailAddress.objects.filter(user=obj).delete()
        if change and form.cleaned_data.get("forget_factors"):
            second_factor.forget(obj)
        elif not obj.is_active or (change and form.cleaned_data.get("end_sessions")):
            Session.objects.end(obj)
        known = Employee.objects.filter(account=obj).exists()
        if not known and (person := Employee.objects.awaiting_account(obj.email)):
            person.account = obj
            person.save(update_fields=["account"])
            messages.info(request, _("This is the account of %s.") % person.full_name)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        with form.instance.changing_roles():
            super().save_related(request, form, formsets, change)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """On to its roles, which the first form does not ask for."""
        messages.success(request, _("“%s” is added. What else may they do?") % obj)
        return redirect("admin:staff_user_change", obj.pk)

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
        ended = Session.objects.end_all(accounts.exclude(pk=request.user.pk))
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
