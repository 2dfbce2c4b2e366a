"""Flags: a reader says that something is wrong with a story or a note; moderators decide."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from retold.together import together
from staff import roles
from staff.acting import acting
from staff.lengths import TextsFit
from staff.models import Employee, History

from .afterwards import MOST_REASON, Note
from .notice import Notice
from .owed import Owed, send_when_committed
from .record import StoryEvent
from .story import Story
from .transitions import TransitionRefused

MOST_WORDS = 500
# Who flags more than this in a day is not heard any better.
MOST_A_DAY = 20
# A mail for each of them is owed in one breath.
MOST_MODERATORS = 500
A_DAY = datetime.timedelta(days=1)
CHANGES = (StoryEvent.Action.EDITED, StoryEvent.Action.PHOTOS, StoryEvent.Action.VISIBILITY)


class TooManyFlags(Exception):
    """This reader has flagged so much today that the rest has to wait."""


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> FlagQuerySet:
        """Those that nobody has decided about."""
        return self.filter(decided_at=None)

    def about(self, story: Story, note: Note | None = None) -> FlagQuerySet:
        """Those on a note, or on the story itself."""
        return self.filter(story=story, note=note)

    def first_of_each(self) -> FlagQuerySet:
        """Of the open flags on one thing only the first, which stands for all of them."""
        before = Flag.objects.open().filter(story=OuterRef("story"), pk__lt=OuterRef("pk"))
        of_story = before.filter(note=None)
        of_note = before.filter(note=OuterRef("note"))
        return self.filter(Q(note__isnull=False) | ~Exists(of_story), ~Exists(of_note))

    def on_same(self) -> FlagQuerySet:
        """The open flags on what these are on."""
        of_stories = Q(note=None, story__in=self.filter(note=None).values("story"))
        of_notes = Q(note__in=self.filter(note__isnull=False).values("note"))
        return Flag.objects.open().filter(of_stories | of_notes)

    def hold(self, *beside: models.QuerySet) -> Flag | None:
        """The one that is asked for, to be decided about, held with all that this is about. Fetches
        what is needed `beside`."""
        held = self.with_all_on_same(self, *beside)
        for flag in self:
            flag.is_held_with(*held)
            return flag
        return None

    def with_all_on_same(self, *beside: models.QuerySet) -> tuple[FlagQuerySet, Any, Any]:
        """The open flags on the same thing as the one that is asked for, its story and its note:
        kept from others until the transaction ends. Fetches what is needed `beside`."""
        asked = Flag.objects.filter(pk__in=self.order_by().values("pk"))
        stories = Story.objects.filter(flags__in=asked).to_be_held()
        flags = asked.on_same().select_for_update(of=("self",))
        notes = Note.objects.filter(flags__in=asked).select_related("author")
        notes = notes.select_for_update(of=("self",), no_key=True)
        # The story first: whoever comes second waits for it, and finds what is open after that.
        together(stories, flags, notes, *beside)
        return flags, stories, notes


class Flag(models.Model):
    """One reader says that something is wrong with a story, or with a note under it.

    A flag hides nothing and changes nothing; moderators decide about all flags on one thing at
    once, and whoever raised one hears what came of it. Only they learn who that was.
    """

    class Reason(models.TextChoices):
        PRIVATE = "private", gettext_lazy("It says too much about somebody")
        NAMED = "named", gettext_lazy("Somebody in it would rather not be named")
        UNTRUE = "untrue", gettext_lazy("It did not happen like this")
        UNKIND = "unkind", gettext_lazy("It is unkind to somebody")
        OTHER = "other", gettext_lazy("Something else")

    class Decision(models.TextChoices):
        KEPT = "kept", gettext_lazy("Kept as it is")
        CHANGED = "changed", gettext_lazy("Changed")
        TAKEN_DOWN = "taken_down", gettext_lazy("Taken down")

    story = models.ForeignKey(
        Story, verbose_name=gettext_lazy("story"), on_delete=models.CASCADE, related_name="flags"
    )
    # Without one, the flag is on the story itself.
    note = models.ForeignKey(
        Note,
        verbose_name=gettext_lazy("note"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="flags",
    )
    reader = models.ForeignKey(
        Employee,
        verbose_name=gettext_lazy("flagged by"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    reason = models.CharField(gettext_lazy("why"), max_length=10, choices=Reason.choices)
    words = models.CharField(gettext_lazy("in their words"), max_length=MOST_WORDS, blank=True)
    flagged_at = models.DateTimeField(gettext_lazy("flagged"), default=timezone.now)
    # The day of the digest in which moderators were told.
    told_on = models.DateField(null=True, blank=True, editable=False)
    decision = models.CharField(
        gettext_lazy("decision"), max_length=10, choices=Decision.choices, blank=True
    )
    decided_at = models.DateTimeField(gettext_lazy("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=gettext_lazy("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept by name as well, for when accounts go.
    decided_by_name = models.CharField(max_length=200, blank=True)
    decided_for = models.CharField(gettext_lazy("because"), max_length=MOST_REASON, blank=True)

    # The open flags on the same thing, and the transaction that holds them.
    _held: list[Flag] = []
    _held_in: Any = None

    objects = FlagQuerySet.as_manager()

    class Meta:
        ordering = ["flagged_at", "pk"]
        verbose_name = gettext_lazy("flag")
        verbose_name_plural = gettext_lazy("flags")
        indexes = [
            models.Index(fields=["flagged_at"], condition=Q(decided_at=None), name="flag_open"),
            models.Index(fields=["reader", "flagged_at"], name="flag_by_reader"),
            models.Index(
                fields=["decided_at"], condition=Q(decided_at__isnull=False), name="flag_decided"
            ),
        ]
        constraints = [
            TextsFit(
                name="flag_texts_fit",
                most={
                    "words": MOST_WORDS,
                    "decided_by_name": 200,
                    "decided_for": MOST_REASON,
                },
                known={
                    "reason": ["private", "named", "untrue", "unkind", "other"],
                    "decision": ["", "kept", "changed", "taken_down"],
                },
            ),
            models.UniqueConstraint(
                fields=["story", "reader"], condition=Q(note=None), name="flag_once_a_story"
            ),
            models.UniqueConstraint(
                fields=["note", "reader"],
                condition=Q(note__isnull=False),
                name="flag_once_a_note",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="")
                | Q(decided_at__isnull=False) & ~Q(decision=""),
                name="flag_decided_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.note or self.story}"

    @classmethod
    @transaction.atomic
    def begin(
        cls, story: Story, *, by: Employee, reason: str, words: str = "", note: Note | None = None
    ) -> Flag:
        """Flag a story or a note under it; the same reader's first flag on it stays the one.

        Raises TooManyFlags if they have flagged too much today.
        """
        # Holding the reader makes the second of two at once wait for the first.
        Employee.objects.select_for_update().only("pk").get(pk=by.pk)
        if before := cls.objects.about(story, note).filter(reader=by).first():
            return before
        lately = cls.objects.filter(reader=by, flagged_at__gt=timezone.now() - A_DAY)
        if lately.count() >= MOST_A_DAY:
            raise TooManyFlags
        flag = cls.objects.create(story=story, note=note, reader=by, reason=reason, words=words)
        send_when_committed()
        return flag

    @property
    def on_same(self) -> FlagQuerySet:
        """The open flags on the same thing, this one among them."""
        return Flag.objects.open().filter(story=self.story_id, note=self.note_id)

    @property
    def is_on_page(self) -> bool:
        """Whether readers see what is flagged."""
        return self.story.is_published and (self.note is None or self.note.removed_at is None)

    @property
    def ways(self) -> list[Decision]:
        """What may be decided: nothing is kept that is gone, and notes are never changed."""
        ways = [self.Decision.KEPT] if self.is_on_page else []
        ways += [self.Decision.CHANGED] if self.note is None else []
        return [*ways, self.Decision.TAKEN_DOWN]

    def decide(self, decision: str, *, by, reason: str) -> int:
        """Decide about all open flags on this thing, on the record; says how many there were.

        Raises TransitionRefused if somebody was quicker, or if what is said was not done;
        ValueError without a reason.
        """
        if not reason.strip():
            raise ValueError(_("Write down why, for whoever flagged it."))
        # A block of its own each time, not a decorator's: what it holds is not held in the next.
        with transaction.atomic():
            flags = self.hold()
            self.require(decision)
            self._write_down(decision, flags, by=by, reason=reason)
        return len(flags)

    def _write_down(self, decision: str, flags: list[Flag], *, by, reason: str) -> None:
        """What is decided about these, which are held, with all that comes of it."""
        with acting(by=by), History.objects.together(), self.story.written_together():
            if decision == self.Decision.TAKEN_DOWN:
                self._take_down(by=by, reason=reason)
            about = "flags" if self.note is None else "flags on a note"
            changes = {about: ["open", decision]}
            self.story.record(StoryEvent.Action.FLAGS, by, reason=reason, changes=changes)
            self.story.owe([*self._news(flags, reason)])
        decided = {
            "decision": decision,
            "decided_at": timezone.now(),
            "decided_by": by,
            "decided_by_name": str(by) if by else "",
            "decided_for": reason,
        }
        Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(**decided)
        for field, value in decided.items():
            setattr(self, field, value)

    def hold(self) -> list[Flag]:
        """The open flags on the same thing, kept from others with their story and the note until
        the transaction ends; asked for once in it."""
        if not self._is_held:
            self.is_held_with(*Flag.objects.filter(pk=self.pk).with_all_on_same())
        return self._held

    def is_held_with(
        self, flags: Iterable[Flag], stories: Iterable[Story], notes: Iterable[Note]
    ) -> None:
        """Say that these were read just now and are kept from others, in this transaction; a story
        that went took its flags with it."""
        self._held, self._held_in = list(flags), connection.atomic_blocks[-1]
        for story in stories:
            story.is_held()
            self.story = story
        for note in notes:
            note.is_held()
            self.note = note

    @property
    def _is_held(self) -> bool:
        return self._held_in in connection.atomic_blocks

    def require_open(self) -> Flag:
        """The first of the open flags on this thing; raises TransitionRefused if there is none."""
        first = next(iter(self._held), None) if self._is_held else self.on_same.first()
        if first is None:
            raise TransitionRefused(_("Somebody has decided about this meanwhile."))
        return first

    def require(self, decision: str) -> None:
        """Raise TransitionRefused, with a sentence, if this cannot be decided now."""
        first = self.require_open()
        if decision not in self.ways:
            raise TransitionRefused(_("It is not where readers see it any more. Look again."))
        if decision == self.Decision.CHANGED:
            changed = self.story.events.filter(action__in=CHANGES, at__gte=first.flagged_at)
            if not changed.exists():
                raise TransitionRefused(
                    _("The story is as it was when it was flagged. Change it first.")
                )

    def _take_down(self, *, by, reason: str) -> None:
        if self.note is not None:
            self.note.remove(by=by, reason=reason)
        elif self.story.is_published:
            self.story.withdraw(by=by, reason=reason)

    def _news(self, flags: Iterable[Flag], reason: str) -> Iterator[Notice]:
        """For those who flagged it: what came of it."""
        for flag in flags:
            yield Notice(
                story=self.story,
                to_id=flag.reader_id,
                kind=Notice.Kind.FLAGGED,
                once=str(flag.pk),
                reason=reason,
                flag=flag,
            )


class FlagDigest(Owed):
    """One e-mail to one moderator about what is flagged; at most one a day.

    What is open by then is asked when it is sent.
    """

    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="flag_digests"
    )
    day = models.DateField()

    class Meta(Owed.Meta):
        verbose_name = gettext_lazy("digest of flags")
        verbose_name_plural = gettext_lazy("digests of flags")
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(sent_at=None), name="flag_digest_unsent"
            )
        ]
        constraints = [models.UniqueConstraint(fields=["to", "day"], name="flag_digest_once")]

    def __str__(self) -> str:
        return f"{self.day} → {self.to}"

    @classmethod
    @transaction.atomic
    def owe(cls, day: datetime.date) -> int:
        """Owe the moderators a digest if there is something new; says how many.

        Each flag is new once, and each day has one digest.
        """
        new = Flag.objects.open().filter(told_on=None)
        if not new.exists() or cls.objects.filter(day=day).exists():
            return 0
        new.update(told_on=day)
        digests = [cls(to=account, day=day) for account in roles.moderators()[:MOST_MODERATORS]]
        return len(cls.objects.bulk_create(digests, ignore_conflicts=True))
