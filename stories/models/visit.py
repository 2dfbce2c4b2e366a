"""When somebody was last on the wall, so that they can ask for what is new since."""

from __future__ import annotations

import datetime

from django.db import models
from django.utils import timezone

# Whoever is away for longer comes for another visit; while they stay it is noted now and then.
VISIT_ENDS = datetime.timedelta(minutes=30)
NOTED_EVERY = datetime.timedelta(minutes=10)


class Visit(models.Model):
    """The last visit of one person to the wall.

    `latest` is the newest place that was there the last time it was noted, `before` the newest
    when the visit before it ended.
    """

    person = models.OneToOneField(
        "staff.Employee", on_delete=models.CASCADE, primary_key=True, related_name="visit"
    )
    before = models.BigIntegerField(default=0)
    latest = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.person_id}, {self.at:%Y-%m-%d %H:%M}"

    def next_before(self) -> int:
        """What somebody has seen who comes now: all of the last visit, once that has ended."""
        return seen_by_now(self.before, self.latest, self.at)

    def go_on(self, newest: int) -> None:
        """They look at the wall now, and this is its newest place."""
        self.before = self.next_before()
        self.latest, self.at = newest, timezone.now()


def seen_by_now(before: int, latest: int, at: datetime.datetime) -> int:
    """The same of a visit that was read as mere numbers."""
    return latest if timezone.now() - at > VISIT_ENDS else before
