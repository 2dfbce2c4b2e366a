"""Many stories whose traits change together: each keeps its record, and open forms are told."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.utils import timezone

from staff.models import History

from .entry import Entry
from .record import StoryEvent
from .story import Story
from .trait import StoryTrait, Trait
from .vocabulary import Status


class Retag(NamedTuple):
    """How a trait is taken off stories.

    `change` is called with what some of the stories hold, and has to leave none of them the
    trait; `by` did it, and `reason` stands in the record. With `drafts_follow` those of drafts need
    not be told: they put back nothing.
    """

    change: Callable[[QuerySet[StoryTrait]], object]
    by: Any
    reason: str
    drafts_follow: bool = False


def retag(trait: Trait, how: Retag, most: int) -> int:
    """Take the trait off so many of its stories; returns how many there were.

    Every story that is no draft gets its record, and each counts its version up without a writer,
    so that a form opened before is told instead of putting the old traits back.
    """
    left = trait.on_stories.order_by().values_list("content_object", flat=True)
    ids = list(left[:most])
    stories = Story.objects.filter(pk__in=ids).order_by("pk")
    rows = stories.select_for_update().values_list("pk", "status", "public_id")
    status = {pk: where for pk, where, _public_id in rows}
    public_ids = {pk: public_id for pk, _where, public_id in rows}
    held = StoryTrait.objects.filter(content_object__in=ids)
    before = _told(held)
    how.change(held)
    after = _told(held)
    now = timezone.now()
    told = stories.exclude(status=Status.DRAFT) if how.drafts_follow else stories
    told.order_by().update(version=F("version") + 1, writer=None, updated_at=now)
    changes = {pk: {"traits": [before[pk], after[pk]]} for pk in sorted(status)}
    events = _record(changes, status, how, at=now)
    History.objects.record(*(event.as_history(public_ids[event.story_id]) for event in events))
    # All stories are locked before the index is, as by everybody else who needs both.
    Entry.objects.follow([pk for pk in ids if status[pk] == Status.PUBLISHED])
    return len(ids)


def _record(
    changes: dict[int, dict], status: dict[int, str], how: Retag, *, at: datetime.datetime
) -> list[StoryEvent]:
    """What changed on each story that is no draft."""
    return StoryEvent.objects.bulk_create(
        StoryEvent(
            story_id=pk,
            actor=how.by,
            actor_name=str(how.by) if how.by else "",
            action=StoryEvent.Action.EDITED,
            status_before=status[pk],
            status_after=status[pk],
            reason=how.reason,
            changes=changed,
            at=at,
        )
        for pk, changed in changes.items()
        if status[pk] != Status.DRAFT
    )


def _told(held: QuerySet[StoryTrait]) -> dict[int, list[list[str]]]:
    """The traits of each story with their evidence, in their order, as `Story.content` says it."""
    told = defaultdict(list)
    rows = held.order_by("content_object", "position", "pk")
    for pk, slug, evidence in rows.values_list("content_object", "tag__slug", "evidence"):
        told[pk].append([slug, evidence])
    return told
