"""How a story moves: each move names its actor, happens whole or not at all, and is recorded."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from retold.counting import counted_up
from staff.models import User
from staff.naming import Naming

from .afterwards import MOST_HEADS, Retelling, Salute
from .entry import Entry
from .notice import Notice
from .publication import PublicationOrder
from .record import StoryEvent
from .vocabulary import WITHDRAWABLE, Status, Visibility
from .writing import Shared, Writing

Action = StoryEvent.Action
MOVES = (
    Action.SUBMITTED,
    Action.PUBLISHED,
    Action.SENT_BACK,
    Action.REJECTED,
    Action.WITHDRAWN,
)


class TransitionRefused(Exception):
    """The story is not where this move starts from; the message says what happened first."""


class DecidedBefore(TransitionRefused):
    """Somebody moved it before; who, is asked for when it is said: of several, at once."""

    def __init__(self, story: Any, by: User | AnonymousUser | None) -> None:
        super().__init__(story.pk)
        self.story, self.by = story, by

    def __str__(self) -> str:
        return self.story.refusal(self.by)


class Decided(NamedTuple):
    """What is known of who moved a story last; a draft nobody has."""

    event: StoryEvent | None


def last_decisions(stories: Iterable[Any]) -> models.QuerySet[StoryEvent]:
    """The last thing that changed where each of these stands."""
    moves = StoryEvent.objects.filter(action__in=MOVES)
    last = moves.filter(story=OuterRef("story")).order_by("-at", "-pk").values("pk")[:1]
    about = moves.filter(story__in=[story.pk for story in stories], pk=Subquery(last))
    return about.select_related("actor__employee")


class Transitions(Writing):
    """The moves of a story. `by` is the account that acts, or None for the system itself."""

    # Fields that Story declares and a move may empty.
    seq: int | None
    submitted_at: datetime.datetime | None
    published_at: datetime.datetime | None
    _held_in: Any = None
    _decided: Decided | None = None
    # What Agreeing has.
    customer_agreed: bool
    customer_agreed_by_teller: Any

    class Meta:
        abstract = True

    @transaction.atomic
    def submit(self, *, by, at: datetime.datetime | None = None) -> None:
        """Send the story to the moderators; sending what already waits changes nothing.

        `at` is for stories that come from elsewhere and were sent in there, long ago: their record
        says so too.
        """
        self._lock()
        if self.status == Status.PENDING:
            return
        self._require(Status.DRAFT, Status.SENT_BACK, Status.WITHDRAWN, by=by)
        self.submitted_at = at or timezone.now()
        if self.status == Status.DRAFT and self.customer_agreed:
            self.customer_agreed_by_teller(by=by)
        self._move(Status.PENDING, Action.SUBMITTED, by, at=at)

    @transaction.atomic
    def publish(self, *, by, at: datetime.datetime | None = None, quietly: bool = False) -> None:
        """Put the story on the wall, last in the order of publication, and owe the news of it.

        `quietly` owes nobody an e-mail: many stories that come at once are no news.
        """
        self._lock()
        self._require(Status.PENDING, by=by)
        self._take_place()
        self.published_at = at or timezone.now()
        event = self._move(Status.PUBLISHED, Action.PUBLISHED, by, at=at)
        self._follow_to(counted=True, news=None if quietly else partial(self._news, event))

    def tell_credited(self, people: Iterable[int]) -> None:
        """Owe those whom the published story credits from now on, by id, the news of it, each
        person once; its teller knows."""
        if notices := self._told_to_credited(people):
            self.owe(notices)

    def _take_place(self) -> None:
        """Be the last in the order of publication; of several, in their order."""
        if isinstance(self._gathered, Shared):
            self._gathered.takes_place = True
        else:
            self.seq = PublicationOrder.next()

    def _news(self, event: StoryEvent, entry: Entry | None) -> list[Notice]:
        """That it is up, for its teller, and for those whom its entry credits.

        A story that went up, came down and goes up again is news for its teller each time.
        """
        credited = self._told_to_credited(entry.people_credited if entry else ())
        return self._notices(Notice.Kind.PUBLISHED, [self.teller_id], event) + credited

    def _told_to_credited(self, people: Iterable[int]) -> list[Notice]:
        others = (person for person in people if person != self.teller_id)
        return self._notices(Notice.Kind.CREDITED, others)

    @transaction.atomic
    def send_back(self, *, by, note: str, quietly: bool = False) -> None:
        """Ask the teller for something; the note says what. Raises ValueError without a note."""
        if not note.strip():
            raise ValueError(_("Write the teller what is missing."))
        self._lock()
        self._require(Status.PENDING, by=by)
        event = self._move(Status.SENT_BACK, Action.SENT_BACK, by, note)
        if not quietly:
            self._owe_teller(Notice.Kind.SENT_BACK, event, note)

    @transaction.atomic
    def reject(self, *, by, reason: str, quietly: bool = False) -> None:
        """Do not publish it, and say why. Raises ValueError without a reason."""
        if not reason.strip():
            raise ValueError(_("Write the teller why."))
        self._lock()
        self._require(Status.PENDING, by=by)
        event = self._move(Status.REJECTED, Action.REJECTED, by, reason)
        if not quietly:
            self._owe_teller(Notice.Kind.REJECTED, event, reason)

    @transaction.atomic
    def withdraw(self, *, by, reason: str = "", also: Iterable[str] = ()) -> None:
        """Take the story off every page, and store what `also` was set; what readers did with it
        is kept.

        Its teller hears, and why, unless it was they who took it off.
        It counts as a new version, so that no page opened before sends it in again unawares.
        """
        stored = self._lock()
        if self.status == Status.WITHDRAWN:
            return
        self._require(*WITHDRAWABLE, by=by)
        was_up = self.is_published
        self.seq, self.gold, self.version = None, False, stored.version + 1
        event = self._move(Status.WITHDRAWN, Action.WITHDRAWN, by, reason, also=("version", *also))
        self._follow_to(counted=was_up)
        if was_up and by and by.pk != self.teller.account_id:
            self._owe_teller(Notice.Kind.TAKEN_DOWN, event, reason)
        # Its cards may be drawn again; what was kept of them goes.
        transaction.on_commit(partial(collect_cards, self.public_id), robust=True)

    @transaction.atomic
    def set_gold(self, gold: bool, *, by) -> None:
        """Hold the story up as the example, or no longer."""
        self._lock()
        self._require(Status.PUBLISHED, by=by)
        if self.gold != gold:
            self.record(Action.GOLD, by, changes={"gold": [self.gold, gold]})
            self.gold = gold
            self.write("gold", "updated_at")
            self._follow_to()

    @transaction.atomic
    def set_visibility(self, visibility: str, *, by) -> None:
        """Change who may see it. Raises ValueError where teller or customer did not agree."""
        stored = self._lock()
        if visibility == Visibility.PUBLIC and not stored.may_be_public:
            raise ValueError(_("It may only be shown outside if teller and customer agreed."))
        if self.visibility != visibility:
            changes = {"visibility": [self.visibility, visibility]}
            self.record(Action.VISIBILITY, by, changes=changes)
            self.visibility = visibility
            self.write("visibility", "updated_at")
            self._follow_to()

    @transaction.atomic
    def salute(self, *, by) -> bool:
        """One salute from one reader (an employee); False if it was there already."""
        _row, new = Salute.objects.get_or_create(story=self, reader=by)
        if new:
            self._count(salute_count=1)
        return new

    @transaction.atomic
    def take_back_salute(self, *, by) -> None:
        gone, _rows = Salute.objects.filter(story=self, reader=by).delete()
        self._count(salute_count=-gone)

    @transaction.atomic
    def retell(self, *, by, told_to: str, heads: int | None = None, on=None) -> Retelling:
        """A reader (an employee) told it on; the same people on the same day count once."""
        retelling, new = Retelling.objects.update_or_create(
            story=self,
            reader=by,
            told_to=told_to,
            told_on=on or timezone.localdate(),
            defaults={"heads": heads} if heads else {},
        )
        if new:
            self._count(retelling_count=1)
        else:
            Entry.objects.stir(self.pk)
        return retelling

    @transaction.atomic
    def open_from(self, way: str, *, on=None) -> None:
        """Somebody came by a shared link or a poster; counted by the day, never by who it was.

        `way` is one of `BY_OPENING`. The first opening of a day is a retelling of its own.
        """
        opened, new = Retelling.objects.get_or_create(
            story=self,
            reader=None,
            told_to=way,
            told_on=on or timezone.localdate(),
            defaults={"heads": 1},
        )
        if new:
            self._count(retelling_count=1)
        else:
            Retelling.objects.filter(pk=opened.pk, heads__lt=MOST_HEADS).update(
                heads=F("heads") + 1
            )
            Entry.objects.stir(self.pk)

    def last_decision(self) -> StoryEvent | None:
        """The last thing that changed where the story stands."""
        return self._decided.event if self._decided else self.decisions().first()

    def decisions(self) -> models.QuerySet[StoryEvent]:
        """What changed where the story stands, the last first."""
        return self.events.filter(action__in=MOVES).select_related("actor__employee")

    def decided(self, last: StoryEvent | None, naming: Naming) -> None:
        """Know the last thing that changed where it stands, which was asked for with others, and
        how whoever did it is named."""
        if last is not None:
            last.naming = naming
        self._decided = Decided(last)

    def refusal(self, by: User | AnonymousUser | None = None) -> str:
        """Why it cannot move from elsewhere: where it stands, or who moved it there and when.

        Whoever asks twice for the same is told that it was themselves.
        """
        if self.status == Status.PENDING:
            return _("This story still waits to be read.")
        event = self.last_decision()
        if event is None:
            return _("This story is still a draft.")
        own = by is not None and event.actor_id == by.pk
        said = _("You have decided about it: %(what)s, %(when)s.")
        return (said if own else _("%(who)s got there first: %(what)s, %(when)s.")) % {
            "who": event.done_by(),
            "what": event.get_action_display().lower(),
            "when": timezone.localtime(event.at).strftime("%H:%M, %d %B"),
        }

    def _lock(self) -> Any:
        """Read the state as it is now, and keep others from changing it until we are done.

        Returns the story as it is stored.
        """
        is_held, self._decided = self.is_still_held, None
        if self._gathered is None:
            # What was gathered is not stored yet, so that it is as it is here.
            self._held_in = None
        return self if is_held else self._read_again()

    def _read_again(self) -> Any:
        fresh = type(self)._base_manager.select_for_update().get(pk=self.pk)
        for field in ("status", "seq", "gold", "visibility", "submitted_at", "published_at"):
            setattr(self, field, getattr(fresh, field))
        return fresh

    def is_held(self) -> None:
        """Say that it was read just now and is kept from others, in this transaction.

        Its next move need not read it again; nothing may be set before but what that is to save.
        """
        self._held_in = connection.atomic_blocks[-1]

    @property
    def is_still_held(self) -> bool:
        return self._held_in in connection.atomic_blocks

    def _require(self, *statuses: str, by: User | AnonymousUser | None) -> None:
        if self.status not in statuses:
            raise DecidedBefore(self, by)

    def _move(
        self,
        status: str,
        action: str,
        by,
        reason: str = "",
        *,
        also: tuple[str, ...] = (),
        **recorded: Any,
    ) -> StoryEvent:
        before, self.status = self.status, status
        moved = ("status", "seq", "gold", "submitted_at", "published_at", "updated_at")
        event = self.record(action, by, reason=reason, before=before, after=status, **recorded)
        # Last: it holds the wall, if the story is there.
        self.write(*moved, *also)
        return event

    def _notices(
        self, kind: str, people: Iterable[int], event: StoryEvent | None = None, reason: str = ""
    ) -> list[Notice]:
        notices = [Notice(story=self, to_id=person, kind=kind, reason=reason) for person in people]
        for notice in notices:
            notice.event = event
        return notices

    def _owe_teller(self, kind: str, event: StoryEvent, reason: str) -> None:
        self.owe(self._notices(kind, [self.teller_id], event, reason))

    def _count(self, **steps: int) -> None:
        vars(self).update(counted_up(type(self), self.pk, **steps) or {})
        Entry.objects.measure(self)


def collect_cards(public_id: str) -> None:
    """Throw away the picture cards of a story that say what may not be said any more."""
    # Imported late: drawing needs the models.
    from stories.sharing.cards import tasks

    tasks.collect_cards.enqueue([public_id])
