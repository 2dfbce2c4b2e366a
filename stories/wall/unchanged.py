"""Pages that have not changed since they were made: answered without making them again.

What a wall shows changes with the wall's version, the day, the release and the address; and with
who reads: their account and roles, the views they keep, when they were last here. A browser that
still has the page is told so (304). A page with nothing of its reader in it is remembered by the
process for others with the same rights, and the reader's own badge is put in each time.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django_htmx.middleware import HtmxDetails

from retold.context import site
from retold.prepared import Prepared
from retold.release import release
from staff import roles
from staff.requests import SignedInRequest
from stories.filtering.asked import CHOSEN, SWITCHES
from stories.models import SavedView, WallVersion
from stories.models.postings import Version

from .visits import REMEMBERED, is_noted

View = Callable[..., HttpResponse]
# What an address may ask for without meaning somebody: `mine` and `new` do, and so may a search.
IMPERSONAL = frozenset(
    {"trait", "team", "person", *CHOSEN, *SWITCHES, "year", "month"}
    | {"sort", "view", "after", "before", "all"}
)
MOST_PAGES = 400
# What our tags begin with, and the requests that are answered by them.
OURS, READING = "wall-", ("GET", "HEAD")
# Where the reader's own badge stands; no text of ours has such characters.
ME = mark_safe("\x1fme\x1f")

_COLUMNS = [column.attname for column in SavedView._meta.concrete_fields]
_views = Prepared(
    lambda account: SavedView.objects.kept_by(account).values_list(*_COLUMNS, "team_slug")
)
# The wall's version, and how many views an account keeps: mostly none.
_begin = Prepared(
    lambda account: WallVersion.objects.filter(pk=1).values_list(
        "era",
        "number",
        Subquery(
            SavedView.objects.filter(owner__account=account)
            .order_by()
            .values("owner")
            .annotate(kept=Count("pk"))
            .values("kept")
        ),
    )
)


class Standing(NamedTuple):
    """What a page depends on besides who reads it, the rights of its reader, and the reader."""

    page: tuple[Hashable, ...]
    rights: tuple[Hashable, ...]
    reader: tuple[Hashable, ...]
    views: tuple[tuple, ...]

    @classmethod
    def of(cls, request: SignedInRequest) -> Standing:
        user, htmx = request.user, request.htmx
        era, number, kept = next(iter(_begin.rows(user.pk)), ("", 0, 1))
        return cls(
            page=(
                *(release(), Version(era, number), timezone.localdate(), get_language()),
                *(request.scheme, request.get_host(), request.get_full_path()),
                *(bool(htmx), htmx.history_restore_request),
            ),
            rights=(roles.is_manager(user), roles.is_moderator(user)),
            reader=(user.pk, user.shown_name, user.is_superuser, *sorted(user.role_names)),
            views=tuple(_views.rows(user.pk)) if kept else (),
        )

    @property
    def version(self) -> Version:
        return self.page[1]  # type: ignore[return-value]

    def tag(self, request: SignedInRequest) -> str:
        """The ETag of the page for this reader, who was last here when the session says."""
        _at, before = request.session.get(REMEMBERED) or (0, None)
        digest = hashlib.sha256(repr((*self, before)).encode())
        return f'W/"{OURS}{digest.hexdigest()[:32]}"'


class Pages:
    """Pages of the wall's newest version that nobody's own things are in; so many of them."""

    def __init__(self, most: int = MOST_PAGES) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._of: Hashable = None
        self._pages: OrderedDict[Hashable, str] = OrderedDict()

    def get(self, key: Hashable) -> str | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: str, version: Hashable) -> None:
        with self._lock:
            if version != self._of:
                # Nobody asks for another version any more.
                self._pages.clear()
                self._of = version
            self._pages[key] = page
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)


PAGES = Pages()


class AnswerUnchanged:
    """Tells a browser that the page it has is what it would get (304).

    That is known from the session, the account and the wall's version, so it is said before the
    rest of the middleware, and the view, begin their work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._sessions = import_module(settings.SESSION_ENGINE).Glance

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if OURS in request.META.get("HTTP_IF_NONE_MATCH", "") and request.method in READING:
            tag = self._tag(request)
            if tag and tag.removeprefix("W/") in request.META["HTTP_IF_NONE_MATCH"]:
                return _described(HttpResponseNotModified(), tag)
        return self._get_response(request)

    def _tag(self, request: Any) -> str:
        """The tag of the page as it would be now; '' if it has to be made to know."""
        request.session = self._sessions(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        request.user = get_user(request)
        request.htmx = HtmxDetails(request)
        if not request.user.is_authenticated or not _may_be_unchanged(request):
            return ""
        return Standing.of(request).tag(request) if is_noted(request) else ""


def unchanged(*, shared: bool = False) -> Callable[[View], View]:
    """Give the page a tag, for it to be told unchanged; with `shared`, let others have it as well.

    A page with a form is not for this: its token is another each time.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def answered(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _may_be_unchanged(request):
                return view(request, *args, **kwargs)
            standing = request.standing = Standing.of(request)  # type: ignore[attr-defined]
            if shared and is_noted(request) and not connection.in_atomic_block:
                request.shared_as = _shared(request, standing)  # type: ignore[attr-defined]
            response = _remembered(request) or view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            return _described(response, standing.tag(request))

        return answered

    return decorated


def render_page(request: SignedInRequest, template: str, context: dict) -> HttpResponse:
    """The page; one that others may have as well is made without its reader, and remembered."""
    key = getattr(request, "shared_as", None)
    if key is None:
        return render(request, template, context)
    anybody = {
        "request": SimpleNamespace(user=SimpleNamespace(is_authenticated=True)),
        "badge_here": ME,
    }
    organisation = {"organisation": settings.ORGANISATION}
    html = render_to_string(template, {**context, **organisation, **anybody})
    PAGES.put(key, html, key[1])
    return _with_badge(request, html)


def as_of(request: HttpRequest) -> Version | None:
    """The wall's version, if it is known by now."""
    standing: Standing | None = getattr(request, "standing", None)
    return standing.version if standing else None


def views_of(request: SignedInRequest) -> list[SavedView]:
    """The views that the reader keeps, in their order."""
    standing: Standing | None = getattr(request, "standing", None)
    if standing is None:
        return list(SavedView.objects.kept_by(request.user))
    return [_view(row) for row in standing.views]


def _view(row: tuple) -> SavedView:
    view = SavedView.from_db("default", _COLUMNS, row[:-1])
    view.team_slug = row[-1]
    return view


def _shared(request: SignedInRequest, standing: Standing) -> tuple[Hashable, ...] | None:
    """As what the page is remembered; for nobody else where its reader keeps views."""
    if not request.GET.keys() <= IMPERSONAL:
        return None
    mine = (standing.reader, standing.views) if standing.views else ()
    return (*standing.page, *standing.rights, *mine)


def _remembered(request: HttpRequest) -> HttpResponse | None:
    key = getattr(request, "shared_as", None)
    html = PAGES.get(key) if key is not None else None
    return None if html is None else _with_badge(request, html)


def _with_badge(request: HttpRequest, html: str) -> HttpResponse:
    known = site(request)
    badge = _badge(request.user.shown_name, known["may_moderate"], known["may_keep_screens"])  # type: ignore[union-attr]
    return HttpResponse(html.replace(ME, badge, 1))


@lru_cache(maxsize=1000)
def _badge(shown_name: str, may_moderate: bool, may_keep_screens: bool) -> str:
    user = SimpleNamespace(shown_name=shown_name, is_authenticated=True)
    rights = {"may_moderate": may_moderate, "may_keep_screens": may_keep_screens}
    return render_to_string(
        "components/me.html", {"request": SimpleNamespace(user=user), **rights}
    ).strip()


def _may_be_unchanged(request: SignedInRequest) -> bool:
    """Whether the page has nothing to say that has just happened, and nobody works on its code."""
    says = "messages" in request.COOKIES or "_messages" in request.session
    return not (says or settings.DEBUG)


def _described(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie", "HX-Request"])
    return response
