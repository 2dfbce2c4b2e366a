"""What readers do with a story: salute it, tell it on, thank in a note."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from staff.acting import acting
from staff.lengths import TextsFit
from staff.models import Recorded, RecordedQuerySet
from staff.text import beginning

from .entry import Entry
from .vocabulary import BY_OPENING, BY_READERS, ToldTo

MOST_HEADS = 500
MOST_REASON = 300


class Salute(models.Model):
    """'I salute you': one tap from one reader."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="salutes")
    reader = models.ForeignKey("staff.Employee", on_delete=models.PROTECT, related_name="salutes")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("salute")
        verbose_name_plural = _("salutes")
        constraints = [
            models.UniqueConstraint(fields=["story", "reader"], name="salute_once_a_reader")
        ]

    def __str__(self) -> str:
        return f"{self.reader} → {self.story}"


class Retelling(models.Model):
    """Somebody told the story on: to whom, and to how many if they care to say.

    What an opened address tells on has no reader, so that nobody is followed: all openings of one
    kind on one day are one retelling, and `heads` counts them.
    """

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="retellings")
    reader = models.ForeignKey(
        "staff.Employee",
        on_delete=models.PROTECT,
        related_name="retellings",
        null=True,
        blank=True,
    )
    told_to = models.CharField(_("told to"), max_length=10, choices=ToldTo.choices)
    heads = models.PositiveSmallIntegerField(
        _("how many heard it"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HEADS)],
    )
    told_on = models.DateField(_("day"), default=timezone.localdate)

    class Meta:
        ordering = ["told_on", "pk"]
        verbose_name = _("retelling")
        verbose_name_plural = _("retellings")
        constraints = [
            # Telling the same people the same story twice on one day is one retelling, so that a
            # nervous thumb counts once.
            models.UniqueConstraint(
                fields=["story", "reader", "told_to", "told_on"], name="retelling_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["story", "told_to", "told_on"],
                condition=Q(reader__isnull=True),
                name="retelling_openings_once_a_day",
            ),
            models.CheckConstraint(
                condition=Q(reader__isnull=True, told_to__in=BY_OPENING, heads__isnull=False)
                | Q(reader__isnull=False, told_to__in=BY_READERS),
                name="retelling_by_reader_or_opening",
            ),
            models.CheckConstraint(
                condition=Q(heads__isnull=True) | Q(heads__gte=1, heads__lte=MOST_HEADS),
                name="retelling_heads_in_bounds",
            ),
            models.CheckConstraint(
                condition=Q(told_to__in=ToldTo.values), name="retelling_told_to_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reader or '…'} → {self.get_told_to_display()}"


class NoteQuerySet(RecordedQuerySet["Note"]):
    def shown(self) -> NoteQuerySet:
        return self.filter(removed_at__isnull=True)

    def remove(self, *, by, reason: str = "") -> list[Note]:
        """Take these notes off their pages, as one is; those that were there still."""
        with transaction.atomic(), acting(by=by):
            notes = list(self.order_by("pk").select_for_update(of=("self",), no_key=True))
            removal = _removal(by, reason)
            gone = [note for note in notes if note.is_removed(removal)]
            Note.objects.filter(pk__in=[note.pk for note in gone]).update(**removal)
            Entry.objects.stir(*(note.story_id for note in gone))
        return gone


class Note(Recorded):
    """A note of thanks under a story."""

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey("staff.Employee", on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=1000)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    removed_at = models.DateTimeField(_("taken off"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken off by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept by name as well, for when accounts go.
    removed_by_name = models.CharField(max_length=200, blank=True)
    removed_for = models.CharField(_("why"), max_length=MOST_REASON, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("note of thanks")
        verbose_name_plural = _("notes of thanks")
        constraints = [
            TextsFit(
                name="note_texts_fit",
                most={"text": 1000, "removed_by_name": 200, "removed_for": MOST_REASON},
                said=["text"],
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_is_not_empty"),
        ]

    def __str__(self) -> str:
        return beginning(self.text, 60)

    @transaction.atomic
    def save(self, *args, **kwargs) -> None:
        super().save(*args, **kwargs)
        Entry.objects.stir(self.story_id)

    def remove(self, *, by, reason: str = "") -> bool:
        """Take the note off the page, on the record; its author or a moderator may.

        Of two who do it at once, the first is recorded; False for the other.
        """
        removal = _removal(by, reason)
        # A block of its own each time, not a decorator's: what it holds is not held in the next.
        with transaction.atomic(), acting(by=by):
            if not self.is_still_held:
                held = Note.objects.select_for_update(no_key=True)
                self.refresh_from_db(fields=list(removal), from_queryset=held)
                self.is_held()
            if not self.is_removed(removal):
                return False
            self.save(update_fields=list(removal))
            return True

    def is_removed(self, removal: dict[str, Any]) -> bool:
        """Set this on a note that is held; False if another was first."""
        if self.removed_at is not None:
            return False
        for field, value in removal.items():
            setattr(self, field, value)
        return True


def _removal(by, reason: str) -> dict[str, Any]:
    """What is kept of who takes a note off its page."""
    name = str(by) if by else ""
    return {
        "removed_at": timezone.now(),
        "removed_by": by,
        "removed_by_name": name,
        "removed_for": reason,
    }
