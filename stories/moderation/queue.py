"""The queue: what waits for a moderator, how long it has, and what comes next."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stories.models import Consent, Flag, Status, Story
from stories.models.access import StoryQuerySet

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Waiting:
    """How many stories wait, and since when the oldest does."""

    count: int
    since: datetime.datetime | None

    @property
    def is_late(self) -> bool:
        return is_late(self.since)


def waiting() -> Waiting:
    found = Story.objects.filter(status=Status.PENDING).aggregate(
        count=Count("pk"), since=Min("submitted_at")
    )
    return Waiting(found["count"], found["since"])


def with_place(stories: QuerySet[Story]) -> QuerySet[Story]:
    """Each story with `.queue_length` and `.ahead`, the number that waits longer than it.

    And with `.open_flag`, the first on it or on a note under it that waits as well, and
    `.open_correction`, what somebody in it asked to be put right.
    """
    pending = Story.objects.filter(status=Status.PENDING).order_by().values("status")
    before = Q(submitted_at__lt=OuterRef("submitted_at")) | Q(
        submitted_at=OuterRef("submitted_at"), pk__lt=OuterRef("pk")
    )
    flags = Flag.objects.open().filter(story=OuterRef("pk")).values("pk")[:1]
    corrections = Consent.objects.open_corrections().filter(story=OuterRef("pk"))
    return stories.annotate(
        queue_length=_number(pending),
        ahead=_number(pending.filter(before)),
        open_flag=Subquery(flags),
        open_correction=Subquery(corrections.order_by("pk").values("said")[:1]),
    )


def _number(grouped: QuerySet) -> Coalesce:
    counted = grouped.annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def with_next(stories: StoryQuerySet) -> StoryQuerySet:
    """Each story with `.following`, the id of the next one in the queue after it, from the front
    again after the last."""
    others = Story.objects.pending().exclude(pk=OuterRef("pk")).values("pk")
    later = Q(submitted_at__gt=OuterRef("submitted_at")) | Q(
        submitted_at=OuterRef("submitted_at"), pk__gt=OuterRef("pk")
    )
    following = Coalesce(Subquery(others.filter(later)[:1]), Subquery(others[:1]))
    return stories.annotate(following=following)  # type: ignore[no-redef]  # fills it


def is_late(sent: datetime.datetime | None) -> bool:
    """Whether it has waited longer than tellers are promised."""
    return sent is not None and timezone.now() - sent > datetime.timedelta(
        hours=settings.MODERATION_HOURS
    )


def age(sent: datetime.datetime | None) -> str:
    """How long it has waited, in words: “waiting 2 days”, marked once that is too long."""
    if sent is None:
        return ""
    words = _age(sent)
    return _("%(waiting)s, late") % {"waiting": words} if is_late(sent) else words


def _age(sent: datetime.datetime) -> str:
    seconds = int((timezone.now() - sent).total_seconds())
    if seconds < MINUTE:
        return _("just sent in")
    if seconds < HOUR:
        count = seconds // MINUTE
        return ngettext("waiting %(n)d minute", "waiting %(n)d minutes", count) % {"n": count}
    if seconds < 2 * DAY:
        count = seconds // HOUR
        return ngettext("waiting %(n)d hour", "waiting %(n)d hours", count) % {"n": count}
    count = seconds // DAY
    return ngettext("waiting %(n)d day", "waiting %(n)d days", count) % {"n": count}
