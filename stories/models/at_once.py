"""Several stories changed in one transaction, each by its own methods, and written at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models, transaction

from retold.storing import store_together
from retold.together import together
from staff.acting import acting
from staff.audiences import ORGANISATION
from staff.models import History
from staff.naming import Naming

from .entry import Entry
from .notice import Notice
from .publication import PublicationOrder
from .record import StoryEvent
from .rows import replace
from .transitions import DecidedBefore, last_decisions
from .vocabulary import Status
from .writing import Following, Replaced, Shared

if TYPE_CHECKING:
    from .access import StoryQuerySet
    from .story import Story


class Part(NamedTuple):
    story: Story
    left: Shared


class AtOnce:
    """What is done to `stories`, which are kept from others until the transaction ends.

    What a method of one of them would write waits for the others and is written with theirs: a
    table's rows with one statement, the index of the wall once. A method that refuses does so
    before it changes anything, and keeps none of the others from it.
    """

    def __init__(self, stories: list[Story], *, wall_counted: bool) -> None:
        self.stories = stories
        self._wall_counted = wall_counted
        self._parts: list[Part] = []
        self._refused: list[Story] = []

    @contextmanager
    def of(self, story: Story) -> Iterator[None]:
        """Let what is done to one of them in here be written with the rest; nothing of it where it
        is refused."""
        story._gathered = left = Shared()
        try:
            yield
        except DecidedBefore:
            self._refused.append(story)
            raise
        finally:
            story._gathered = None
        self._parts.append(Part(story, left))

    def write(self) -> None:
        self._take_places()
        self._replace()
        events = [(story, event) for story, left in self._parts for event in left.events]
        StoryEvent.objects.bulk_create([event for _story, event in events])
        History.objects.record(*(event.as_history(story.public_id) for story, event in events))
        # Last: it holds the wall, if any of them is there.
        self._store()
        notices = [notice for _story, left in self._parts for notice in left.notices]
        if notices := notices + self._follow():
            Notice.objects.owe(notices)

    def _take_places(self) -> None:
        going_up = [story for story, left in self._parts if left.takes_place]
        if going_up:
            places = PublicationOrder.take(len(going_up))
            for story, place in zip(going_up, places, strict=True):
                story.seq = place

    def _replace(self) -> None:
        """What hangs on them."""
        by_model: dict[type[models.Model], list[Replaced]] = defaultdict(list)
        for _story, left in self._parts:
            for replaced in left.replaced:
                by_model[replaced.model].append(replaced)
        for model, theirs in by_model.items():
            gone = chain.from_iterable(one.gone for one in theirs)
            replace(model, gone, chain.from_iterable(one.rows for one in theirs))

    def _store(self) -> None:
        """Their own rows; of those that were moved alike, with one statement."""
        alike: dict[frozenset[str], list[Story]] = defaultdict(list)
        for story, left in self._parts:
            alike[frozenset(left.fields)].append(story)
        for fields, stories in alike.items():
            if fields:
                store_together(stories, _derived(stories, fields))

    def _follow(self) -> list[Notice]:
        """The wall's index follows; to whom that is news. Those who came second hear who was
        first."""
        following = {one.pk: left.follows for one, left in self._parts if left.follows}
        decisions = Decisions(self._refused)
        news: list[Notice] = []
        if following:
            entries = self._entries(following.values(), decisions.questions)
            for pk, how in following.items():
                news += how.news(entries.get(pk)) if how.news else []
        elif decisions.questions:
            together(*decisions.questions)
        decisions.tell()
        return news

    def _entries(
        self, following: Collection[Following], beside: Iterable[models.QuerySet]
    ) -> dict[int, Entry]:
        return Entry.objects.follow_to(
            [one.changed for one in following],
            *beside,
            counted=self._wall_counted and all(one.counted for one in following),
            mend=any(one.mend for one in following),
        )


@contextmanager
def at_once(
    stories: StoryQuerySet, *beside: models.QuerySet, by: Any, going_up: bool = False
) -> Iterator[AtOnce]:
    """Hold these stories, and write what was done to them; `by` is whoever does it.

    Whoever means to publish them says that they are `going_up`. Fetches what is needed `beside`.
    """
    with transaction.atomic(), acting(by=by):
        held = stories.hold_all(*beside, going_up=going_up)
        them = AtOnce(held, wall_counted=not going_up)
        yield them
        them.write()


class Decisions:
    """Who decided last about stories that wait no more: fetched together by those who have several
    to tell of."""

    def __init__(self, stories: Iterable[Story]) -> None:
        self._stories = [story for story in stories if story.status != Status.PENDING]
        self._naming = Naming(ORGANISATION)
        self._events = last_decisions(self._stories)

    @property
    def questions(self) -> list[models.QuerySet]:
        """What is to be fetched."""
        return [self._events, self._naming.question] if self._stories else []

    def tell(self) -> None:
        """Let the stories know what was found."""
        if not self._stories:
            return
        last = {event.story_id: event for event in self._events}
        for story in self._stories:
            story.decided(last.get(story.pk), self._naming)


def know_decisions(stories: Iterable[Story]) -> None:
    """Ask once who decided last about each of these."""
    decisions = Decisions(stories)
    together(*decisions.questions)
    decisions.tell()


def _derived(stories: Iterable[Story], fields: Collection[str]) -> set[str]:
    """These fields with those that are worked out of them, which are set."""
    return set().union(*(story.work_out(fields) for story in stories))
