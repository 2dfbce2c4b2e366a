"""The second factor: what somebody has besides what they know, and who must have one.

Where SECOND_FACTOR asks for it, moderators and admins are plain staff until they have shown it in
this very session: one that somebody else opened with a stolen password gains nothing when its owner
sets up a key later. For the same reason factors are seen, added and taken away by whoever has shown
one, as soon as there is one; a password is not enough.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import segno
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import Change, History, Session, User, What
from .models.account import NEED_A_FACTOR
from .sealing import Unopened, seal, sealed_anew, unseal

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What codes are made from, and under which names it is kept.
SEEDS = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
KEYS = {"secret", "seed"}
# Pages about factors that show, add and take away none; all others wait.
OPEN_PAGES = {"mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"}
OPEN_PAGES |= {"mfa_login_webauthn"}


def must_have(user: User) -> bool:
    """Whether this account, with the roles it was given, has to have a second factor."""
    if settings.SECOND_FACTOR == "none":
        return False
    return user.is_superuser or not user.given_roles.isdisjoint(NEED_A_FACTOR)


def has_one(user: User) -> bool:
    """Recovery codes alone are none: they stand in for what was lost."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()


def shown(request: HttpRequest, user: User) -> bool:
    """Whether a second factor was shown since this session began."""
    return any(
        record.get("method") == "mfa" for record in get_authentication_records(request, user)
    )


def is_to_show(request: HttpRequest, user: User) -> bool:
    """Whether somebody has a second factor that this session has not seen."""
    return has_one(user) and not shown(request, user)


@receiver(authenticator_added)
def set_up(request: HttpRequest, authenticator: Authenticator, **_about: Any) -> None:
    """Whoever sets a factor up has shown it: its code was typed, its key was touched."""
    if authenticator.type in FACTORS:
        about = {"id": authenticator.pk, "type": authenticator.type}
        record_authentication(request, authenticator.user, "mfa", **about)


class HoldBack:
    """Middleware: rights, and factors themselves, wait until a second factor was shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR != "none":
            # Nobody is looked up for a page that does not ask who reads it.
            somebody = request.user
            request.user = SimpleLazyObject(lambda: held_back(request, somebody))  # type: ignore
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        """Lead who has a factor to showing it, before a page gives away another or its codes."""
        page = (request.resolver_match and request.resolver_match.url_name) or ""
        user: Any = request.user
        if not page.startswith("mfa_") or page in OPEN_PAGES or not user.is_authenticated:
            return None
        if is_to_show(request, user):
            return redirect_to_login(request.path, reverse("second_factor"))
        return None


def held_back(request: HttpRequest, user: Any) -> Any:
    """The account as far as this session may use it."""
    if user.is_authenticated and must_have(user) and not shown(request, user):
        user.hold_back()
    return user


@transaction.atomic
def forget(user: User) -> bool:
    """Take all factors of an account away, for whoever lost them, and sign it out everywhere; False
    if there was none."""
    gone, _by_model = Authenticator.objects.filter(user=user).delete()
    Session.objects.end(user)
    if gone:
        changes = {"second factors": [gone, None]}
        History.objects.record(Change("staff.user", user.pk, str(user), What.CHANGED, changes))
    return gone > 0


@transaction.atomic
def seal_anew() -> tuple[int, int]:
    """Seal every seed with today's SECRET_KEY, so that a former one may go.

    Says for how many it did, and how many no key that is known opens: those stay as they are.
    """
    done = lost = 0
    kept = Authenticator.objects.filter(type__in=SEEDS).select_for_update()
    for factor in kept.iterator(chunk_size=500):
        try:
            factor.data |= {key: sealed_anew(factor.data[key]) for key in KEYS & factor.data.keys()}
        except Unopened:
            lost += 1
            continue
        factor.save(update_fields=["data"])
        done += 1
    return done, lost


class Adapter(DefaultMFAAdapter):
    """allauth's second factors in our words."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy(
            "Your role needs a second factor, and this is your only one. Add another one first."
        ),
        "incorrect_code": gettext_lazy("That did not match. Codes change every half minute."),
    }

    def get_totp_issuer(self) -> str:
        return _("Retold, at %s") % settings.ORGANISATION

    def build_totp_svg(self, url: str) -> str:
        drawn = io.BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", border=4, dark="#000", light="#fff")
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey") if number == 1 else _("Passkey %d") % number

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who must have a second factor keeps the last one."""
        others = Authenticator.objects.filter(user=authenticator.user, type__in=FACTORS)
        return not must_have(authenticator.user) or others.exclude(pk=authenticator.pk).exists()

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def _get_site_name(self) -> str:
        return self.get_totp_issuer()
