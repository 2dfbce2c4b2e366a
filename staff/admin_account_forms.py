"""The forms of accounts in the admin: roles, addresses, passwords given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    AdminUserCreationForm,
    UserChangeForm,
)
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import roles
from .account_forms import GOOD_PASSWORD
from .admin_account_found import Found
from .admin_pages import say_in_our_words
from .models import Session, User

NOT_THE_SAME = gettext_lazy("These two passwords are not the same.")


class OneAddressMixin(forms.ModelForm):
    """An e-mail address signs in one account only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label, self.fields["username"].help_text = _("User name"), ""
        self.fields["email"].label = _("E-mail")
        self.fields["username"].error_messages |= {
            "invalid": _("Only letters, digits and @ . + - _ make a user name."),
            "unique": _("Another account has this user name."),
        }

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.strip().lower()

    @property
    def found(self) -> Found:
        """What there is to know of what the form says."""
        return Found.of(self.instance, self.cleaned_data)

    def validate_unique(self) -> None:
        """By what was found, and not field by field."""
        data, found = self.cleaned_data, self.found
        if "username" in data and found.has_name():
            self.add_error("username", self.fields["username"].error_messages["unique"])
        if data.get("email") and (other := found.has_email()):
            self.add_error("email", _("The account “%s” has this address.") % other.username)


class RolesField(forms.ModelMultipleChoiceField):
    """The three roles, with what each may do."""

    MAY = {
        roles.MANAGERS: gettext_lazy("Manager: holds up stories as gold standard"),
        roles.MODERATORS: gettext_lazy("Moderator: reads what comes in and publishes it"),
        roles.ADMINS: gettext_lazy("Admin: all that, and people, teams and accounts"),
    }

    # Those there are, if they were asked for with the account.
    known: Sequence[Group] = ()

    def label_from_instance(self, group: Group) -> str:
        return str(self.MAY[group.name])

    def clean(self, value: Any) -> Any:
        chosen = [role for role in self.known if str(role.pk) in (value or ())]
        return chosen if len(chosen) == len(value or ()) else super().clean(value)


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and "groups" in self.fields:
            roles_field = cast(RolesField, self.fields["groups"])
            roles_field.known = list(Found.of(self.instance, self.data).roles)

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

    error_messages = {
        **AdminUserCreationForm.error_messages,
        "password_mismatch": NOT_THE_SAME,
    }

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "email", "first_name", "last_name")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_how_to_sign_in(self)

    def clean_username(self) -> str:
        """Who has it already is asked with everything else."""
        return self.cleaned_data["username"]


class PasswordForm(AdminPasswordChangeForm):
    """Another password for an account, or none any more; it ends what the old one opened."""

    error_messages = {
        **AdminPasswordChangeForm.error_messages,
        "password_mismatch": NOT_THE_SAME,
    }

    def save(self, commit: bool = True) -> Any:
        user = super().save(commit)
        Session.objects.end(user)
        return user

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_how_to_sign_in(self)
        self.order_fields(["usable_password"])


def ask_how_to_sign_in(form: forms.BaseForm) -> None:
    """In the words of the pages on which people choose a password for themselves."""
    first, again = form.fields["password1"], form.fields["password2"]
    first.help_text, again.help_text = GOOD_PASSWORD, ""
    again.label = _("Password, once more")
    for field in (first, again):
        say_in_our_words(field)
    if "usable_password" not in form.fields:
        return
    how = cast(forms.ChoiceField, form.fields["usable_password"])
    how.label, how.help_text = _("Signs in"), ""
    how.choices = [
        ("true", _("with a password")),
        ("false", _("by a code sent by e-mail")),
    ]
