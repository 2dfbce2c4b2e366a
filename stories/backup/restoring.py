"""Restoring a backup: all of it is proven first, then it takes the place of what is there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db import connection as default
from django.db import transaction

from staff.models import Employee, User
from stories.models import Story, WallVersion
from stories.models.postings import new_era

from . import media, packs, postgresql, sqlite
from .archive import Member, Progress, members, opened, silently
from .manifest import MOST, NAME, Manifest, Table, differences
from .names import Names
from .own import own_folder
from .problem import Problem

# What a restore changes of what the backup says.
ERA = WallVersion._meta.db_table
SESSIONS = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()._meta.db_table
CHANGED = {ERA, SESSIONS}
HOLDING = [model._meta.db_table for model in (User, Employee, Story)]
MANAGE = Path(settings.BASE_DIR) / "manage.py"


@dataclass
class Target:
    """Where a backup goes: PostgreSQL by its connection, SQLite by its path; and the files."""

    kind: str
    storage: Storage
    database: Path
    connection: Any = None

    @property
    def beside(self) -> Path:
        """Where there is room for it on the way."""
        return self.database.parent

    def is_empty(self) -> bool:
        if self.kind == "postgresql":
            return postgresql.is_empty(self.connection, HOLDING)
        return sqlite.is_empty(self.database, HOLDING)


@dataclass
class Source:
    """A backup: the archive, its passphrase, and the folder with its packs."""

    path: Path
    passphrase: str = ""
    packs: Path | None = None

    def manifest(self) -> Manifest:
        """What it says it is, without having proven anything."""
        with opened(self.path, self.passphrase) as file:
            return _manifest(next(members(file)))

    @contextmanager
    def files(self, progress: Progress) -> Iterator[Iterator[tuple[Manifest, Member]]]:
        """Every file of it, proven one by one, that of the database first; all once they ended."""
        with opened(self.path, self.passphrase) as file, Names() as names:
            yield self._files(file, names, progress)

    def _files(
        self, file: IO[bytes], names: Names, progress: Progress
    ) -> Iterator[tuple[Manifest, Member]]:
        inside = members(file, progress)
        manifest, last = _manifest(next(inside)), ""
        for number, member in enumerate(inside):
            if (number == 0) != (member.name == manifest.file):
                raise Problem("The backup does not begin with its database.")
            if member.name == packs.NEEDED and manifest.packed:
                packs.read_needed(member.lines(), names)
            elif member.name != media.MISSING:
                # In their order, and so none of them twice.
                if number and (media.name_of(member) <= last or manifest.packed):
                    raise Problem("The backup holds files that it should not.")
                last = media.name_of(member) if number else ""
                yield manifest, member
        if names.packs():
            if not self.packs:
                raise Problem("The photos are in packs. Say where with --media FOLDER.")
            for member in packs.in_packs(self.packs, names, self.passphrase, progress):
                yield manifest, member


def _manifest(member: Member) -> Manifest:
    if member.name != NAME:
        raise Problem("This is no backup of Retold.")
    return Manifest.from_json(member.text(MOST))


@dataclass
class Restored:
    """What was done."""

    manifest: Manifest
    new: int
    there: int
    replaced: int
    migrated: bool


def verify(source: Source, kind: str, progress: Progress = silently) -> Manifest:
    """Prove all of a backup, and that it fits; touches nothing."""
    manifest = source.manifest()
    manifest.check_fits(kind)
    with source.files(progress) as files:
        for _said, member in files:
            member.sha256()
    return manifest


def restore(
    source: Source, target: Target, *, replace: bool = False, progress: Progress = silently
) -> Restored:
    """Put a backup where it belongs; what is there stays as it is if anything is wrong."""
    source.manifest().check_fits(target.kind)
    if not replace and not target.is_empty():
        raise Problem(
            "There are stories or accounts already. With --replace the backup takes their place."
        )
    verify(source, target.kind, progress)
    target.beside.mkdir(parents=True, exist_ok=True)
    arriving = media.Arriving(target.storage)
    with own_folder(target.beside) as folder, source.files(progress) as files:
        database = folder / "database"
        try:
            for manifest, member in files:
                if member.name == manifest.file:
                    _check_room(target.beside, member.size)
                    member.save(database)
                else:
                    arriving.take(member)
            os.sync()
            migrated = _put_in_place(manifest, database, target)
        except BaseException:
            arriving.give_up()
            raise
        return Restored(manifest, arriving.new, arriving.there, arriving.replace(), migrated)


def _check_room(folder: Path, size: int) -> None:
    # A dump is smaller than what becomes of it, but that is not in this folder.
    if size > shutil.disk_usage(folder).free:
        raise Problem(f"There is no room for the database in {folder}.")


def _put_in_place(manifest: Manifest, database: Path, target: Target) -> bool:
    """The database in one step; whether it had to be migrated."""
    older = manifest.is_older()
    if target.kind == "postgresql":
        _load(target.connection, database, manifest, older)
        return older
    with sqlite.reading(database) as cursor:
        sqlite.check(cursor)
        _compare(manifest, sqlite.tables(cursor))
    with sqlite.changing(database) as cursor:
        _begin_anew(cursor, set(manifest.tables))
    if older:
        _migrate(database)
    sqlite.put_in_place(database, target.database)
    return older


def _load(connection: Any, dumped: Path, manifest: Manifest, older: bool) -> None:
    """All of it in one transaction, so that until its end everything is as it was."""
    with transaction.atomic(using=connection.alias):
        postgresql.load(connection, dumped)
        with connection.cursor() as cursor:
            _compare(manifest, postgresql.tables(cursor))
            _begin_anew(cursor, set(manifest.tables))
            if older:
                # Migrations fill tables and then change them; what is checked late is in the way.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                call_command("migrate", database=connection.alias, interactive=False, verbosity=0)


def _compare(manifest: Manifest, found: dict[str, Table]) -> None:
    if differing := differences(manifest.tables, found):
        raise Problem(f"What came out differs from what was put in: {', '.join(differing[:5])}.")


def _begin_anew(cursor: Any, tables: set[str]) -> None:
    """Nobody goes on where the backup was: what processes remember is of another era, and a session
    of then may have been ended since."""
    if ERA in tables:
        cursor.execute(f"UPDATE {ERA} SET era = '{new_era()}'")  # noqa: S608 - our own table
    if SESSIONS in tables:
        cursor.execute(f"DELETE FROM {SESSIONS}")  # noqa: S608 - our own table


def _migrate(database: Path) -> None:
    """In a process of its own: the connection here is to what is to be replaced."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, str(MANAGE), "migrate", "--no-input", "--verbosity", "0"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it did not say why."]
        raise Problem(f"The backup is older, and could not be migrated: {said[-1]}")


def here(storage: Storage) -> Target:
    """Where the settings say that Retold keeps everything."""
    if default.vendor == "postgresql":
        return Target("postgresql", storage, Path(settings.DATA_DIR) / "database", default)
    return Target("sqlite", storage, Path(default.settings_dict["NAME"]))
