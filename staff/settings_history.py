"""Settings of the environment in the history: at each start, what is different from the last one.

Who changed them is not known here, only that they hold from this start on. Keys and passwords are
kept as a short sum, which says that they changed and tells nobody what they are.
"""

from __future__ import annotations

import logging
import re
import threading
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.crypto import salted_hmac

from retold.settings import env

from .acting import Way, acting
from .models import Change, History, What
from .models.history import plain

log = logging.getLogger(__name__)

KIND = "settings"
# By their names: a setting that comes later is no secret that leaks here. Addresses may hold one.
SECRET = re.compile("KEY|SECRET|PASS|TOKEN|URL")
OPEN = frozenset({"SITE_URL"})


def remember_beside() -> None:
    """In a thread of its own: a database that is away keeps nobody from serving."""
    threading.Thread(target=_try, name="settings", daemon=True).start()


def _try() -> None:
    try:
        remember()
    except DatabaseError:
        log.warning("The settings of this start could not be written into the history.")
    finally:
        connection.close()


@transaction.atomic
def remember() -> bool:
    """Write down which settings are not what they were at the last start; False if none."""
    if connection.vendor == "postgresql":
        # Several servers may start at once; SQLite lets one write at a time anyway.
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {History._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    before, now = _last(), _present()
    names = sorted(before.keys() | now.keys())
    changes = {
        name: [before.get(name), now.get(name)]
        for name in names
        if before.get(name) != now.get(name)
    }
    if not changes:
        return False
    what = What.CHANGED if before else What.ADDED
    with acting(way=Way.START):
        History.objects.record(Change(KIND, 0, "", what, changes))
    return True


def _present() -> dict[str, Any]:
    return {name: _told(name, value) for name, value in env.dump().items()}


def _told(name: str, value: Any) -> Any:
    if value and SECRET.search(name) and name not in OPEN:
        return f"••• {_sum(str(value))}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return plain(value)


def _last() -> dict[str, Any]:
    """The settings as all starts before have left them."""
    known: dict[str, Any] = {}
    for changes in History.objects.of(KIND, 0).order_by("pk").values_list("changes", flat=True):
        known |= {name: after for name, (_before, after) in changes.items()}
    return known


def _sum(secret: str) -> str:
    return salted_hmac("staff.settings_history", secret, algorithm="sha256").hexdigest()[:8]
