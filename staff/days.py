"""Which days can have been: a slip in the year is told from a day that somebody remembers."""

from __future__ import annotations

import datetime

from django.utils import timezone

# Before this, a year is a slip of the finger.
EARLIEST = datetime.date(1900, 1, 1)


def has_been(day: datetime.date) -> bool:
    """Whether it lies between the earliest day that makes sense and today."""
    return EARLIEST <= day <= timezone.localdate()
