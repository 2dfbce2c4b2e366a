"""How PostgreSQL is told to keep the plans of questions that are asked over and over.

Such a question takes PostgreSQL less than it takes the driver to make a cursor for it and to find
out how to read what comes back. So each connection has one such cursor, which is kept with it.
"""

from __future__ import annotations

from typing import Any, cast

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.types.datetime import TimestamptzLoader


class Planned(psycopg.Cursor):
    """Asks in a statement that the connection keeps, with its plan."""

    @classmethod
    def of(cls, connection: Any) -> Planned:
        """The one of this connection."""
        if not hasattr(connection, "planned"):
            connection.planned = cls(connection)
        return cast(Planned, connection.planned)

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        # Django's own gives a time the zone of Django's settings; that is the connection's anyway,
        # in which the driver's gives it, made in C.
        self.adapters.register_loader("timestamptz", TimestamptzLoader)

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Planned:
        try:
            return super().execute(query, params, prepare=True)
        except psycopg.errors.FeatureNotSupported:
            # A column is of another type than when it was planned: somebody has migrated.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(query, params, prepare=True)

    def close(self) -> None:
        """It is there for whoever asks next, and goes with its connection."""
