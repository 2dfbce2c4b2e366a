"""What is new to a reader: noted now and then while they look at the wall.

The session remembers what is noted, so that most pages ask and write nothing for it.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.utils import timezone

from retold.databases import patience
from retold.errors import is_away
from staff.requests import SignedInRequest
from stories.filtering.asked import Reader
from stories.filtering.meant import Meant
from stories.models import Visit
from stories.models.visit import NOTED_EVERY

log = logging.getLogger(__name__)

REMEMBERED = "visit"
# Nobody waits long for their wall because somebody else writes.
SECONDS_TO_NOTE = 1


def is_noted(request: SignedInRequest) -> bool:
    """Whether what they see now was written down only a moment ago."""
    at, _before = request.session.get(REMEMBERED) or (0, None)
    return timezone.now().timestamp() - at < NOTED_EVERY.total_seconds()


def reader(request: SignedInRequest) -> Reader:
    """Who reads, and what they had seen when their last visit ended."""
    if is_noted(request):
        _at, before = request.session[REMEMBERED]
    else:
        # What the session remembers may be of a visit that has ended since.
        before = _last(request).next_before()
    return Reader(request.user, before)


def note(request: SignedInRequest, meant: Meant) -> None:
    """They are looking at the wall now."""
    if is_noted(request):
        return
    visit = _last(request)
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
    request.session[REMEMBERED] = [timezone.now().timestamp(), visit.before]


def _last(request: SignedInRequest) -> Visit:
    """Their last visit, in one question with the person behind the account."""
    if not hasattr(request, "visit"):
        visits = Visit.objects.select_related("person")
        visit = visits.filter(person__account=request.user).first()
        if visit:
            request.user.person = visit.person
        request.visit = visit or Visit(person=request.user.person)
    return request.visit
