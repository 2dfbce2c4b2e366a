"""A copy of an SQLite database while people write, and such a copy put in a database's place."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from .archive import Progress
from .manifest import Cursor, Manifest, Table, applied_migrations
from .own import sync_folder
from .problem import Problem

PAGES = 4_096
ROWS = 1_000
SECONDS_TO_WAIT = 20


def copy(database: Path, into: Path, progress: Progress) -> None:
    """Copy the database as it is at this moment; nobody who reads or writes waits for it."""
    with closing(_connect(database)) as source, closing(_connect(into)) as copied:
        # A copy in steps would begin anew each time somebody writes. Within a transaction we go on
        # seeing the database as it is now, and so does the copy.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        size = source.execute("PRAGMA page_size").fetchone()[0]
        copied.execute("PRAGMA journal_mode=OFF")
        copied.execute("PRAGMA synchronous=OFF")
        left: int | None = None

        def tell(status: int, remaining: int, total: int) -> None:
            nonlocal left
            progress(((total if left is None else left) - remaining) * size)
            left = remaining

        source.backup(copied, pages=PAGES, progress=tell)
    with closing(_connect(into)) as copied:
        # One file that says all, not one of which half may be in another.
        copied.execute("PRAGMA journal_mode=DELETE")


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=SECONDS_TO_WAIT, isolation_level=None)


@contextmanager
def reading(path: Path) -> Iterator[Cursor]:
    """A cursor in a database that nobody writes."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as database:
        yield database.cursor()


def manifest(cursor: Cursor) -> Manifest:
    """What is in a copy; a Problem if it is damaged."""
    check(cursor)
    return Manifest("sqlite", sqlite3.sqlite_version, applied_migrations(cursor), tables(cursor))


def check(cursor: Cursor) -> None:
    cursor.execute("PRAGMA quick_check(1)")
    if (said := cursor.fetchone()) != ("ok",):
        raise Problem(f"The database is damaged: {said[0] if said else 'it does not answer'}")


def tables(cursor: Cursor) -> dict[str, Table]:
    """The rows of every table and a checksum of what they say, in their order."""
    cursor.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\' ORDER BY name"
    )
    # What a virtual table shows is kept in other tables, which are here too.
    real = [(name, sql) for name, sql in cursor.fetchall() if not _is_virtual(sql)]
    return {name: _table(cursor, name, sql) for name, sql in real}


def _is_virtual(sql: str) -> bool:
    return bool(re.match(r"\s*CREATE\s+VIRTUAL", sql, re.IGNORECASE))


def _table(cursor: Cursor, name: str, sql: str) -> Table:
    quoted = '"' + name.replace('"', '""') + '"'
    order = "" if re.search(r"WITHOUT\s+ROWID", sql, re.IGNORECASE) else " ORDER BY rowid"
    cursor.execute(f"SELECT * FROM {quoted}{order}")  # noqa: S608 - the database's own names
    digest, count = hashlib.sha256(), 0
    while rows := cursor.fetchmany(ROWS):
        count += len(rows)
        digest.update("\n".join(map(ascii, rows)).encode())
    return Table(count, digest.hexdigest())


def is_empty(path: Path, holding: list[str]) -> bool:
    """Whether nobody has put anything there yet: no row in any of these tables."""
    if not path.exists() or not path.stat().st_size:
        return True
    try:
        with closing(_connect(path)) as database:
            asked = "SELECT name FROM sqlite_master WHERE type = 'table'"
            there = {name for (name,) in database.execute(asked)}
            return not there or (
                there.issuperset(holding)
                and not any(
                    database.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()  # noqa: S608
                    for name in holding
                )
            )
    except sqlite3.DatabaseError:
        return False


def put_in_place(new: Path, path: Path) -> None:
    """Make a finished database that of Retold, in one step; a Problem if one is in use there."""
    with closing(_connect(new)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    with new.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists():
        _let_go_of(path)
    # What belongs to the old database must not be read into the new one.
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    new.replace(path)
    sync_folder(path.parent)


def _let_go_of(path: Path) -> None:
    """Whoever has the old one open would write into a file that nobody can see any more."""
    try:
        with closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as old:
            # Leaving this mode takes that nobody else has it open.
            old.execute("PRAGMA journal_mode=DELETE")
            old.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Problem(
                "Somebody uses the database just now. Stop the server and its workers first."
            ) from None
        raise
    except sqlite3.DatabaseError:
        # It is no database any more, which is why somebody wants another one.
        return


@contextmanager
def changing(path: Path) -> Iterator[sqlite3.Cursor]:
    """A cursor in a database that nobody else knows of yet; what it did is kept at the end."""
    with closing(_connect(path)) as database:
        cursor = database.cursor()
        cursor.execute("BEGIN")
        yield cursor
        cursor.execute("COMMIT")
