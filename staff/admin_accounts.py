"""Accounts in the admin: who may sign in, in which roles, and who they are."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import roles
from .admin_rights import AdminsOnly
from .models import Employee, User

# Roles are three fixed groups, and an account has one address: its own.
admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class OneAddressMixin(forms.ModelForm):
    """An e-mail address signs in one account only."""

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
    """An account that is there already."""

    groups = RolesField(
        Group.objects.filter(name__in=roles.ROLES).order_by("pk"),
        label=gettext_lazy("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)

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
        how = cast(forms.ChoiceField, self.fields["usable_password"])
        how.label, how.help_text = _("Signs in"), ""
        how.choices = [
            ("true", _("with a password")),
            ("false", _("by a code sent by e-mail")),
        ]


@admin.register(User)
class AccountAdmin(AdminsOnly, DjangoUserAdmin):
    """Roles instead of Django's permissions."""

    form = AccountForm
    add_form = NewAccountForm
    list_display = ("username", "email", "person_link", "role_list", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    list_select_related = ("employee",)
    search_fields = ("username", "first_name", "last_name", "email")
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    filter_horizontal = ()
    readonly_fields = ("person_link", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password", "email", ("first_name", "last_name"))}),
        (
            gettext_lazy("Who may do what"),
            {
                "fields": ("groups", "is_active"),
                # Not a help text: Django 6.1 points at one from several boxes by an id it lacks.
                "description": gettext_lazy("Everyone who signs in may tell and read stories."),
            },
        ),
        (gettext_lazy("Who it is"), {"fields": ("person_link", "last_login", "date_joined")}),
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

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):
        return super().changelist_view(request, {"title": _("Accounts"), **(extra_context or {})})

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
        if not change and (person := Employee.objects.awaiting_account(obj.email)):
            person.account = obj
            person.save(update_fields=["account"])
            messages.info(request, _("This is the account of %s.") % person.full_name)

    @admin.display(description=gettext_lazy("person"), ordering="employee__first_name")
    def person_link(self, account: User) -> str:
        person = getattr(account, "employee", None)
        if person is None:
            return _("known from the first sign-in on")
        url = reverse("admin:staff_employee_change", args=[person.pk])
        return format_html('<a href="{}"><bdi>{}</bdi></a>', url, person.full_name)

    @admin.display(description=gettext_lazy("roles"))
    def role_list(self, account: User) -> str:
        names = sorted(group.name for group in account.groups.all())
        return ", ".join([*names, *(["superuser"] if account.is_superuser else [])])
