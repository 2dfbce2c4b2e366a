"""The files that a backup takes along: those of the photos that the database speaks of."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.core.files.utils import validate_file_name

from stories.models import Photo

from .archive import Archive, Member, checksum
from .manifest import Cursor
from .problem import Problem

FOLDER = "media/"
MISSING = "missing.txt"


def names(cursor: Cursor) -> Iterator[str]:
    """What the photos of this database name, some of it more than once."""
    cursor.execute(f"SELECT original, files FROM {Photo._meta.db_table}")  # noqa: S608 - our own
    while rows := cursor.fetchmany():
        for original, files in rows:
            yield original
            yield from (json.loads(files) if isinstance(files, str) else files).values()


def add(
    archive: Archive, wanted: Iterator[str], put: Callable[[str, str, int], object] | None = None
) -> list[str]:
    """Put these files in, and return the names of those that are not there.

    `put` is told the name, checksum and size of each that was.
    """
    missing = []
    for name in wanted:
        try:
            file = default_storage.open(name)
        except FileNotFoundError:
            missing.append(name)
            continue
        # Once it is open it may be deleted; what was opened is read to its end.
        with closing(file):
            said = archive.add(FOLDER + name, file)
        if put:
            put(name, *said)
    return missing


def name_of(member: Member) -> str:
    """Where in storage a member belongs; a Problem if that is not within it."""
    name = member.name.removeprefix(FOLDER)
    try:
        validate_file_name(name, allow_relative_path=True)
    except SuspiciousFileOperation:
        name = ""
    plain = name == str(PurePosixPath(name)) and "\\" not in name and name.isprintable()
    if not (member.name.startswith(FOLDER) and name and plain):
        raise Problem(f"The backup holds a file that is none of ours: {member.name[:100]!r}")
    return name


class Arriving:
    """Files on their way from an archive into storage.

    A file that is missing is put in at once: a file that no photo names yet does no harm. One that
    is there and differs waits beside until the database is in place.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: dict[str, str] = {}
        self.new = self.there = 0

    def take(self, member: Member) -> None:
        name = name_of(member)
        with tempfile.SpooledTemporaryFile(max_size=1024 * 1024) as arrived:
            for chunk in member.chunks():
                arrived.write(chunk)
            arrived.seek(0)
            file = File(arrived, name)
            if not self._storage.exists(name):
                self._put(name, file)
                self.new += 1
            elif self._same(name, member):
                self.there += 1
            else:
                beside = self._storage.save(f"{name}.restored", file)
                self._waiting[name] = beside

    def _put(self, name: str, file: File) -> None:
        if (stored := self._storage.save(name, file)) != name:
            self._storage.delete(stored)
            raise Problem(f"{name} was put into the storage by somebody else meanwhile.")

    def _same(self, name: str, member: Member) -> bool:
        if self._storage.size(name) != member.size:
            return False
        with self._storage.open(name) as there:
            return checksum(there) == member.sha256()

    def replace(self) -> int:
        """Put those that differ in the place of what is there; returns how many."""
        for name, beside in self._waiting.items():
            self._storage.delete(name)
            with self._storage.open(beside) as file:
                self._put(name, file)
            self._storage.delete(beside)
        return len(self._waiting)

    def give_up(self) -> None:
        """Leave what was there as it was."""
        for beside in self._waiting.values():
            self._storage.delete(beside)
