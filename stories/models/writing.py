"""How what is done to a story is written: at once, or all of it with one statement of a kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from staff.acting import acting
from staff.models import History

from .record import StoryEvent


@dataclass
class Gathered:
    """What waits to be written: fields of a story, and what is added to its record; and what is to
    be done then."""

    fields: set[str] = field(default_factory=set)
    events: list[StoryEvent] = field(default_factory=list)
    then: list[Callable[[], object]] = field(default_factory=list)


class Writing(models.Model):
    _gathered: Gathered | None = None
    # Fields that Story declares, and what Transitions has.
    status: str
    public_id: str
    is_held: Any

    class Meta:
        abstract = True

    @contextmanager
    def written_together(self) -> Iterator[None]:
        """Write what is set on this story in here, and the record of it, once all is done.

        Takes one that is new, or was read in this transaction and is kept from others: what is
        stored is not read again before it is written. It may be edited, its photos arranged, and
        sent in or published.
        """
        self.is_held()
        self._gathered = gathered = Gathered()
        try:
            yield
        finally:
            self._gathered = None
        StoryEvent.objects.bulk_create(gathered.events)
        if gathered.fields:
            # Last: it holds the wall, if the story is there.
            self.save(update_fields=gathered.fields)
        for what in gathered.then:
            what()

    def write(self, *fields: str) -> None:
        """Store these of what was set on it."""
        if self._gathered is None:
            self.save(update_fields=fields)
        else:
            self._gathered.fields.update(fields)

    def once_written(self, what: Callable[[], object]) -> None:
        """Do what goes by the story and its record as they are stored."""
        if self._gathered is None:
            what()
        else:
            self._gathered.then.append(what)

    def record(
        self, action: str, by: Any, *, reason: str = "", changes: dict | None = None, **status: str
    ) -> StoryEvent:
        """Add to the record of this story, and to the history, which outlasts the story.

        `by` is kept by name too, for when accounts go.
        """
        event = StoryEvent(
            story_id=self.pk,
            actor=by,
            actor_name=str(by) if by else "",
            action=action,
            status_before=status.get("before", self.status),
            status_after=status.get("after", self.status),
            reason=reason,
            changes=changes or {},
        )
        if self._gathered is None:
            event.save()
        else:
            self._gathered.events.append(event)
        with acting(by=by):
            History.objects.record(event.as_history(self.public_id))
        return event
