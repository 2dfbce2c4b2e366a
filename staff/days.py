"""Which days can have been: a slip in the year is told from a day that somebody remembers."""

from __future__ import annotations

import datetime
import re

from django.utils import timezone

# Before this, a year is a slip of the finger.
EARLIEST = datetime.date(1900, 1, 1)


DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def as_iso(day: str) -> str:
    """“31.3.2024” as 2024-03-31; anything else as it is."""
    dotted = DOTTED.fullmatch(day)
    return f"{dotted[3]}-{dotted[2]:0>2}-{dotted[1]:0>2}" if dotted else day


def has_been(day: datetime.date) -> bool:
    """Whether it lies between the earliest day that makes sense and today."""
    return EARLIEST <= day <= timezone.localdate()
