"""What an erasure leaves to do that takes longer on a large wall."""

from __future__ import annotations

from django.db import connection

from retold.tasks import task
from staff.models import Erasure
from stories.models import Entry
from stories.search.rebuilding import rebuild_index

# On a larger wall it takes minutes, for which a night is better.
MOST_AT_ONCE = 20_000


@task()
def tidy_index() -> None:
    """Tidy up at once, where others who wait for a task hardly notice."""
    if Entry.objects.count() <= MOST_AT_ONCE:
        tidy()


def tidy() -> None:
    """Make the database’s own search index anew: SQLite’s keeps old words until its parts merge.

    In steps, while people read and write. What fails is done with the next erasure, or once a day
    by `manage.py let_go`.
    """
    waiting = Erasure.objects.filter(index_is_clean=False, person=None)
    ours = list(waiting.values_list("pk", flat=True))
    # Said first, for two at once would be in each other's way.
    if not ours or not waiting.filter(pk__in=ours).update(index_is_clean=True):
        return
    try:
        if connection.vendor == "sqlite":
            rebuild_index(lambda _done: None)
    except Exception:
        Erasure.objects.filter(pk__in=ours).update(index_is_clean=False)
        raise
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # The log before the database keeps what was written until it begins anew. Where others
            # read just now it begins a little later.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
