"""Who acts, from where and by which way: what the history writes down beside every change.

A request is known by the middleware below, a command by `manage.py`, a task by whoever runs it.
Code that knows better, such as a file that is brought in, says so with `acting`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class Way(TextChoices):
    """By which way a change came in."""

    PAGE = "page", _("a page")
    ADMIN = "admin", _("the admin")
    COMMAND = "command", _("a command")
    IMPORT = "import", _("a file brought in")
    TASK = "task", _("a task")
    START = "start", _("the start of Retold")


class Actor(NamedTuple):
    """Who acts, as it is kept: names and numbers that outlast the account."""

    account: int | None
    name: str
    way: str
    place: str
    address: str | None


@dataclass(frozen=True)
class Acting:
    """What is known of whoever acts now; what is left out is asked of the request."""

    request: HttpRequest | None = None
    by: Any = None
    way: str = ""
    place: str = ""


NOTHING_KNOWN = Acting()
_acting: ContextVar[Acting] = ContextVar("acting", default=NOTHING_KNOWN)


@contextmanager
def acting(**known: Any) -> Iterator[None]:
    """Let changes in here be recorded with this; the rest stays as it is known already."""
    token = _acting.set(replace(_acting.get(), **known))
    try:
        yield
    finally:
        _acting.reset(token)


def remember_request(get_response: Callable) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whatever a view changes is recorded as done by its request."""

    def answer(request: HttpRequest) -> HttpResponse:
        token = _acting.set(Acting(request=request))
        try:
            return get_response(request)
        finally:
            _acting.reset(token)

    return answer


def who_acts() -> Actor:
    """Who acts now. Asks nothing of the database but who is signed in, which a view knows."""
    known = _acting.get()
    user = known.by
    if user is None and known.request is not None:
        user = getattr(known.request, "user", None)
    signed_in = user is not None and user.is_authenticated
    account, name = (user.pk, str(user)) if signed_in else (None, "")
    way, place, address = known.way, known.place, None
    if known.request is not None:
        match = known.request.resolver_match
        inside = match is not None and "admin" in match.app_names
        way = way or (Way.ADMIN if inside else Way.PAGE)
        place = place or (match.view_name if match else "")
        address = address_of(known.request)
    return Actor(account, name, str(way), place, address)


def address_of(request: HttpRequest) -> str | None:
    """Where the request came from, as the list of sessions says it."""
    # Imported late: accounts need the models, which write history.
    from allauth.account.adapter import get_adapter

    from .accounts import whole_address

    return whole_address(get_adapter(request).get_client_ip(request))
