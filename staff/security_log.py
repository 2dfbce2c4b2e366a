"""What concerns the safety of accounts, said in one place: the logger `retold.security`.

One line for each thing that happened: who signed in and how, who failed, who was refused what,
whose rights were changed by whom. Accounts are numbers, and what people typed into a form is never
said: a password stands in the wrong field now and then. docs/logs.md lists the events.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa import signals as factor_signals
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

log = logging.getLogger("retold.security")

MOST_CHARACTERS = 200
PLAIN = re.compile(r"[\w.,:@/-]+")
# A thing is named by its number. Keys and tokens let in whoever knows them.
NAMED_BY = ("pk", "public_id", "slug", "object_id")
REFUSED, NOT_THERE = (403, 429), 404


def note(event: str, request: HttpRequest | None, account: Any = None, **about: Any) -> None:
    """Say that this happened to an account, who did it and from where, as `name=value` pairs."""
    said = {"event": event, "account": getattr(account, "pk", account)}
    if request is not None:
        by = getattr(request, "user", None)
        said |= {"by": getattr(by, "pk", None), "from": get_adapter().get_client_ip(request)}
    said |= about
    pairs = (f"{name}={_value(value)}" for name, value in said.items() if value is not None)
    log.info(" ".join(pairs))


def _value(value: Any) -> str:
    """As it is if it is one plain word, else in quotes, with whatever would end them escaped."""
    text = str(value)[:MOST_CHARACTERS]
    return text if PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


class Refusals:
    """Middleware: notes who was refused something, or asked for what is not there for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        found = request.resolver_match
        # An address that leads nowhere is somebody's mistake, or a machine that tries them all.
        if response.status_code in REFUSED or (response.status_code == NOT_THERE and found):
            named = {name: found.kwargs.get(name) for name in NAMED_BY} if found else {}
            page = found.view_name if found else None
            status = response.status_code
            note("refused", request, status=status, method=request.method, page=page, **named)
        return response


@receiver(account_signals.user_logged_in)
def signed_in(request: HttpRequest, user: Any, **_about: Any) -> None:
    records = get_authentication_records(request, user)
    ways = dict.fromkeys(record.get("type") or record.get("method", "") for record in records)
    note("sign-in", request, user, ways=",".join(ways) or None)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: Any, **_about: Any) -> None:
    if user is not None:
        note("sign-out", request, user)


@receiver(account_signals.login_code_rejected)
def code_rejected(request: HttpRequest, user: Any, last_attempt: bool, **_about: Any) -> None:
    note("sign-in-failed", request, user, way="code", last=last_attempt)


@receiver(factor_signals.authentication_failed)
def factor_rejected(request: HttpRequest, user: Any, authenticator: Any, **_about: Any) -> None:
    note("sign-in-failed", request, user, way=authenticator.type)


@receiver(factor_signals.authenticator_added)
def factor_added(request: HttpRequest, user: Any, authenticator: Any, **_about: Any) -> None:
    note("factor-added", request, user, kind=authenticator.type)


@receiver(factor_signals.authenticator_removed)
def factor_removed(request: HttpRequest, user: Any, authenticator: Any, **_about: Any) -> None:
    note("factor-removed", request, user, kind=authenticator.type)


@receiver(factor_signals.authenticator_reset)
def codes_made_anew(request: HttpRequest, user: Any, authenticator: Any, **_about: Any) -> None:
    note("factor-changed", request, user, kind=authenticator.type)
