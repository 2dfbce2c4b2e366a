"""The page of a story that has not changed since it was made.

Most of it is the same for everybody with the same rights. It changes with what a wall may show of
any story (its words and traits, how people are named, its family), with what readers did with this
one, and with the day and the release. Who told the story or wrote a note under it has a page of
their own, and whoever saluted it one with those who did.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CSRF_SECRET_LENGTH
from django.utils import timezone
from django.utils.translation import get_language

from retold.prepared import Prepared
from retold.release import release
from staff import roles
from staff.audiences import ORGANISATION
from staff.models import Credit, Employee, Membership
from staff.naming import Naming
from staff.requests import SignedInRequest
from stories import unchanged
from stories.filtering.known import UNNAMED
from stories.models import Note, Salute, Story, WallVersion
from stories.models.postings import Version
from stories.remembered import Pages
from stories.unchanged import (
    Found,
    described,
    for_anybody,
    for_reader,
    reader_of,
    tag_of,
    tomorrow,
)

from .asked import Asked

OURS, PATH = "story-", re.compile(r"/stories/([-\w]+)/", re.ASCII)
# A secret of Django's, which the tokens of a reader's forms are made from.
SECRET = re.compile(rf"[a-zA-Z0-9]{{{CSRF_SECRET_LENGTH}}}")
# In bytes: packed, a page has two or three thousand.
MOST = 8 * 1024 * 1024
PAGES = Pages(MOST, packed=True)
# What a glance found out of a page that it did not have, so that the view need not ask it again.
GLANCED = "retold.standing"


class Known(NamedTuple):
    """What one question tells of a published story and of who reads it."""

    pk: int
    era: str
    number: int
    measures: int
    seq: int | None
    stirred: int | None
    teller: int
    reader: int | None
    saluted: bool
    wrote: bool
    # The team that the reader leads, and theirs if somebody in it agreed to be called more there.
    leads: int | None
    team: int | None

    @property
    def as_of(self) -> Version:
        return Version(self.era, self.number)


def _question(public_id: str, account: int) -> QuerySet:
    version = WallVersion.objects.filter(pk=1)
    reader = Employee.objects.filter(account=account).order_by()
    of_reader = {"story": OuterRef("pk"), "reader__account": account}
    notes = Note.objects.shown().filter(story=OuterRef("pk"), author__account=account)
    # Nobody is in two teams at a time.
    today = Membership.objects.filter(employee__account=account, until=None).order_by()
    called_more = Credit.objects.filter(
        ~Q(in_team=F("in_organisation")), story=OuterRef("pk"), team__in=today.values("team")
    )
    return (
        Story.objects.published()
        .filter(public_id=public_id)
        .values_list(
            "pk",
            Subquery(version.values("era")),
            Subquery(version.values("number")),
            Subquery(version.values("measures")),
            "entry__seq",
            "entry__stirred",
            "teller",
            Subquery(reader.values("pk")[:1]),
            Exists(Salute.objects.filter(**of_reader)),
            Exists(notes),
            Subquery(today.filter(leads=True).values("team")[:1]),
            Subquery(called_more.order_by().values("team")[:1]),
        )
        .order_by()
    )


_known = Prepared(_question)


class Standing(NamedTuple):
    """What the page depends on: the state of all stories, of this one, and who reads it.

    `led` are the teams that its reader leads; `team` is theirs, if more of a name is said in it.
    """

    known: Known
    version: tuple[Hashable, ...]
    page: tuple[Hashable, ...]
    led: frozenset[int]
    team: int | None
    rights: tuple[Hashable, ...]
    reader: tuple[Hashable, ...]

    @classmethod
    def of(cls, request: SignedInRequest, public_id: str, asked: Asked) -> Standing | None:
        """None for what is not on the wall, or not in its index."""
        glanced: Standing | None = request.META.get(GLANCED)
        if glanced and glanced.reader == reader_of(request.user):
            return glanced
        return cls.found(request, asked, public_id, _known.rows(public_id, request.user.pk))

    @classmethod
    def found(
        cls, request: SignedInRequest, asked: Asked, public_id: str, rows: list[tuple]
    ) -> Standing | None:
        """The same of what was asked for already."""
        user = request.user
        known = next((Known(*row) for row in rows), None)
        if known is None or known.seq is None:
            return None
        own = known.reader if known.reader == known.teller or known.wrote else None
        day = timezone.localdate()
        return cls(
            known=known,
            # A salute or a retelling concerns no page but that of its own story.
            version=(release(), known.era, known.number - known.measures),
            page=(public_id, *asked, known.seq, known.stirred, day, get_language()),
            led=frozenset([known.leads] if known.leads and roles.is_manager(user) else ()),
            team=known.team,
            rights=(roles.is_moderator(user), known.saluted, own),
            reader=reader_of(user),
        )

    @property
    def key(self) -> Hashable:
        return self.page, self.led, self.team, self.rights

    def remembered(self) -> bytes | None:
        # What a transaction sees may never come to be.
        return None if connection.in_atomic_block else PAGES.get(self.key, self.version)

    def naming(self) -> Naming:
        """How people may be named, as of this."""
        teams = () if self.team is None else (self.team,)
        return Naming(ORGANISATION, unnamed=UNNAMED.at(self.known.as_of), teams=teams)

    def tag(self, secret: str) -> str:
        """The ETag of the page for this reader, whose forms go with this secret."""
        _known, version, page, led, *others = self
        return tag_of(OURS, version, page, tuple(sorted(led)), *others, secret)


class AnswerUnchanged(unchanged.AnswerUnchanged):
    """Says so of the pages of stories."""

    begins = OURS

    def may_have(self, request: HttpRequest) -> bool:
        return PAGES.has_any_at(request.path_info)

    def beside(self, request: Any) -> tuple[Hashable, ...] | None:
        """The secret of the reader's forms, and what the database says of the story for them."""
        secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
        there = PATH.fullmatch(request.path_info)
        # A secret that is none is replaced in time.
        if not there or not SECRET.fullmatch(secret) or "HTTP_HX_REQUEST" in request.META:
            return None
        request.META["CSRF_COOKIE"] = secret
        return secret, *_known.raw(there[1], request.session.account_key)

    def find(self, request: SignedInRequest, beside: tuple[Any, ...]) -> Found | None:
        there, asked = PATH.fullmatch(request.path_info), Asked.read(request)
        # A host that is none is refused in time.
        if not there or not asked or not request.get_host():
            return None
        secret, *rows = beside
        standing = Standing.found(request, asked, there[1], _known.converted(rows))
        if standing is None:
            return None
        request.META[GLANCED] = standing
        return Found(standing.tag(secret), standing.remembered, tomorrow())


def remembered(request: SignedInRequest, standing: Standing) -> HttpResponse | None:
    """The page as it was made before, for this reader."""
    page = standing.remembered()
    return None if page is None else _answer(request, standing, page)


def remember(
    request: SignedInRequest, standing: Standing, template: str, context: dict
) -> HttpResponse:
    """Make the page, for this reader and for whoever else would get the same."""
    page = for_anybody(template, context)
    if not connection.in_atomic_block:
        PAGES.put(standing.key, page, standing.version, request.path_info)
    return _answer(request, standing, page)


def _answer(request: SignedInRequest, standing: Standing, page: bytes) -> HttpResponse:
    response = for_reader(request, page)
    return described(response, standing.tag(request.META.get("CSRF_COOKIE", "")))
