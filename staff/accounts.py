"""How people sign in: Retold's answers to django-allauth."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .models import User
from .trying_out import DEMO_ACCOUNTS, trying_out

log = logging.getLogger(__name__)

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

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What was asked for is done, whether or not the mail server takes the e-mail about it."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:
            log.exception("An e-mail about an account could not be sent.")
            sorry = _("No e-mail could be sent just now. If you wait for one, ask again later.")
            messages.error(self.request, sorry)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted: behind PROXIES, the address that the outermost one saw.

        A request that came past them, such as one from the server itself, is counted as what it is.
        """
        try:
            return super().get_client_ip(request)
        except ImproperlyConfigured:
            log.warning("A request came by fewer proxies than PROXIES says.")
            return request.META["REMOTE_ADDR"]


def demo_accounts() -> list[str]:
    """The demo's accounts that are here; none where Retold is in earnest."""
    if not trying_out():
        return []
    here = set(User.objects.filter(username__in=DEMO_ACCOUNTS).values_list("username", flat=True))
    return [name for name in DEMO_ACCOUNTS if name in here]


def role_names(user: User) -> list[Any]:
    """What somebody is besides staff, in words."""
    words = {"managers": _("manager"), "moderators": _("moderator"), "admins": _("admin")}
    return [word for name, word in words.items() if name in user.role_names]
