"""Sending the e-mails that are owed.

A notice is claimed before it is sent: the try is counted and dated in a short transaction of its
own, so that two processes never send the same one, and no lock is held while a mail server thinks.
After a decision only what was never tried is sent; `manage.py send_notices` tries the rest again,
at growing distances. A mail server that fails is a line in the log, never a decision undone.
"""

from __future__ import annotations

import datetime
import logging
from functools import reduce
from operator import or_
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.core.cache import cache
from django.core.mail import get_connection
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from staff.models import Employee
from stories.models import Notice

from .letters import message

log = logging.getLogger(__name__)

MOST_AT_ONCE = 30
MOST_ATTEMPTS = 10
# After the first try two minutes pass, then four … the last try is some seventeen hours after the
# one before. Also the time within which whoever claimed a notice has sent it or is gone.
FIRST_PAUSE = datetime.timedelta(minutes=2)

# These are about one message; after any other error the server itself is taken to be away.
ABOUT_ONE_MESSAGE = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
AWAY, AWAY_FOR = "notices:mail-server-away", 60


def send_owed(limit: int = MOST_AT_ONCE, *, again: bool = False) -> int:
    """Send what is owed, oldest first, and say how many went out. Never raises.

    With `again`, what failed before is tried once more when its time has come.
    """
    if not again and cache.get(AWAY):
        return 0
    sent, mail_server = 0, get_connection()
    try:
        for _turn in range(limit):
            notice = _claim(again)
            if notice is None:
                break
            mail_server.open()
            sent += _send(notice, mail_server)
    except OSError:
        log.exception("The mail server cannot be reached; what is owed will be tried again.")
        cache.set(AWAY, True, AWAY_FOR)
    except DatabaseError:
        log.exception("The database is busy; what is owed will be tried again.")
    finally:
        _close(mail_server)
    return sent


def _close(mail_server) -> None:
    try:
        mail_server.close()
    except OSError:
        log.warning("The mail server was gone before goodbye.")


def _claim(again: bool) -> Notice | None:
    """Take the oldest notice that is due, so that nobody else does."""
    skip = connection.features.has_select_for_update_skip_locked
    now = timezone.now()
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(skip_locked=skip)
            .filter(_due(now, again), sent_at=None)
            .order_by("created_at", "pk")
            .first()
        )
        if notice:
            notice.attempts += 1
            notice.tried_at = now
            notice.save(update_fields=["attempts", "tried_at"])
    return notice


def _due(now: datetime.datetime, again: bool) -> Q:
    fresh = Q(attempts=0)
    if not again:
        return fresh
    waited = (
        Q(attempts=tries, tried_at__lt=now - FIRST_PAUSE * 2 ** (tries - 1))
        for tries in range(1, MOST_ATTEMPTS)
    )
    return reduce(or_, waited, fresh)


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
