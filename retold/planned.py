"""How PostgreSQL is told to keep the plans of questions that are asked over and over.

Only who talks to PostgreSQL loads this: its driver takes nine megabytes.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq import TransactionStatus


class Planned(psycopg.Cursor):
    """Asks in a statement that the connection keeps, with its plan."""

    def execute(self, query: Any, params: Any = None, **_options: Any) -> Planned:
        try:
            return super().execute(query, params, prepare=True)
        except psycopg.errors.FeatureNotSupported:
            # A column is of another type than when it was planned: somebody has migrated.
            if self.connection.info.transaction_status != TransactionStatus.IDLE:
                raise
            self.connection.execute("DEALLOCATE ALL")
            return super().execute(query, params, prepare=True)
