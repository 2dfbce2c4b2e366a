"""What a backup says of itself, and whether this Retold can do something with it."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from functools import cache
from typing import NamedTuple, Protocol

from django.conf import settings
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from .problem import Problem

NAME = "manifest.json"
FORMAT = 1
MOST = 4 * 1024 * 1024
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class Cursor(Protocol):
    """What SQLite’s and PostgreSQL’s own cursors have in common."""

    def execute(self, sql: str, /) -> object: ...
    def fetchone(self) -> tuple | None: ...
    def fetchall(self) -> list[tuple]: ...
    def fetchmany(self, size: int = ..., /) -> list[tuple]: ...


class Table(NamedTuple):
    """How many rows a table has, and a sum of what they say."""

    rows: int
    digest: str


@cache
def version() -> str:
    """Which Retold this is."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


@dataclasses.dataclass
class Manifest:
    """The facts of one moment: the database as it was when the backup began."""

    kind: str
    server: str
    migrations: dict[str, list[str]]
    tables: dict[str, Table]
    # Whether the photos are in this archive, or in packs beside it.
    packed: bool = False
    made_at: str = dataclasses.field(default_factory=lambda: timezone.now().isoformat())
    retold: str = dataclasses.field(default_factory=version)
    format: int = FORMAT

    def as_json(self) -> bytes:
        return json.dumps(dataclasses.asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read one that anybody may have written."""
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise Problem("This backup was made by a newer Retold. Restore it with that one.")
            tables = {
                str(name): Table(int(n), str(sum)) for name, (n, sum) in said["tables"].items()
            }
            migrations = {
                str(app): [str(name) for name in names] for app, names in said["migrations"].items()
            }
            manifest = cls(
                kind=str(said["kind"]),
                server=str(said["server"]),
                migrations=migrations,
                tables=tables,
                packed=said["packed"] is True,
                made_at=str(said["made_at"]),
                retold=str(said["retold"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Problem("What this backup says of itself can’t be read.") from error
        if manifest.kind not in KINDS:
            raise Problem("This backup is of a database that this Retold doesn’t know.")
        return manifest

    @property
    def file(self) -> str:
        """The name of the database in the archive."""
        return FILES[self.kind]

    def check_fits(self, kind: str) -> None:
        """A Problem if it is of another kind of database, or newer than this code."""
        if self.kind != kind:
            raise Problem(
                f"The backup is of {KINDS[self.kind]}, and DATABASE_URL names {KINDS[kind]}."
            )
        newer = _numbers(self.retold) > _numbers(version())
        ours = known_migrations()
        strange = [
            f"{app}.{name}"
            for app, names in sorted(self.migrations.items())
            if app in ours
            for name in sorted(set(names) - ours[app])
        ]
        if newer or strange:
            what = f" ({', '.join(strange[:3])})" if strange else ""
            raise Problem(
                f"The backup is of Retold {self.retold} and newer than this one, which is "
                f"{version()}{what}. Install that version or a later one, and restore it then."
            )

    def is_older(self) -> bool:
        """Whether its database has to be migrated before this code can use it."""
        return any(
            names - set(self.migrations.get(app, [])) for app, names in known_migrations().items()
        )


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)[:3]]


@cache
def known_migrations() -> dict[str, set[str]]:
    """The migrations of each app that this code has."""
    known: dict[str, set[str]] = {}
    for app, name in MigrationLoader(None).disk_migrations or {}:
        known.setdefault(app, set()).add(name)
    return known


def applied_migrations(cursor: Cursor) -> dict[str, list[str]]:
    """The migrations of each app that a database has."""
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    applied: dict[str, list[str]] = {}
    for app, name in cursor.fetchall():
        applied.setdefault(app, []).append(name)
    return applied


def differences(said: dict[str, Table], found: dict[str, Table]) -> list[str]:
    """The tables of which two accounts differ."""
    return sorted(name for name in {*said, *found} if said.get(name) != found.get(name))
