"""Sending the e-mails that are owed, outside the request that came to owe them.

A notice is claimed before it is sent: the try is counted and dated in a short transaction of its
own, so that two processes never send the same one, and no lock is held while a mail server thinks.
What was not taken is tried again at growing distances, after a later decision or by `manage.py
send_notices`. A mail server that fails is a line in the log, never a decision undone.
"""

from __future__ import annotations

import datetime
import logging
import time
from functools import reduce
from operator import or_
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.cache import cache
from django.core.mail import get_connection
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from retold.tasks import task
from staff.models import Employee
from stories.models import Notice

from .letters import message

log = logging.getLogger(__name__)

# One batch over one connection; then other work has its turn, however slow the mail server is.
MOST_AT_ONCE = 30
SECONDS_AT_ONCE = 30
MOST_ATTEMPTS = 10
# After the first try two minutes pass, then four … the last try is some seventeen hours after the
# one before. Also the time within which whoever claimed a notice has sent it or is gone.
FIRST_PAUSE = datetime.timedelta(minutes=2)

# These are about one message; after any other error the server itself is taken to be away.
ABOUT_ONE_MESSAGE = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
AWAY, AWAY_FOR = "notices:away", 60


@task()
def send_in_background() -> None:
    """Send a batch of what is owed; what is left has its turn after the work that waits by then."""
    if cache.get(AWAY):
        return
    send_owed()
    if not cache.get(AWAY) and _owed().exists():
        send_in_background.enqueue()


def send_owed(limit: int = MOST_AT_ONCE, *, seconds: float = SECONDS_AT_ONCE) -> int:
    """Send what is due, oldest first, and say how many went out. Never raises.

    No new one is begun after so many seconds.
    """
    sent, mail_server, until = 0, get_connection(), time.monotonic() + seconds
    try:
        for _turn in range(limit):
            notice = _claim() if time.monotonic() < until else None
            if notice is None:
                break
            mail_server.open()
            sent += _send(notice, mail_server)
    except OSError:
        log.exception("The mail server cannot be reached; what is owed will be tried again.")
        cache.set(AWAY, True, AWAY_FOR)
    except DatabaseError:
        log.exception("The database is busy; what is owed will be tried again.")
        cache.set(AWAY, True, AWAY_FOR)
    finally:
        _close(mail_server)
    return sent


def _close(mail_server) -> None:
    try:
        mail_server.close()
    except OSError:
        log.warning("The mail server was gone before goodbye.")


def _claim() -> Notice | None:
    """Take the oldest notice that is due, so that nobody else does."""
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        owed = _owed().select_for_update(skip_locked=skip)
        notice = owed.order_by("created_at", "pk").first()
        if notice:
            notice.attempts += 1
            notice.tried_at = timezone.now()
            notice.save(update_fields=["attempts", "tried_at"])
    return notice


def _owed() -> QuerySet[Notice]:
    """What was never tried, and what was and has waited its time since."""
    now = timezone.now()
    waited = (
        Q(attempts=tries, tried_at__lt=now - FIRST_PAUSE * 2 ** (tries - 1))
        for tries in range(1, MOST_ATTEMPTS)
    )
    return Notice.objects.filter(reduce(or_, waited, Q(attempts=0)), sent_at=None)


def _send(notice: Notice, mail_server) -> bool:
    """Send one notice; False if nobody is to be written to, or the server would not take it."""
    address = address_of(notice.to)
    if not address or not _still_true(notice):
        _settle(notice, attempts=0)
        return False
    try:
        message(notice, address, mail_server).send()
    except ABOUT_ONE_MESSAGE:
        log.exception("Notice %s was not taken.", notice.pk)
        return False
    except OSError:
        raise
    except Exception:
        # Mail services have errors of their own, and one letter must not hold up the others.
        log.exception("Notice %s could not be sent.", notice.pk)
        return False
    _settle(notice, attempts=notice.attempts)
    return True


def address_of(person: Employee) -> str:
    """Where somebody is written to; people who left are not."""
    if not person.active:
        return ""
    account = person.account
    return person.email or (account.email if account and account.is_active else "")


def _still_true(notice: Notice) -> bool:
    """A story that is off the wall again is no news."""
    if notice.kind in (Notice.Kind.PUBLISHED, Notice.Kind.CREDITED):
        return notice.story.is_published
    return True


def _settle(notice: Notice, *, attempts: int) -> None:
    """Nothing is owed any more; no attempts mean that there was nobody to write to."""
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now(), attempts=attempts)
