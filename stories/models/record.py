"""The record of what was done to a story, by whom and why."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from staff.audiences import ORGANISATION
from staff.lengths import TextsFit
from staff.models import Change, What
from staff.naming import Naming

from .vocabulary import Status

# What a moderator may say to whoever told it, and with it in the record.
MOST_WHY = 2000


@contextmanager
def rewording() -> Iterator[None]:
    """Let a name be taken out of the words of the record: nothing else may change them.

    For the rest of a transaction, which has to be there, for the database guards them again after.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL retold.rewording = 'on'")
            yield
            cursor.execute("SET LOCAL retold.rewording = 'off'")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'record_reworded'")
            [guard] = cursor.fetchone()
            cursor.execute("DROP TRIGGER record_reworded")
            yield
            cursor.execute(guard)


class StoryEvent(models.Model):
    """One thing done to one story. Only ever added to, which the database itself sees to; the actor
    is kept by name as well."""

    class Action(models.TextChoices):
        SUBMITTED = "submitted", _("Sent in")
        PUBLISHED = "published", _("Published")
        SENT_BACK = "sent_back", _("Sent back")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EDITED = "edited", _("Edited")
        GOLD = "gold", _("Gold standard")
        VISIBILITY = "visibility", _("Visibility changed")
        IMPORTED = "imported", _("Imported")
        PHOTOS = "photos", _("Photos changed")
        FLAGS = "flags", _("Flags decided")

    # By which whoever did it is named, where several say who did them.
    naming: Naming | None = None

    # Goes with its story, and not before, which the database itself sees to.
    story = models.ForeignKey(
        "stories.Story", verbose_name=_("story"), on_delete=models.DO_NOTHING, related_name="events"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    actor_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(_("what"), max_length=20, choices=Action.choices)
    status_before = models.CharField(max_length=10, blank=True)
    status_after = models.CharField(max_length=10, blank=True)
    reason = models.TextField(_("why"), max_length=MOST_WHY, blank=True)
    # {"field": [before, after]}
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        get_latest_by = ["at", "pk"]
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes = [models.Index(fields=["story", "-at"], name="storyevent_story_at")]
        constraints = [
            TextsFit(
                name="storyevent_texts_fit",
                most={
                    "actor_name": 200,
                    "reason": MOST_WHY,
                },
                known={
                    "action": (
                        "submitted",
                        "published",
                        "sent_back",
                        "rejected",
                        "withdrawn",
                        "edited",
                        "gold",
                        "visibility",
                        "imported",
                        "photos",
                        "flags",
                    ),
                    "status_before": ["", *Status.values],
                    "status_after": ["", *Status.values],
                },
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.actor_name} · {self.at:%Y-%m-%d %H:%M}"

    def save(self, *args, **kwargs) -> None:
        if self.pk:
            raise TypeError("A record is only ever added, never changed.")
        super().save(*args, **kwargs)

    def done_by(self) -> str:
        """Whoever did it, as colleagues call them, to begin a sentence with.

        An account that belongs to nobody, and one that is gone, is called by its own name.
        """
        person = getattr(self.actor, "employee", None)
        if person is None:
            return self.actor_name or gettext("Somebody")
        return capfirst((self.naming or Naming(ORGANISATION)).name(person))

    def as_history(self, public_id: str) -> Change:
        """What this is in the history: where the story stood is one more thing that changed."""
        moved = {"status": [self.status_before, self.status_after]}
        changes = {**(moved if self.status_before != self.status_after else {}), **self.changes}
        what = What.ADDED if self.action == self.Action.IMPORTED else What.CHANGED
        return Change("stories.story", self.story_id, public_id, what, changes, self.reason)
