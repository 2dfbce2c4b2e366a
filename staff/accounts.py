"""How people sign in: Retold's answers to django-allauth."""

from __future__ import annotations

import logging
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.signals import authentication_step_completed
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from retold.sessions import BEGAN

from . import agents, mails, second_factor, security_log, throttle
from .audiences import ORGANISATION
from .models import Session, User
from .models.session import LONGEST_AGENT
from .naming import Naming
from .trying_out import DEMO_ACCOUNTS, trying_out

log = logging.getLogger(__name__)

NO_MATCH = _("That does not match. Try again, or ask for a code by e-mail.")


class Backend(AuthenticationBackend):
    """Tries a password once, against one account: how long it takes says nothing of who has one."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        password = credentials.get("password")
        name = credentials.get("email") or credentials.get("username")
        if not (password and name):
            return None
        named = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))
        # A name goes before an address that reads the same.
        user = min(named[:2], key=lambda one: one.username.lower() != name.lower(), default=None)
        if user is None:
            User().set_password(password)
            security_log.note("sign-in-failed", request, way="password")
            return None
        right = user.check_password(password)
        if not (right and user.is_active):
            why = "closed" if right else None
            security_log.note("sign-in-failed", request, user, way="password", why=why)
        if right and not self.user_can_authenticate(user):
            # allauth says to them that their account is closed.
            self._stash_user(user)
            return None
        return user if right else None


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

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: Any = None, **about: Any
    ) -> None:
        """Whoever typed a wrong code too often needs another one, and waits for nothing."""
        if message is self.error_messages["too_many_login_attempts"]:
            message = _("That code holds no more, after three wrong tries. Ask for another.")
        super().add_message(request, level, *args, message=message, **about)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            security_log.note("sign-in-held", request)
            raise

    def login(self, request: HttpRequest, user: Any) -> None:
        """Note where this was, so that its owner recognises it, and bound how many there are."""
        super().login(request, user)
        agent = request.headers.get("User-Agent", "")[:LONGEST_AGENT].replace("\x00", "")
        address = whole_address(self.get_client_ip(request))
        request.session[BEGAN] = [timezone.now().isoformat(), address, agent]
        request.session.save()
        Session.objects.leave_the_oldest(user)

    def post_login(self, request: HttpRequest, user: Any, **about: Any) -> HttpResponse:
        """Where one wanted to go; or to what has to be set up first."""
        response = super().post_login(request, user, **about)
        throttle.remember(request, response, user)
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        user: Any = request.user
        if second_factor.must_have(user) and not second_factor.shown(request, user):
            return reverse("second_factor")
        return super().get_login_redirect_url(request)

    def set_password(self, user: Any, password: str) -> None:
        """A new password ends every session but the one in which it was chosen."""
        super().set_password(user, password)
        security_log.note("password-changed", self.request, user)
        here = self.request.session.session_key if self.request.user == user else None
        Session.objects.end(user, but=here)

    def is_safe_url(self, url: str | None) -> bool:
        """Nobody is sent on to another host, nor from https to http."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Where we are, whatever the request called us: the link goes out by e-mail."""
        asked = super().get_reset_password_from_key_url(key)
        return settings.SITE_URL + asked[asked.index(reverse("account_login")[:-6]) :]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return throttle.counted_as(request, credentials.get("email") or credentials["username"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_email")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """What was asked for is done, whether or not the mail server takes the e-mail about it."""
        about = {"request": self.request, "email": email, "site_url": settings.SITE_URL}
        message = self.render_mail(template_prefix, email, {**about, **context})
        kind = template_prefix.rpartition("/")[2]
        security_log.note("account-mail", self.request, context.get("user"), kind=kind)
        if not self.request.user.is_authenticated:
            mails.post(message)
            return
        try:
            message.send()
        except OSError:
            log.exception("An e-mail about an account could not be sent.")
            sorry = _("No e-mail could be sent just now. If you wait for one, ask again later.")
            messages.error(self.request, sorry)

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """In the words people know, for e-mails: a browser may say anything of itself."""
        return agents.named(super().get_http_user_agent(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose tries are counted: behind PROXIES, the address that the outermost one saw.

        A request that came past them, such as one from the server itself, is counted as what it is.
        """
        try:
            return super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied):
            log.warning("A request came by fewer proxies than PROXIES says, or from no address.")
            return request.META.get("REMOTE_ADDR") or "nowhere"


def tell_owner(
    request: HttpRequest, account: User, what: str, *, at: str = "", naming: Naming | None = None
) -> None:
    """Write to the owner of an account that an admin changed how it is signed in to: `what` is the
    e-mail, `at` their address where it is another by now."""
    address = at or account.email
    if not address or account == request.user:
        return
    # An account that has told and read nothing yet may have no employee behind it.
    by = request.user.known_person  # type: ignore[union-attr]  # an admin's, not a visitor's
    name = capfirst((naming or Naming(ORGANISATION)).name(by)) if by else str(request.user)
    about = {"admin": name, "site_url": settings.SITE_URL}
    adapter = get_adapter(request)
    message = adapter.render_mail(f"account/email/{what}", address, about)
    security_log.note("account-mail", request, account, kind=what)
    transaction.on_commit(lambda: mails.post(message), robust=True)


@receiver(authentication_step_completed)
def another_key(request: HttpRequest, reauthenticated: bool = False, **_about: Any) -> None:
    """Whoever says once more who they are goes on under another key: the old one may be known."""
    if reauthenticated:
        request.session.cycle_key()
        security_log.note("asked-again", request, request.user)


def whole_address(said: str) -> str | None:
    """The address if it is one: some proxies add a port, and a socket on the server has none."""
    try:
        return str(ip_address(said.partition("%")[0]))
    except ValueError:
        return None


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
