"""Pages that have not changed since they were made: what all rooms that have such pages share.

A browser that still has the page is told so (304). A page with nothing of its reader in it is
remembered by the process for others who would get the same, and what is their own, the badge and
the token of their forms, is put in each time. Both is found out before the rest of the middleware
begins its work, of which a page needs what says something of every answer.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Hashable
from functools import lru_cache
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import mark_safe
from django_htmx.middleware import HtmxDetails

from retold.context import site
from retold.headers import PERSONAL
from retold.memory import OF_PAGES
from retold.messages import COOKIE
from retold.sessions import Glance
from retold.tokens import token
from staff.models import User
from staff.requests import SignedInRequest
from staff.second_factor import held_back

from .remembered import Lately

# Where what is the reader's own stands; no text of ours has such characters.
ME, TOKEN = mark_safe("\x1fme\x1f"), mark_safe("\x1ftoken\x1f")
READING = ("GET", "HEAD")
# All of a request that such a page may depend on, but for its cookies.
ASKED = (
    *("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT"),
    *("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING"),
    *("HTTP_HX_REQUEST", "HTTP_HX_HISTORY_RESTORE_REQUEST"),
)
VARY = ("Cookie", "HX-Request")
NOT_BY_HTMX = HtmxDetails(HttpRequest())
# A few thousand bytes each.
MOST_LATELY = 100
# The page that was found before the rest of the middleware, or why none could be looked for.
FOUND = "retold.found"


class Found(NamedTuple):
    """The tag of a page as it would be now, and how to have it if it is remembered.

    With `until` it is found until then wherever the same session and account ask for the same.
    """

    tag: str
    page: Callable[[], bytes | None]
    until: datetime.datetime | None = None
    badge: bytes | None = None


class AnswerUnchanged:
    """Middleware that tells a browser that the page it has is what it would get (304), or gives it
    the page that is remembered.

    That is known from the session, the account and a few numbers, so it is found out before the
    rest of the middleware, and the view, begin their work. A 304 needs no header but its own, for
    the browser keeps those of the page; a page is handed on to `GiveRemembered`. Each room that has
    such pages says what its tags begin with and where it remembers pages, and finds the page of a
    request.
    """

    begins: str

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._lately: Lately[Found] = Lately(MOST_LATELY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        had = request.META.get("HTTP_IF_NONE_MATCH", "")
        if request.method in READING and (self.begins in had or self.may_have(request)):
            try:
                answer = self._answer(request, had)
            except (Error, SuspiciousOperation) as error:
                request.META[FOUND] = error
            else:
                if answer and answer.status_code == HTTPStatus.NOT_MODIFIED:
                    return answer
                request.META[FOUND] = answer
        return self._get_response(request)

    def _answer(self, request: Any, had: str) -> HttpResponse | None:
        if not hasattr(request, "session"):
            request.session = Glance(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        found = self._found(request)
        if found and found.tag.removeprefix("W/") in had:
            return described(HttpResponseNotModified(), found.tag)
        page = found.page() if found and request.method == "GET" else None
        if not found or not page:
            return None
        return described(for_reader(request, page, found.badge), found.tag)

    def _found(self, request: Any) -> Found | None:
        if request.session.account_key is None or COOKIE in request.COOKIES:
            return None
        if (beside := self.beside(request)) is None:
            return None
        key = (request.session.row, *map(request.META.get, ASKED), *beside)
        return self._lately.get(key) or self._find(request, beside, key)

    def _find(
        self, request: Any, beside: tuple[Hashable, ...], key: tuple[Hashable, ...]
    ) -> Found | None:
        request.user = request.session.account()
        if request.user is None or not may_be_unchanged(request):
            return None
        request.user, request.htmx = held_back(request, request.user), _htmx(request)
        found = self.find(request, beside)
        # What a transaction sees may never come to be.
        if found and found.until and not connection.in_atomic_block:
            until = min(found.until, request.session.unnoted_until())
            self._lately.put(key, found._replace(badge=badge_of(request)), until)
        return found

    def may_have(self, request: HttpRequest) -> bool:
        """Whether a page of this address is remembered, for whomever; quickly."""
        raise NotImplementedError

    def beside(self, request: Any) -> tuple[Hashable, ...] | None:
        """What else the page depends on than the address, the session and the account; None if it
        has to be made to know."""
        return ()

    def find(self, request: SignedInRequest, beside: tuple[Any, ...]) -> Found | None:
        """The page as it would be now, given what else it depends on; None as above."""
        raise NotImplementedError


class GiveRemembered:
    """Middleware that gives the page that was found; what went wrong while it was looked for is
    said from here, as if it went wrong in a view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = request.META.get(FOUND)
        if isinstance(found, Exception):
            raise found
        return found or self._get_response(request)


