"""Django's own backend, with a pool that asks a connection whether it lives only after a rest.

Django has it asked each time it is lent, which takes a fifth of the work of a page that is
remembered. One that was given back within the last second lives, but for a database that went away
this very moment; then whoever asks is told so, as if it had gone a moment later.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import DatabaseError, OperationalError
from django.db.backends.postgresql import base
from psycopg import Error

from .planned import Planned

SECONDS_OF_TRUST = 1.0


# What is called here are Django's own hooks; its published types leave them out.
class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        end = time.monotonic() + self.pool.timeout
        while True:
            connection = super().get_new_connection(conn_params)
            if _lives(self.pool, connection):
                return connection
            # It is thrown away there, and another one made.
            self.pool.putconn(connection)
            if time.monotonic() > end:
                raise OperationalError("No connection to the database answers.")

    def planned_cursor(self) -> Any:
        """A cursor for what is asked over and over: the database keeps how to answer it."""
        # The log of questions shows them with their values, which the planned ones have apart.
        if self.queries_logged:
            return self.cursor()
        self.ensure_connection()
        cursor: Any = Planned.of(self.connection)
        return self.make_cursor(cursor)

    def _close(self) -> None:
        if self.connection is not None and self.pool:
            self.connection.given_back_at = time.monotonic()
        super()._close()  # type: ignore[misc]


def _lives(pool: Any, connection: Any) -> bool:
    given_back_at = getattr(connection, "given_back_at", None)
    if given_back_at is not None and time.monotonic() - given_back_at < SECONDS_OF_TRUST:
        return True
    try:
        pool.check_connection(connection)
    except (Error, DatabaseError):
        return False
    return True
