"""E-mails that are owed, whatever they say: written down first, claimed, sent, settled."""

from __future__ import annotations

import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone

MOST_ATTEMPTS = 10
# After the first try two minutes pass, then four … the last try is some seventeen hours after the
# one before. Also the time within which whoever claimed an e-mail has sent it or is gone.
FIRST_PAUSE = datetime.timedelta(minutes=2)


def send_when_committed() -> None:
    """Have what is owed sent, once the change that owes it is stored."""
    # What cannot be queued is owed all the same; it undoes no decision.
    transaction.on_commit(_send, robust=True)


def _send() -> None:
    # Imported late: sending needs templates and addresses, which need the models.
    from stories.notices.sending import send_in_background

    send_in_background.enqueue()


class OwedQuerySet(models.QuerySet):
    def due(self) -> models.QuerySet:
        """What was never tried, and what was and has waited its time since; the oldest first."""
        now = timezone.now()
        waited = (
            Q(attempts=tries, tried_at__lt=now - FIRST_PAUSE * 2 ** (tries - 1))
            for tries in range(1, MOST_ATTEMPTS)
        )
        owed = self.filter(reduce(or_, waited, Q(attempts=0)), sent_at=None)
        return owed.order_by("created_at", "pk")

    @transaction.atomic
    def claim(self) -> Any:
        """Take the oldest that is due, so that nobody else does: the try is counted and dated."""
        skip = connection.features.has_select_for_update_skip_locked
        found = self.due().select_for_update(skip_locked=skip).first()
        if found:
            found.attempts += 1
            found.tried_at = timezone.now()
            found.save(update_fields=["attempts", "tried_at"])
        return found


class Owed(models.Model):
    """One e-mail that is to be sent once, by whichever process comes first."""

    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Whoever sends it writes the time down first, so that nobody else sends it meanwhile.
    tried_at = models.DateTimeField(null=True, blank=True)

    objects = OwedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["created_at", "pk"]

    def settle(self, *, attempts: int) -> None:
        """Nothing is owed any more; no attempts mean that there was nobody to write to."""
        type(self)._base_manager.filter(pk=self.pk).update(
            sent_at=timezone.now(), attempts=attempts
        )
