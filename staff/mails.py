"""E-mails to somebody who is not signed in yet: sent beside the request, which does not wait.

How long a mail server takes would tell who has an account, and so would an apology that only they
get: when mails fail, everybody who waits for one is told.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

FAILING = "staff.mails.failing"
REMEMBERED_SECONDS = 5 * 60
# As many as wait for a mail server at once; what comes beyond is not sent, and said to fail.
MOST_WAITING = 200
_room = threading.BoundedSemaphore(MOST_WAITING)
# Not in the tasks' queue: what it keeps in the database, these must not be read from.
_senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="account-mails")


def post(message: Any) -> None:
    """Send it soon; nobody hears here whether it left."""
    if settings.ACCOUNT_MAILS_AT_ONCE:
        _send(message)
    elif _room.acquire(blocking=False):
        _senders.submit(_send, message).add_done_callback(lambda _done: _room.release())
    else:
        log.error("Too many e-mails about accounts wait for the mail server.")
        cache.set(FAILING, True, REMEMBERED_SECONDS)


def failing() -> bool:
    """Whether the last of them could not be sent."""
    return bool(cache.get(FAILING))


def _send(message: Any) -> None:
    try:
        message.send()
    except Exception:
        log.exception("An e-mail about an account could not be sent.")
        cache.set(FAILING, True, REMEMBERED_SECONDS)
    else:
        cache.delete(FAILING)
