"""Walls that have not changed since they were made: answered without making them again.

What a wall shows changes with the wall's version, the day, the release and the address; and with
who reads: their account and roles, the views they keep, when they were last here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial, wraps
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.context import make_context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from retold.memory import OF_PAGES
from retold.prepared import Prepared
from retold.release import release
from staff import roles
from staff.models import User
from staff.requests import SignedInRequest
from stories import unchanged as unchanged_pages
from stories.filtering.asked import CHOSEN, SWITCHES
from stories.filtering.filters import FilterForm
from stories.filtering.known import READ
from stories.models import SavedView
from stories.models.held import is_at_hand, read_at_once
from stories.models.postings import Version
from stories.remembered import Pages
from stories.unchanged import (
    Found,
    badge_of,
    described,
    for_anybody,
    for_reader,
    may_be_unchanged,
    reader_of,
    tag_of,
    tomorrow,
)

from .visits import is_noted, known_of, noted_until

View = Callable[..., HttpResponse]
# What an address may ask for without meaning somebody: `mine` and `new` do, and so may a search.
IMPERSONAL = frozenset(
    {"trait", "team", "person", *CHOSEN, *SWITCHES, "year", "month"}
    | {"sort", "view", "after", "before", "all"}
)
# In bytes: a wall has some thirty thousand. What is asked for with more characters is not kept.
MOST, LONGEST = 4 * 1024 * 1024, 500
# Their filters, some ten thousand, are packed.
MOST_FILTERS = 3 * 1024 * 1024
# What our tags begin with.
OURS = "wall-"
# What a glance found out of a page that it did not have, so that the view need not ask it again.
GLANCED = "retold.wall"

_COLUMNS = [column.attname for column in SavedView._meta.concrete_fields]


def _kept_by(account: Any) -> QuerySet[Any, tuple]:
    return SavedView.objects.kept_by(account).values_list(*_COLUMNS, "team_slug")


_views = Prepared(_kept_by)


def _views_of(user: User, version: Version) -> Iterable[tuple]:
    """The views of an account; with whatever this process does not know of the wall yet."""
    if is_at_hand(version, READ):
        return _views.rows(user.pk)
    views = _kept_by(user.pk)
    read_at_once(version, READ, views)
    return views


class Standing(NamedTuple):
    """What a page depends on besides who reads it, the rights of its reader, and the reader."""

    page: tuple[Hashable, ...]
    rights: tuple[Hashable, ...]
    reader: tuple[Hashable, ...]
    views: tuple[tuple, ...]

    @classmethod
    def of(cls, request: SignedInRequest) -> Standing:
        user, htmx = request.user, request.htmx
        glanced: Standing | None = request.META.get(GLANCED)
        if glanced and glanced.reader == reader_of(user):
            return glanced
        known = known_of(request)
        return cls(
            page=(
                *(release(), known.as_of, timezone.localdate(), get_language()),
                *(request.scheme, request.get_host(), request.get_full_path()),
                *(bool(htmx), htmx.history_restore_request),
            ),
            rights=(roles.is_manager(user), roles.is_moderator(user)),
            reader=reader_of(user),
            views=tuple(_views_of(user, known.as_of)) if known.kept else (),
        )

    @property
    def version(self) -> Version:
        return self.page[1]  # type: ignore[return-value]

    def tag(self, request: SignedInRequest) -> str:
        """The ETag of the page for this reader, who was last here when they were."""
        return tag_of(OURS, *self, known_of(request).seen)


PAGES = Pages(MOST)
FILTERS = Pages(MOST_FILTERS, packed=True)


class AnswerUnchanged(unchanged_pages.AnswerUnchanged):
    """Says so of the wall, and of the pages that are the wall with a heading of their own."""

    begins = OURS

    def may_have(self, request: HttpRequest) -> bool:
        return PAGES.has_any_at(request.get_full_path())

    def find(self, request: SignedInRequest, beside: tuple[Any, ...]) -> Found | None:
        if not is_noted(request):
            return None
        standing = Standing.of(request)
        request.META[GLANCED] = standing
        # The views somebody keeps are not in the row of their session.
        until = None if standing.views else min(noted_until(request), tomorrow())
        page = partial(_page, _shared(request, standing))
        return Found(standing.tag(request), page, until)


def unchanged(*, shared: bool = False) -> Callable[[View], View]:
    """Give the page a tag, for it to be told unchanged; with `shared`, let others have it as well.

    A page with a form is not for this: its token is another each time.
    """

    def decorated(view: View) -> View:
        @wraps(view)
        def answered(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may_be_unchanged(request):
                return view(request, *args, **kwargs)
            standing = request.standing = Standing.of(request)  # type: ignore[attr-defined]
            if shared and is_noted(request) and not connection.in_atomic_block:
                request.shared_as = _shared(request, standing)  # type: ignore[attr-defined]
            response = _remembered(request) or view(request, *args, **kwargs)
            if response.status_code != 200:
                return response
            return described(response, standing.tag(request))

        return answered

    return decorated


def render_page(request: SignedInRequest, template: str, context: dict) -> HttpResponse:
    """The page; one that others may have as well is made without its reader, and remembered."""
    key = getattr(request, "shared_as", None)
    if key is None:
        return _rendered(request, template, context)
    page = for_anybody(template, context)
    PAGES.put(key, page, key[1], request.get_full_path())
    return for_reader(request, page)


def _rendered(request: SignedInRequest, template: str, context: dict) -> HttpResponse:
    badge = mark_safe(badge_of(request).decode())  # noqa: S308  # made by a template
    shown = make_context({**context, "badge_here": badge}, request)
    try:
        return HttpResponse(get_template(template).template.render(shown))  # type: ignore
    finally:
        # Its layers know it and it knows them: a circle, which would hold all that is on the page
        # until Python looks for garbage.
        shown.dicts.clear()
        OF_PAGES.give_back()


def kept_by_version(
    request: SignedInRequest, form: FilterForm, make: Callable[[], SafeString]
) -> SafeString:
    """The filters of this wall, which are the same on each of its pages, for all with such rights.

    They are made once as long as the wall has the same version, but for what means somebody.
    """
    standing: Standing | None = getattr(request, "standing", None)
    address = form.address()
    asked = QueryDict(address.partition("?")[2]).keys()
    if not standing or connection.in_atomic_block or not asked <= IMPERSONAL:
        return make()
    key = (form.path, form.plain, address, standing.rights, get_language())
    if (kept := FILTERS.get(key, standing.version)) is None:
        kept = make().encode()
        FILTERS.put(key, kept, standing.version)
    return mark_safe(kept.decode())  # noqa: S308  # made by a template


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
    if not request.GET.keys() <= IMPERSONAL or len(request.META["QUERY_STRING"]) > LONGEST:
        return None
    mine = (standing.reader, standing.views) if standing.views else ()
    return (*standing.page, *standing.rights, *mine)


def _remembered(request: SignedInRequest) -> HttpResponse | None:
    page = _page(getattr(request, "shared_as", None))
    return None if page is None else for_reader(request, page)


def _page(key: tuple[Hashable, ...] | None) -> bytes | None:
    return None if key is None or connection.in_atomic_block else PAGES.get(key, key[1])
