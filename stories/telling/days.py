"""Days as they are said inside a sentence about one's own stories."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEK, YEAR = 7, 300


def day_of(moment: datetime | None) -> str:
    """Today, yesterday, tomorrow, Tuesday (of the past week), 26 February, March 2023."""
    if moment is None:
        return ""
    day, today = timezone.localtime(moment).date(), timezone.localdate()
    ago = (today - day).days
    near = {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}
    if ago in near:
        return near[ago]
    if 0 < ago < WEEK:
        return date_format(day, "l")
    return date_format(day, "j F" if abs(ago) < YEAR else "F Y")


def read_by(sent: datetime) -> datetime:
    """By which full hour a story sent in at this moment is usually read; no minute is meant."""
    usually = timezone.localtime(sent + timedelta(hours=settings.MODERATION_HOURS))
    full = usually.replace(minute=0, second=0, microsecond=0)
    return full if full == usually else full + timedelta(hours=1)
