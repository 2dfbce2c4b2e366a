"""Days and hours as they are said to tellers."""

import datetime

import pytest
from django.utils import timezone

from stories.telling.days import read_by

SENT = datetime.datetime(2026, 3, 2, 10, 0, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("minutes", "hour"), [(0, 10), (1, 11), (59, 11)], ids=["full", "just after", "just before"]
)
@pytest.mark.parametrize(("zone", "off"), [("UTC", 0), ("Asia/Kolkata", 30)])
def test_a_story_is_read_by_a_full_hour_of_the_place(minutes, hour, zone, off, settings):
    settings.MODERATION_HOURS = 24
    with timezone.override(zone):
        by = read_by(SENT + datetime.timedelta(minutes=minutes - off))
        expected = SENT.replace(day=3, hour=hour) - datetime.timedelta(minutes=off)
    assert (by.minute, by) == (0, expected)
