"""A week’s line-up: five stories for five huddles, the newest first, as varied as they can be.

When they were published and their traits decide which, never how popular they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils import timezone

from stories.filtering.meant import Meant
from stories.models import Story

STORIES, WEEK = 5, datetime.timedelta(days=7)
# How far back variety is looked for once the week has too few.
LOOKED_AT = 40


def line_up(meant: Meant, now: datetime.datetime | None = None) -> list[Story]:
    """Five of the stories meant: of the last week, filled up with the newest before it."""
    since = (now or timezone.now()) - WEEK
    newest = meant.stories(meant.newest(LOOKED_AT)).fetched_for_cards()
    this_week = [story for story in newest if story.published_at and story.published_at >= since]
    chosen = _varied(this_week, [])
    chosen = _varied([story for story in newest if story not in this_week], chosen)
    return sorted(chosen, key=lambda story: story.seq or 0, reverse=True)


def _varied(stories: list[Story], chosen: list[Story]) -> list[Story]:
    """Add stories, first those that lead with a trait none of the others leads with."""
    chosen = list(chosen)
    led = {leading(story) for story in chosen}
    for story in stories:
        if len(chosen) < STORIES and leading(story) not in led:
            chosen.append(story)
            led.add(leading(story))
    for story in stories:
        if len(chosen) < STORIES and story not in chosen:
            chosen.append(story)
    return chosen


def leading(story: Story) -> int | None:
    """The trait a story leads with."""
    return next((tagging.tag_id for tagging in story.shown_traits()), None)


def made_at(stories: Iterable[Story]) -> datetime.datetime:
    """The moment that a PDF of these stories bears; the same each time it is made."""
    return max(story.published_at or story.created_at for story in stories)
