"""allauth's forms with our words on them: labels above the fields, no placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

GOOD_PASSWORD = _("Eight characters or more, not figures alone, and nothing like your name.")
LABELS = {
    "login": _("User name or e-mail"),
    "email": _("E-mail"),
    "code": _("Code"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}
HELP = {"password": "", "oldpassword": "", "password1": GOOD_PASSWORD}
# The longest address there is; databases refuse to look for a very long one.
MOST_CHARACTERS = 254
ATTRIBUTES = {
    "login": {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    "code": {"autocapitalize": "characters", "spellcheck": "false"},
}


class OurWords:
    """For any form of allauth's: names its fields as the rest of Retold does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(ATTRIBUTES.get(name, {}))
            field.label = LABELS.get(name, field.label)
            if name in ("login", "email"):
                field.validators.append(MaxLengthValidator(MOST_CHARACTERS))
            field.help_text = HELP.get(name, field.help_text)


class SignInForm(OurWords, allauth_forms.LoginForm):
    pass


class CodeRequestForm(OurWords, allauth_forms.RequestLoginCodeForm):
    pass


class CodeForm(OurWords, allauth_forms.ConfirmLoginCodeForm):
    pass


class ForgottenForm(OurWords, allauth_forms.ResetPasswordForm):
    pass


class NewPasswordForm(OurWords, allauth_forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(OurWords, allauth_forms.ChangePasswordForm):
    pass


class FirstPasswordForm(OurWords, allauth_forms.SetPasswordForm):
    pass


class ReauthenticateForm(OurWords, allauth_forms.ReauthenticateForm):
    pass
