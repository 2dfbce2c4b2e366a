"""How people sign in: Retold's answers to django-allauth."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import User

# What `manage.py demo` makes; only ever with DEBUG on. Anybody may know the password.
DEMO_ACCOUNTS = ("staff", "manager", "moderator", "admin")
DEMO_PASSWORD = "retold-demo"  # noqa: S105

NO_MATCH = _("That does not match. Try again, or ask for a code by e-mail.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an admin; what goes wrong is said in our words."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. An admin can open it again."),
        "email_password_mismatch": NO_MATCH,
        "username_password_mismatch": NO_MATCH,
        "enter_current_password": _("That is not your present password."),
        "incorrect_code": _("That is not the code. Look at the newest e-mail from Retold."),
        "incorrect_password": _("That is not your password."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
        "rate_limited": _("That was a lot at once. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_email")


def demo_accounts() -> list[str]:
    """The demo's accounts that are here, where one may show them; none outside DEBUG."""
    if not settings.DEBUG:
        return []
    here = set(User.objects.filter(username__in=DEMO_ACCOUNTS).values_list("username", flat=True))
    return [name for name in DEMO_ACCOUNTS if name in here]


def role_names(user: User) -> list[Any]:
    """What somebody is besides staff, in words."""
    words = {"managers": _("manager"), "moderators": _("moderator"), "admins": _("admin")}
    return [word for name, word in words.items() if name in user.role_names]
