"""Sending the e-mails that are owed, outside the request that came to owe them.

An e-mail is claimed before it is sent: the try is counted and dated in a short transaction of its
own, so that two processes never send the same one, and no lock is held while a mail server thinks.
What was not taken is tried again at growing distances, after a later decision or by `manage.py
send_notices`. A mail server that fails is a line in the log, never a decision undone.
"""

from __future__ import annotations

import logging
import time
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused
from typing import Any

from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError

from retold.tasks import task
from stories.models import FlagDigest, FollowMail, Notice, Status

from . import flagged
from .addresses import address_of
from .following import news
from .following.turns import take_turns
from .letters import message

log = logging.getLogger(__name__)

# One batch over one connection; then other work has its turn, however slow the mail server is.
MOST_AT_ONCE = 30
SECONDS_AT_ONCE = 30
# What somebody waits for goes before what they merely like to read.
KINDS = (Notice, FlagDigest, FollowMail)
OneOwed = Notice | FlagDigest | FollowMail

# These are about one message; after any other error the server itself is taken to be away.
ABOUT_ONE_MESSAGE = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
AWAY, AWAY_FOR = "notices:away", 60


@task()
def send_in_background() -> None:
    """Send a batch of what is owed; what is left has its turn after the work that waits by then."""
    owe_moderators()
    all_had_their_turn = owe_followers()
    if cache.get(AWAY):
        return
    send_owed()
    left = not all_had_their_turn or any(kind.objects.due().exists() for kind in KINDS)
    if left and not cache.get(AWAY):
        send_in_background.enqueue()


def owe_moderators() -> None:
    """Owe moderators the day's digest of what is flagged. Never raises."""
    try:
        flagged.owe_digests()
    except DatabaseError:
        log.exception("The database is busy; moderators are told of flags later.")


def owe_followers(*, seconds: float = SECONDS_AT_ONCE) -> bool:
    """Let those who follow by e-mail have their turn; False if some are left. Never raises."""
    try:
        return take_turns(seconds=seconds)
    except DatabaseError:
        log.exception("The database is busy; followers have their turn later.")
        cache.set(AWAY, True, AWAY_FOR)
        return False


def send_owed(limit: int = MOST_AT_ONCE, *, seconds: float = SECONDS_AT_ONCE) -> int:
    """Send what is due, oldest first, and say how many went out. Never raises.

    No new one is begun after so many seconds.
    """
    sent, mail_server, until = 0, get_connection(), time.monotonic() + seconds
    try:
        for _turn in range(limit):
            owed = _claim() if time.monotonic() < until else None
            if owed is None:
                break
            mail_server.open()
            sent += _send(owed, mail_server)
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


def _claim() -> OneOwed | None:
    """Take the oldest e-mail that is due, so that nobody else does."""
    return next((owed for kind in KINDS if (owed := kind.objects.claim())), None)


def _send(owed: OneOwed, mail_server: Any) -> bool:
    """Send one e-mail; False if there is nothing to say, or the server would not take it."""
    try:
        mail = _written(owed, mail_server)
        if mail is None:
            owed.settle(attempts=0)
            return False
        mail.send()
    except ABOUT_ONE_MESSAGE:
        log.exception("%s %s was not taken.", type(owed).__name__, owed.pk)
        return False
    except (OSError, DatabaseError):
        raise
    except Exception:
        # Mail services have errors of their own, and one letter must not hold up the others.
        log.exception("%s %s could not be sent.", type(owed).__name__, owed.pk)
        return False
    owed.settle(attempts=owed.attempts)
    if isinstance(owed, Notice) and owed.kind == Notice.Kind.CREDITED:
        owed.story.asked(owed.to)
    return True


def _written(owed: OneOwed, mail_server: Any) -> EmailMultiAlternatives | None:
    """The e-mail as it is true now; None if nobody is to be told, or it is no news any more."""
    if isinstance(owed, FollowMail):
        return news.message(owed, mail_server)
    if isinstance(owed, FlagDigest):
        return flagged.message(owed, mail_server)
    address = address_of(owed.to)
    return message(owed, address, mail_server) if address and _still_true(owed) else None


def _still_true(notice: Notice) -> bool:
    """A story that is off the wall again is no news, nor that it was, once it is back."""
    if notice.kind in (Notice.Kind.PUBLISHED, Notice.Kind.CREDITED):
        return notice.story.is_published
    if notice.kind == Notice.Kind.TAKEN_DOWN:
        return notice.story.status == Status.WITHDRAWN
    return True
