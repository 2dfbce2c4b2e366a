"""What is new to a reader: noted now and then while they look at the wall.

When they were last here is read with their session, so most pages ask and write nothing for it.
"""

from __future__ import annotations

import datetime
import logging
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.db.models import Count, F, OuterRef, Subquery
from django.utils import timezone

from retold.databases import patience
from retold.errors import is_away
from retold.prepared import Prepared
from staff.models import User
from staff.requests import SignedInRequest
from stories.filtering.asked import Reader
from stories.filtering.meant import Meant
from stories.models import SavedView, Visit, WallVersion
from stories.models.postings import Version
from stories.models.visit import NOTED_EVERY, seen_by_now

log = logging.getLogger(__name__)

# Nobody waits long for their wall because somebody else writes.
SECONDS_TO_NOTE = 1


class Known(NamedTuple):
    """What is read with a session: the wall's version, how many views the reader keeps (mostly
    none), and their last visit, which is noted unless `at` is None."""

    era: str | None
    number: int | None
    kept: int | None
    before: int | None
    latest: int | None
    at: Any

    @property
    def as_of(self) -> Version:
        return Version(self.era or "", self.number or 0)

    @property
    def visit(self) -> Visit:
        """The last visit, of nobody in particular."""
        return Visit(before=self.before or 0, latest=self.latest or 0, at=self.at or NEVER)

    @property
    def seen(self) -> int:
        """What the reader had seen when the visit before this one ended."""
        return seen_by_now(self.before or 0, self.latest or 0, self.at or NEVER)


NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)


def beside(account: str = "") -> tuple[Any, ...]:
    """What a question for an account asks for to have it too; see settings.SESSION_BESIDE."""
    version = WallVersion.objects.filter(pk=1)
    start = f"{account}__" if account else ""
    views = SavedView.objects.filter(owner__account=OuterRef(f"{start}pk")).order_by()
    kept = views.values("owner").annotate(kept=Count("pk")).values("kept")
    visit = (F(f"{start}employee__visit__{name}") for name in ("before", "latest", "at"))
    era, number = Subquery(version.values("era")), Subquery(version.values("number"))
    return era, number, Subquery(kept), *visit


_asked = Prepared(lambda account: User.objects.filter(pk=account).values_list(*beside()))


def known_of(request: SignedInRequest) -> Known:
    """What is known of the wall and its reader as this request begins."""
    if not hasattr(request, "known"):
        found = getattr(request.session, "beside", ()) or next(iter(_asked.rows(request.user.pk)))
        request.known = Known(*found)
    return request.known


def is_noted(request: SignedInRequest) -> bool:
    """Whether what they see now was written down only a moment ago."""
    return timezone.now() < noted_until(request)


def noted_until(request: SignedInRequest) -> datetime.datetime:
    """Until when what they see need not be written down again."""
    return (known_of(request).at or NEVER) + NOTED_EVERY


def reader(request: SignedInRequest) -> Reader:
    """Who reads, and what they had seen when their last visit ended."""
    return Reader(request.user, known_of(request).seen)


def note(request: SignedInRequest, meant: Meant) -> None:
    """They are looking at the wall now."""
    if is_noted(request):
        return
    visit = known_of(request).visit
    visit.person = request.user.person
    visit.go_on(meant.newest_of_all)
    try:
        with patience(SECONDS_TO_NOTE):
            Visit.objects.bulk_create(
                [visit],
                update_conflicts=True,
                unique_fields=["person"],
                update_fields=["before", "latest", "at"],
            )
    except DatabaseError as error:
        if not is_away(error):
            raise
        # Nothing can be written for now, and the wall can be read even so.
        log.warning("A visit could not be noted.", exc_info=True)
        return
    noted: dict[str, Any] = {"before": visit.before, "latest": visit.latest, "at": visit.at}
    request.known = known_of(request)._replace(**noted)
