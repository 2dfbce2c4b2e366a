"""How a story moves: each move names its actor, happens whole or not at all, and is recorded."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from retold.counting import counted_up, counted_up_in_the_one_row
from staff.models import User

from .afterwards import MOST_HEADS, Retelling, Salute
from .entry import Entry
from .notice import Notice
from .owed import send_when_committed
from .record import StoryEvent
from .vocabulary import WITHDRAWABLE, Status, Visibility
from .writing import Writing

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


class PublicationOrder(models.Model):
    """The one row that hands out places in the order of publication."""

    last = models.BigIntegerField(default=0)

    class Meta:
        db_table = "stories_publication_order"

    def __str__(self) -> str:
        return str(self.last)

    @classmethod
    def next(cls) -> int:
        """The next place. Holds the row until the transaction ends, so places commit in order."""
        return counted_up_in_the_one_row(cls, last=1)["last"]


class Transitions(Writing):
    """The moves of a story. `by` is the account that acts, or None for the system itself."""

    # Fields that Story declares and a move may empty.
    seq: int | None
    submitted_at: datetime.datetime | None
    published_at: datetime.datetime | None
    _held_in: Any = None
    # What Agreeing has.
    customer_agreed: bool
    customer_agreed_by_teller: Any

    class Meta:
        abstract = True

    @transaction.atomic
    def submit(self, *, by, at: datetime.datetime | None = None) -> None:
        """Send the story to the moderators; sending what already waits changes nothing.

        `at` is for stories that come from elsewhere and were sent in there, long ago.
        """
        self._lock()
        if self.status == Status.PENDING:
            return
        self._require(Status.DRAFT, Status.SENT_BACK, Status.WITHDRAWN, by=by)
        self.submitted_at = at or timezone.now()
        if self.status == Status.DRAFT and self.customer_agreed:
            self.customer_agreed_by_teller(by=by)
        self._move(Status.PENDING, Action.SUBMITTED, by)

    @transaction.atomic
    def publish(self, *, by, at: datetime.datetime | None = None, quietly: bool = False) -> None:
        """Put the story on the wall, last in the order of publication, and owe the news of it.

        `quietly` owes nobody an e-mail: many stories that come at once are no news.
        """
        self._lock()
        self._require(Status.PENDING, by=by)
        self.seq = PublicationOrder.next()
        self.published_at = at or timezone.now()
        event = self._move(Status.PUBLISHED, Action.PUBLISHED, by)

        def go_on() -> None:
            credited = self._credited_others()
            self._follow_to(credited, counted=True)
            if quietly:
                return
            # A story that went up, came down and goes up again is news for its teller each time.
            own = self._notices(Notice.Kind.PUBLISHED, [self.teller_id], once=str(event.pk))
            self._owe(own + self._notices(Notice.Kind.CREDITED, credited))

        self.once_written(go_on)

    def tell_credited(self, people: Iterable[int]) -> None:
        """Owe those whom the published story credits from now on, by id, the news of it, each
        person once; its teller knows."""
        if others := [person for person in people if person != self.teller_id]:
            self._owe(self._notices(Notice.Kind.CREDITED, others))

    def _credited_others(self) -> models.QuerySet:
        """The people it is credited to, by id, but for its teller."""
        others = self.credits.to_people().exclude(employee=self.teller_id)
        return others.values_list("employee", flat=True)

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
            self.save(update_fields=["gold", "updated_at"])
            Entry.objects.follow([self.pk])

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
            self.save(update_fields=["visibility", "updated_at"])
            Entry.objects.follow([self.pk])

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
        moves = self.events.filter(action__in=MOVES)
        return moves.select_related("actor__employee").first()

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
        is_held, self._held_in = self.is_still_held, None
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
            raise TransitionRefused(self.refusal(by))

    def _move(
        self, status: str, action: str, by, reason: str = "", *, also: tuple[str, ...] = ()
    ) -> StoryEvent:
        before, self.status = self.status, status
        moved = ("status", "seq", "gold", "submitted_at", "published_at", "updated_at")
        event = self.record(action, by, reason=reason, before=before, after=status)
        # Last: it holds the wall, if the story is there.
        self.write(*moved, *also)
        return event

    def _follow_to(self, *beside: models.QuerySet, counted: bool) -> None:
        """The wall's index follows; traits and credits have the place from the database itself."""
        # As it was read with the story, if it was; from now on it is another.
        last = self._state.fields_cache.pop("entry", None)
        Entry.objects.follow_to(self, *beside, last=last, counted=counted)

    def _notices(
        self, kind: str, people: Iterable[int], *, once: str = "", reason: str = ""
    ) -> list[Notice]:
        return [
            Notice(story=self, to_id=person, kind=kind, once=once, reason=reason)
            for person in people
        ]

    def _owe_teller(self, kind: str, event: StoryEvent, reason: str) -> None:
        self._owe(self._notices(kind, [self.teller_id], once=str(event.pk), reason=reason))

    def _owe(self, notices: list[Notice]) -> None:
        """Write down who is to be told what; who is told already stays so."""
        Notice.objects.bulk_create(notices, ignore_conflicts=True)
        send_when_committed()

    def _count(self, **steps: int) -> None:
        vars(self).update(counted_up(type(self), self.pk, **steps) or {})
        Entry.objects.measure(self)


def collect_cards(public_id: str) -> None:
    """Throw away the picture cards of a story that say what may not be said any more."""
    # Imported late: drawing needs the models.
    from stories.sharing.cards import tasks

    tasks.collect_cards.enqueue([public_id])
