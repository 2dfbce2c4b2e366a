"""How what is done to a story is written: at once, or all of it with one statement of a kind."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from staff.acting import acting
from staff.models import History

from .entry import Changed, Entry
from .notice import Notice
from .record import StoryEvent
from .rows import replace

# By the entry of a story on the wall, who is to hear of it.
News = Callable[[Entry | None], list[Notice]]


@dataclass(frozen=True)
class Following:
    """How the wall's index follows a story."""

    changed: Changed
    counted: bool = False
    mend: bool = False
    news: News | None = None

    def after(self, other: Following | None) -> Following:
        """This, and what was to be followed before it."""
        if other is None:
            return self
        story, last, before = other.changed
        before = {*before, *self.changed.before}
        return Following(
            Changed(story, last or self.changed.last, before),
            self.counted or other.counted,
            self.mend or other.mend,
            self.news or other.news,
        )


@dataclass
class Gathered:
    """What waits to be written: fields of a story, and what is added to its record; whether the
    index follows, and who is to be told what."""

    fields: set[str] = field(default_factory=set)
    events: list[StoryEvent] = field(default_factory=list)
    follows: Following | None = None
    notices: list[Notice] = field(default_factory=list)


class Replaced(NamedTuple):
    """Rows of a story that are stored, and those that go."""

    model: type[models.Model]
    gone: Collection[Any]
    rows: Collection[Any]


@dataclass
class Shared(Gathered):
    """What waits to be written with what is done to other stories (`AtOnce`): also its place among
    them, and what hangs on it."""

    takes_place: bool = False
    replaced: list[Replaced] = field(default_factory=list)


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
        self._is_written(gathered.follows, gathered.notices)

    def write(self, *fields: str) -> None:
        """Store these of what was set on it."""
        if self._gathered is None:
            self.save(update_fields=fields)
        else:
            self._gathered.fields.update(fields)

    def record(
        self,
        action: str,
        by: Any,
        *,
        reason: str = "",
        changes: dict | None = None,
        at: datetime.datetime | None = None,
        **status: str,
    ) -> StoryEvent:
        """Add to the record of this story, and to the history, which outlasts the story.

        `by` is kept by name too, for when accounts go. `at` is for what was done elsewhere, long
        ago: of that the history says who writes it down, and that it was now.
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
            at=at or timezone.now(),
        )
        if self._gathered is None:
            event.save()
        else:
            self._gathered.events.append(event)
        if isinstance(self._gathered, Shared):
            return event
        with acting() if at else acting(by=by):
            History.objects.record(event.as_history(self.public_id))
        return event

    def replace(self, model: type[models.Model], gone: Iterable[Any], rows: Iterable[Any]) -> None:
        """Store these rows that hang on it, and have those that go go."""
        if isinstance(self._gathered, Shared):
            self._gathered.replaced.append(Replaced(model, list(gone), list(rows)))
        else:
            replace(model, gone, rows)

    def _follow_to(
        self,
        *,
        counted: bool = False,
        before: Collection[str] = (),
        mend: bool = False,
        news: News | None = None,
    ) -> None:
        """The wall's index follows; traits and credits have the place from the database itself.

        `before` is what it stood under, as far as that is known; `counted` and `mend` as
        `Entry.objects.follow_to` has them. Owes the `news` of it.
        """
        # As it was read with the story, if it was; from now on it is another.
        last = self._state.fields_cache.pop("entry", None)
        following = Following(Changed(self, last, before), counted, mend, news)
        if self._gathered is None:
            self._is_written(following, [])
        else:
            self._gathered.follows = following.after(self._gathered.follows)

    def owe(self, notices: list[Notice]) -> None:
        """Write down who is to be told what; who is told already stays so."""
        if self._gathered is None:
            Notice.objects.owe(notices)
        else:
            self._gathered.notices += notices

    def _is_written(self, following: Following | None, notices: list[Notice]) -> None:
        """What goes by the story and its record as they are stored."""
        if following is not None:
            counted, mend, news = following.counted, following.mend, following.news
            entries = Entry.objects.follow_to([following.changed], counted=counted, mend=mend)
            notices = notices + (news(entries.get(self.pk)) if news else [])
        if notices:
            Notice.objects.owe(notices)