def _htmx(request: HttpRequest) -> HtmxDetails:
    """What htmx says of a request; most are not its own, and their headers need no reading."""
    return HtmxDetails(request) if "HTTP_HX_REQUEST" in request.META else NOT_BY_HTMX


def reader_of(user: User) -> tuple[Hashable, ...]:
    """What a page may depend on of whoever reads it."""
    return user.pk, user.shown_name, user.is_superuser, *sorted(user.role_names)


def may_be_unchanged(request: SignedInRequest) -> bool:
    """Whether the page has nothing to say that has just happened, and nobody works on its code."""
    says = COOKIE in request.COOKIES or "_messages" in request.session
    return not (says or settings.DEBUG)


def tomorrow() -> datetime.datetime:
    """When another day begins: pages say how long ago something was."""
    day = timezone.localdate() + datetime.timedelta(days=1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))


@lru_cache(maxsize=250)
def tag_of(begins: str, *what: Hashable) -> str:
    """The tag of a page that depends on this."""
    digest = hashlib.sha256(repr(what).encode())
    return f'W/"{begins}{digest.hexdigest()[:32]}"'


def described(response: HttpResponse, tag: str) -> HttpResponse:
    """The answer with its tag, to be asked for again each time."""
    response.headers["ETag"] = tag
    if "Vary" in response.headers or "Cache-Control" in response.headers:
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, VARY)
    else:
        response.headers["Cache-Control"], response.headers["Vary"] = PERSONAL, ", ".join(VARY)
    return response


def for_anybody(template: str, context: dict) -> bytes:
    """The page for somebody who is signed in, with marks where what is their own belongs."""
    anybody = {
        "request": SimpleNamespace(user=SimpleNamespace(is_authenticated=True)),
        "badge_here": ME,
        "csrf_token": TOKEN,
        "organisation": settings.ORGANISATION,
    }
    page = render_to_string(template, {**context, **anybody}).encode()
    OF_PAGES.give_back()
    return page


def for_reader(request: SignedInRequest, page: bytes, badge: bytes | None = None) -> HttpResponse:
    """The page with what is its reader's own."""
    page = page.replace(_ME, badge or badge_of(request), 1)
    if _TOKEN in page:
        page = page.replace(_TOKEN, token(request).encode())
    return HttpResponse(page, headers={"Content-Length": str(len(page))})


def badge_of(request: SignedInRequest) -> bytes:
    """The badge in the frame of the reader's pages: the same on each, and made once."""
    known = site(request)
    return _badge(request.user.shown_name, known["may_moderate"], known["may_keep_screens"])


_ME, _TOKEN = ME.encode(), TOKEN.encode()


@lru_cache(maxsize=1000)
def _badge(shown_name: str, may_moderate: bool, may_keep_screens: bool) -> bytes:
    user = SimpleNamespace(shown_name=shown_name, is_authenticated=True)
    rights = {"may_moderate": may_moderate, "may_keep_screens": may_keep_screens}
    badge = render_to_string(
        "components/me.html", {"request": SimpleNamespace(user=user), **rights}
    )
    return badge.strip().encode()
