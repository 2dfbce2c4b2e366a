"""allauth's forms with our words on them: labels above the fields, no placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from struct import error
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

GOOD_PASSWORD = _("Eight characters or more, not figures alone, and nothing like your name.")
LABELS = {
    "login": _("User name or e-mail"),
    "email": _("E-mail"),
    "code": _("Code"),
    "name": _("What to call it"),
    "passwordless": _("Let it sign me in alone, without my password"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}
HELP = {"passwordless": "", "password": "", "oldpassword": "", "password1": GOOD_PASSWORD}
# The longest address there is; databases refuse to look for a very long one.
MOST_CHARACTERS = 254
MOST_IN_A_NAME = 60
MOST_PASSKEYS = 20
ATTRIBUTES = {
    "login": {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    "code": {"autocapitalize": "characters", "spellcheck": "false", "maxlength": "20"},
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


class FactorForm(OurWords, factor_forms.AuthenticateForm):
    pass


class FactorAgainForm(OurWords, factor_forms.ReauthenticateForm):
    pass


class AppForm(OurWords, totp_forms.ActivateTOTPForm):
    pass


@contextmanager
def understood() -> Iterator[None]:
    """What a passkey says is taken apart by a library that stumbles over what is none."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, error) as unfit:
        raise get_adapter().validation_error("incorrect_code") from unfit


class PasskeyForm(passkey_forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        with understood():
            return super().clean_credential()


class PasskeyAloneForm(passkey_forms.LoginWebAuthnForm, PasskeyForm):
    pass


class PasskeyAgainForm(passkey_forms.ReauthenticateWebAuthnForm, PasskeyForm):
    pass


class NewPasskeyForm(OurWords, passkey_forms.AddWebAuthnForm):
    """A passkey that is kept on the device signs in alone, as most people expect of one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["name"].validators.append(MaxLengthValidator(MOST_IN_A_NAME))

    def clean(self) -> dict[str, Any]:
        """An account keeps so many passkeys: each is looked at when one signs in."""
        with understood():
            cleaned = super().clean()
        kept = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN)
        if kept.count() >= MOST_PASSKEYS:
            raise ValidationError(_("That is one too many. Remove a passkey you no longer use."))
        return cleaned


class PasskeyNameForm(OurWords, passkey_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(MOST_IN_A_NAME))
