"""What is new to a reader: noted now and then while they look at the wall.

The session remembers what is noted, so that most pages ask and write nothing for it.
"""

from __future__ import annotations

from django.utils import timezone

from staff.requests import SignedInRequest
from stories.filtering.asked import Reader
from stories.filtering.meant import Meant
from stories.models import Visit
from stories.models.visit import NOTED_EVERY

REMEMBERED = "visit"


def reader(request: SignedInRequest) -> Reader:
    """Who reads, and what they had seen when their last visit ended."""
    _at, before = request.session.get(REMEMBERED) or (0, None)
    if before is None:
        visit = Visit.objects.filter(pk=request.user.person.pk).first()
        before = visit.next_before() if visit else 0
    return Reader(request.user.person.pk, before)


def note(request: SignedInRequest, meant: Meant) -> None:
    """They are looking at the wall now."""
    now = timezone.now()
    at, _before = request.session.get(REMEMBERED) or (0, None)
    if now.timestamp() - at < NOTED_EVERY.total_seconds():
        return
    visit = Visit.objects.filter(pk=request.user.person.pk).first()
    visit = visit or Visit(pk=request.user.person.pk)
    visit.go_on(meant.newest_of_all)
    visit.save()
    request.session[REMEMBERED] = [now.timestamp(), visit.before]
