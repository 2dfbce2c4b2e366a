"""Spans of days as somebody writes them, and as facets that stories are found by."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
FIRST_YEAR, LAST_YEAR = 1900, 2199
ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days from `start` up to `end`, which is not one of them; None leaves that side open."""

    start: datetime.date | None = None
    end: datetime.date | None = None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None

    def __and__(self, other: Span) -> Span:
        starts = [one.start for one in (self, other) if one.start]
        ends = [one.end for one in (self, other) if one.end]
        return Span(max(starts, default=None), min(ends, default=None))

    def holds(self, other: Span) -> bool:
        """Whether all days of the other, which has both ends, are days of this."""
        return (self & other) == other

    def touches(self, other: Span) -> bool:
        """Whether any day of the other, which has both ends, is a day of this."""
        both = self & other
        return both.start < both.end if both.start and both.end else False


def day(value: str) -> Span | None:
    """The days of a year (2026), a month (2026-03) or a day (2026-03-14); None if it is none."""
    found = DAY.fullmatch(value)
    if not found:
        return None
    year, month, of_month = (int(part) if part else 0 for part in found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        start = datetime.date(year, month or 1, of_month or 1)
    except ValueError:
        return None
    if of_month:
        return Span(start, start + ONE_DAY)
    return _month(year, month) if month else Span(start, datetime.date(year + 1, 1, 1))


def facets(span: Span, years: Iterable[int]) -> list[str]:
    """The facets under which stories of these days stand, each story under one of them.

    `years` are those of which there are stories: a span may be open on one side. Years and months
    that are whole are facets by themselves; of a month that is not, its days are.
    """
    found = []
    for year in years:
        if span.holds(Span(datetime.date(year, 1, 1), datetime.date(year + 1, 1, 1))):
            found.append(f"year:{year}")
            continue
        for month in (_month(year, number) for number in range(1, 13)):
            if span.holds(month):
                found.append(f"month:{month.start:%Y-%m}")
            elif span.touches(month):
                found += (f"day:{each}" for each in _days(span & month))
    return found


def _month(year: int, month: int) -> Span:
    start = datetime.date(year, month, 1)
    return Span(start, start + calendar.monthrange(year, month)[1] * ONE_DAY)


def _days(span: Span) -> Iterable[datetime.date]:
    """The days of a span that has both ends."""
    if span.start and span.end:
        for number in range((span.end - span.start).days):
            yield span.start + number * ONE_DAY
