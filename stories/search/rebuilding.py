"""Making the index of the search anew while people read and write.

The entries are made from their stories first (`Entry.objects.build_again`); this is what the
database keeps of them. SQLite gets a second table, filled in steps that others wait for only
briefly, which then takes the place of the first; what was begun is gone on with. The first is
emptied in such steps too: to take a table of gigabytes away at once holds all who write for as
long as it takes to read it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection, transaction

from retold.databases import giving_way
from stories.models import Entry

from .tables import FTS_COLUMNS, INDEX, TABLE, fts, triggers, unfollowed

NEXT, DONE, FORMER = f"{INDEX}_next", f"{INDEX}_done", f"{INDEX}_former"
STEP = 1_000
# Of the pieces in which a table keeps its terms, some four kilobytes each; without those before,
# which say how it is made, it could not be dropped.
PIECES, FIRST_PIECE = 2_000, 11

Progress = Callable[[int], object]


def rebuild_index(progress: Progress) -> None:
    """Make the database's own index anew; `progress` is told of so many more entries."""
    if connection.vendor == "postgresql":
        _rebuild_postgresql()
        progress(Entry.objects.count())
        return
    _clear_away()
    _begin()
    done = 1
    while done:
        with giving_way():
            done = _step()
        progress(done)
    _clear_away()


def reached() -> int:
    """How many entries the next table has already, on SQLite."""
    if connection.vendor != "sqlite" or NEXT not in connection.introspection.table_names():
        return 0
    return _ask(f"SELECT count(*) FROM {TABLE} WHERE seq <= (SELECT seq FROM {DONE})")


@transaction.atomic
def _begin() -> None:
    if NEXT in connection.introspection.table_names():
        return
    _do(
        f"DROP TABLE IF EXISTS {DONE}",
        f"CREATE TABLE {DONE} (seq bigint NOT NULL)",
        f"INSERT INTO {DONE} VALUES (0)",
        *fts(NEXT),
        *triggers(NEXT, up_to=f"(SELECT seq FROM {DONE})"),
    )


@transaction.atomic
def _step() -> int:
    """Put some more entries into the next table; 0 when it has taken the other's place."""
    columns = ", ".join(FTS_COLUMNS)
    rest = f"SELECT seq FROM {TABLE} WHERE seq > (SELECT seq FROM {DONE}) ORDER BY seq"
    end = _ask(f"SELECT max(seq) FROM ({rest} LIMIT {STEP})")
    if end is None:
        _do(
            *unfollowed(INDEX),
            *unfollowed(NEXT),
            f"DROP TABLE {DONE}",
            f"ALTER TABLE {INDEX} RENAME TO {FORMER}",
            f"ALTER TABLE {NEXT} RENAME TO {INDEX}",
            *triggers(INDEX),
        )
        return 0
    done = _ask(f"SELECT count(*) FROM ({rest} LIMIT {STEP})")
    _do(
        f"INSERT INTO {NEXT}(rowid, {columns}) SELECT seq, {columns} FROM {TABLE} "
        f"WHERE seq > (SELECT seq FROM {DONE}) AND seq <= {end} ORDER BY seq",
        f"UPDATE {DONE} SET seq = {end}",
    )
    return done


def _clear_away() -> None:
    """Take the table away whose place another has taken, now or before an interruption."""
    if FORMER not in connection.introspection.table_names():
        return
    pieces = f"SELECT id FROM {FORMER}_data WHERE id >= {FIRST_PIECE}"
    some = f"{pieces} ORDER BY id LIMIT {PIECES}"
    while _ask(f"SELECT count(*) FROM ({some})"):
        with giving_way():
            _do(f"DELETE FROM {FORMER}_data WHERE id IN ({some})")
    _do(f"DROP TABLE {FORMER}")


def _rebuild_postgresql() -> None:
    """The column computes itself; its index is made beside the old one, which serves meanwhile."""
    # Inside of a transaction, as in tests, nobody else can be let in meanwhile.
    meanwhile = "" if connection.in_atomic_block else "CONCURRENTLY"
    if meanwhile:
        # It takes as long as it takes. What an interrupted one left is in the way.
        _do("SET statement_timeout = 0", f"DROP INDEX IF EXISTS {INDEX}_ccnew")
    _do(f"REINDEX INDEX {meanwhile} {INDEX}")


def _do(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _ask(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
