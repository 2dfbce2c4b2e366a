"""Names of files, as many as there are, on disk and not in memory; and what is known of each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Kept(NamedTuple):
    """A file that is in a pack: its name, checksum and size, and the name of the pack."""

    name: str
    sha256: str
    size: int
    pack: str


class Names:
    """A set of names in their order, and which of them are in packs. Gone when it is closed."""

    def __init__(self) -> None:
        # An empty name is a file of SQLite's own, without a name.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE wanted (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self._database.execute(
            "CREATE TABLE kept (name TEXT PRIMARY KEY, sha256, size, pack) WITHOUT ROWID"
        )

    def __enter__(self) -> Names:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def want(self, names: Iterable[str]) -> None:
        self._database.executemany(
            "INSERT OR IGNORE INTO wanted VALUES (?)", ((name,) for name in names)
        )

    def keep(self, kept: Iterable[Kept]) -> None:
        self._database.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?)", kept)

    def wanted(self) -> Iterator[str]:
        return (name for (name,) in self._database.execute("SELECT name FROM wanted ORDER BY name"))

    def found(self, name: str) -> Kept | None:
        return next(self._asked("SELECT * FROM kept WHERE name = ?", name), None)

    def wanted_and_kept(self) -> Iterator[Kept]:
        return self._asked("SELECT * FROM kept WHERE name IN (SELECT name FROM wanted)")

    def kept_and_not_wanted(self) -> str:
        """The name of one that is; empty if there is none."""
        asked = "SELECT * FROM kept WHERE name NOT IN (SELECT name FROM wanted) LIMIT 1"
        return next((kept.name for kept in self._asked(asked)), "")

    def packs(self) -> list[str]:
        asked = "SELECT DISTINCT pack FROM kept ORDER BY pack"
        return [pack for (pack,) in self._database.execute(asked)]

    def __len__(self) -> int:
        return self._database.execute("SELECT count(*) FROM wanted").fetchone()[0]

    def _asked(self, sql: str, *values: str) -> Iterator[Kept]:
        return (Kept(*row) for row in self._database.execute(sql, values))
