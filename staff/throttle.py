"""How often somebody may try a password: by account and by address, and nobody is locked out.

Wrong tries at an account are counted together, from wherever they come; so a stranger who keeps
guessing would shut out its owner. Therefore a browser in which the account was signed in before
carries a signed cookie and is counted by itself: what strangers do does not touch it. Codes by
e-mail and passkeys are open to the owner all the while.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string

from .models import User

COOKIE = ("__Host-" if settings.HTTPS else "") + "known"
SALT = "staff.throttle"
FOR_SECONDS = 365 * 24 * 60 * 60
# A computer on a ward is many people's; of those who signed in there, so many are remembered.
MOST_ACCOUNTS = 50


def counted_as(request: HttpRequest, name: str) -> str:
    """What wrong tries at this name are counted under: the account, however it is called."""
    account = (
        User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name))
        .order_by("pk")
        .values_list("pk", flat=True)
        .first()
    )
    if account is None:
        return f"name:{name.lower()}"
    browser, known = browser_of(request)
    return f"account:{account}" + (f":{browser}" if account in known else "")


def browser_of(request: HttpRequest) -> tuple[str, list[int]]:
    """The number of this browser, and whose accounts have been signed in there."""
    try:
        number, accounts = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=FOR_SECONDS
        )
    except (signing.BadSignature, ValueError, TypeError):
        return get_random_string(16), []
    return number, accounts


def remember(request: HttpRequest, response: HttpResponse, user: Any) -> None:
    """Let this browser be known as one of this account's."""
    number, accounts = browser_of(request)
    accounts = [user.pk, *(pk for pk in accounts if pk != user.pk)][:MOST_ACCOUNTS]
    response.set_cookie(
        COOKIE,
        signing.dumps([number, accounts], salt=SALT, compress=True),
        max_age=FOR_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
