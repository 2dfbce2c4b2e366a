"""Django's own backend, with a turn to write for the threads of one process.

SQLite lets one transaction write at a time and has all others look again after ever longer pauses:
whoever came first may find it taken time after time, for seconds, while others just walk in. Within
a process they wait for a lock instead, which wakes them at once: of eight who tell a story at once
the last waited 0.2 s, not 1.2 s. Between processes SQLite's own way of waiting still holds.

A server keeps one more connection, which does nothing. SQLite throws its log away with the last
one, and on a disk that is full there is no room to make another: nobody could even read.

Django writes `%s` where a value goes and SQLite wants `?`. To look a long question through for them
takes a third as long as SQLite takes to answer it, so what questions became is remembered.

Django 5.2 takes it that SQLite allows 999 values in a question, as it did long ago, and stores many
rows a few at a time; it allows far more, and says how many.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections import defaultdict
from functools import lru_cache
from threading import Lock
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base, features
from django.utils.functional import cached_property

# Longer questions have many values written out in them, and none comes again.
LONGEST_REMEMBERED = 8_000

# One for each database file, for all connections of this process.
_turns: defaultdict[str, Lock] = defaultdict(Lock)
_kept: dict[str, sqlite3.Connection] = {}
_keeping = Lock()


class DatabaseFeatures(features.DatabaseFeatures):
    @cached_property
    def max_query_params(self) -> int:  # type: ignore[override]  # a constant in Django 5.2
        self.connection.ensure_connection()
        return self.connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)


# What is called here are Django's own hooks; its published types leave them out.
class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    _has_turn = False

    # So many seconds are waited for others who write; None for as long as OPTIONS say.
    patience: float | None = None

    # Whether this process serves for long; commands come and go, and leave no log behind.
    serves = False

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        if self.serves:
            _keep_open(str(self.settings_dict["NAME"]))
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        if self.patience is not None:
            patience = self.patience
        end = time.monotonic() + patience
        if not self._has_turn:
            self._has_turn = self._turn.acquire(timeout=patience)
            if not self._has_turn:
                raise OperationalError("database is locked")
        try:
            # Whoever waited for the turn has waited some of it already.
            self._be_patient_for(max(end - time.monotonic(), 0))
            try:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
            finally:
                self._be_patient_for(patience)
        except BaseException:
            self._leave()
            raise

    def _be_patient_for(self, seconds: float) -> None:
        self.connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    @property
    def _turn(self) -> Lock:
        return _turns[str(self.settings_dict["NAME"])]

    def _leave(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._turn.release()


class Cursor(base.SQLiteCursorWrapper):
    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        if param_names is None and len(query) <= LONGEST_REMEMBERED:
            return _converted(query)
        return super().convert_query(query, param_names=param_names)


@lru_cache(maxsize=100)
def _converted(query: str) -> str:
    return base.SQLiteCursorWrapper.convert_query(None, query)  # type: ignore[arg-type]


def _keep_open(name: str) -> None:
    """Hold the log of a database for as long as this process lives.

    All connections of a process share how the log was first opened, so one on a disk that takes
    nothing yet is not kept: it would keep the others from writing for good.
    """
    with _keeping:
        if name in _kept or not os.access(name, os.W_OK):
            return
        with contextlib.suppress(sqlite3.Error):
            silent = sqlite3.connect(name, check_same_thread=False)
            # Only who has read holds the log.
            silent.execute("SELECT name FROM sqlite_master LIMIT 1").fetchall()
            _kept[name] = silent
