"""E-mails about one story: owed by the change that causes them, sent after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from staff.lengths import TextsFit

from .owed import Owed, OwedQuerySet, send_when_committed
from .record import MOST_WHY

if TYPE_CHECKING:
    from .record import StoryEvent


class NoticeQuerySet(OwedQuerySet):
    def owe(self, notices: Sequence[Any]) -> None:
        """Write these down, to be sent once that is committed; who is told already stays so."""
        for notice in notices:
            notice.name_occasion()
        self.bulk_create(notices, ignore_conflicts=True)
        send_when_committed()


class Notice(Owed):
    """One e-mail to one person about one story.

    It is stored in the transaction of the change itself, so that it is neither lost when the mail
    server is down nor sent for a change that never happened. `once` names the occasion; the same
    occasion is told to the same person a single time.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", _("Your story is up")
        CREDITED = "credited", _("You are in a story")
        SENT_BACK = "sent_back", _("Sent back with a note")
        REJECTED = "rejected", _("Not published")
        TAKEN_DOWN = "taken_down", _("Your story is off the wall")
        FLAGGED = "flagged", _("What came of your flag")

    # What it tells of, where that may happen again and is news each time.
    event: StoryEvent | None = None

    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="notices")
    to = models.ForeignKey("staff.Employee", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    once = models.CharField(max_length=40, blank=True)
    reason = models.TextField(max_length=MOST_WHY, blank=True)
    # What somebody is told about, where it is their own flag.
    flag = models.ForeignKey(
        "stories.Flag", on_delete=models.CASCADE, null=True, blank=True, related_name="notices"
    )

    objects: ClassVar[Any] = NoticeQuerySet.as_manager()

    class Meta(Owed.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["created_at"], condition=Q(sent_at=None), name="notice_unsent")
        ]
        constraints = [
            TextsFit(
                name="notice_texts_fit",
                most={"once": 40, "reason": MOST_WHY},
                known={
                    "kind": [
                        "published",
                        "credited",
                        "sent_back",
                        "rejected",
                        "taken_down",
                        "flagged",
                    ]
                },
            ),
            models.UniqueConstraint(fields=["story", "to", "kind", "once"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.to}"

    def name_occasion(self) -> None:
        """Say in `once` which event it tells of, which is stored by now."""
        if self.event is not None:
            self.once = str(self.event.pk)
