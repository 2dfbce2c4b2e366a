"""What an erasure leaves to do that takes longer on a large wall."""

from __future__ import annotations

from django.db import connection

from retold.tasks import task
from staff.models import Erasure
from stories.search.rebuilding import rebuild_index


@task()
def tidy_index() -> None:
    """Make the database’s own search index anew: SQLite’s keeps old words until its parts merge.

    In steps, while people read and write. What was not done is done with the next erasure, or once
    a day by `manage.py let_go`.
    """
    waiting = list(Erasure.objects.filter(index_is_clean=False).values_list("pk", flat=True))
    if not waiting:
        return
    if connection.vendor == "sqlite":
        rebuild_index(lambda _done: None)
    Erasure.objects.filter(pk__in=waiting).update(index_is_clean=True)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            # The log before the database keeps what was written until it begins anew. Where others
            # read just now it begins a little later.
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
