"""How Retold talks to the database that DATABASE_URL names: SQLite or PostgreSQL."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection

# So long somebody who sends a form waits for whoever else writes to SQLite; a command has patience.
SECONDS_TO_WRITE = 10
SQLITE_OPTIONS: dict[str, Any] = {
    # Deferred transactions fail when two of them read and then write; immediate ones queue.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}
# Each thread that answers requests has a connection, and each connection two megabytes of pages and
# two of prepared questions if left to itself. The system has pages at hand as well.
SQLITE_OPTIONS_OF_A_THREAD = {
    "timeout": SECONDS_TO_WRITE,
    "cached_statements": 32,
    "init_command": SQLITE_OPTIONS["init_command"] + " PRAGMA cache_size=-750;",
}
POSTGRESQL_OPTIONS = {
    # Who waits for a page is told in seconds that the database is away, also where the network
    # swallows what is sent to it.
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    # Of Django's own questions none are; see `retold.prepared`.
    "prepare_threshold": 5,
}
SECONDS_FOR_A_CONNECTION = 5
# After a step of long work this share of its time is left to others.
REST = 0.1


def database(found: dict[str, Any], connections: int, seconds: int) -> dict[str, Any]:
    """What Django's DATABASES says of the database found in DATABASE_URL.

    Requests share `connections` to PostgreSQL, and no statement of theirs takes longer than
    `seconds`. A command has a connection of its own and the time that it needs.
    """
    match found["ENGINE"]:
        case "django.db.backends.sqlite3":
            return _sqlite(found)
        case "django.db.backends.postgresql":
            return _postgresql(found, connections, seconds)
    raise ImproperlyConfigured("DATABASE_URL begins with none of sqlite:// and postgres://.")


def _sqlite(found: dict[str, Any]) -> dict[str, Any]:
    folder = Path(found["NAME"]).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"“{folder}”, from DATA_DIR or DATABASE_URL, can’t be made: {error.strerror}."
        ) from error
    options = SQLITE_OPTIONS if command_running() else SQLITE_OPTIONS | SQLITE_OPTIONS_OF_A_THREAD
    return {
        **found,
        "ENGINE": "retold.sqlite",
        "OPTIONS": {**options},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _postgresql(found: dict[str, Any], connections: int, seconds: int) -> dict[str, Any]:
    given = dict(found.get("OPTIONS", {}))
    if not (found["NAME"] or "service" in given):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database, such as postgres://user:password@host/name."
        )
    if (threshold := given.get("prepare_threshold")) is not None:
        given["prepare_threshold"] = int(threshold) if threshold.isdigit() else None
    command = command_running()
    # No question of ours is long enough for compiling it first to pay.
    told = ["-c jit=off"]
    if not command:
        told.append(f"-c statement_timeout={seconds}s")
    options = {
        **POSTGRESQL_OPTIONS,
        "application_name": f"retold {command or 'web'}",
        **given,
        "options": " ".join([*told, given.get("options", "")]).strip(),
    }
    if not command:
        options["pool"] = {
            "min_size": 1,
            "max_size": connections,
            "timeout": SECONDS_FOR_A_CONNECTION,
            # Tried for longer it is tried ever more seldom, and found late when it is back.
            "reconnect_timeout": SECONDS_FOR_A_CONNECTION,
            "name": "retold",
        }
    return {
        **found,
        "ENGINE": "retold.postgresql",
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        # Ours looks after its connections itself.
        "CONN_HEALTH_CHECKS": command != "",
    }


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Wait for no longer than this for whoever else writes to SQLite."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    sqlite = connection.connection
    usual = sqlite.execute("PRAGMA busy_timeout").fetchone()[0]
    sqlite.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
    connection.patience = seconds  # type: ignore[attr-defined]
    try:
        yield
    finally:
        connection.patience = None  # type: ignore[attr-defined]
        sqlite.execute(f"PRAGMA busy_timeout = {usual}")


@contextmanager
def giving_way() -> Iterator[None]:
    """One of many steps of a command that writes: after it those who wait have their turn.

    In another process they look only every tenth of a second whether SQLite is free, and would
    wait for seconds, or in vain, for a command that goes on at once.
    """
    begun = time.monotonic()
    yield
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep((time.monotonic() - begun) * REST)


def begin_anew() -> None:
    """Ask over another connection next time: one from before may be to what is not there any more.

    One to SQLite on a disk that took nothing goes on taking nothing, whatever the disk does.
    """
    connection.close_at = 0


def command_running() -> str:
    """The name of the command that manage.py runs; empty in what answers requests."""
    if Path(sys.argv[0]).name != "manage.py" or len(sys.argv) < 2:
        return ""
    return "" if sys.argv[1] == "runserver" else sys.argv[1]
