"""The container of a backup: a tar file that anybody can open, with a checksum of every member.

`manifest.json` comes first and says what it is; `SHA256SUMS` comes last, in the form that
`sha256sum --check` reads. An archive without it is not whole. Nothing is kept in memory but one
chunk: archives are written to pipes, and are larger than any memory.

It is read by our own few lines and not by `tarfile`, which does much that an archive from somewhere
else may ask for: here a member is a regular file with a short name, or the archive is refused.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from . import age
from .problem import Problem

BLOCK = tarfile.BLOCKSIZE
CHUNK = 256 * 1024
SUMS = "SHA256SUMS"
LONGEST_NAME = tarfile.LENGTH_NAME
SHORTEST_PASSPHRASE = 12
NOT_WHOLE = "The backup is not whole: it was cut off, or is damaged."

Progress = Callable[[int], object]


def silently(_bytes: int) -> None:
    """Progress that nobody watches."""


class Archive:
    """An archive that is being written, member by member."""

    def __init__(self, file: IO[bytes], progress: Progress = silently) -> None:
        self._file, self._progress = file, progress
        self._sums = tempfile.TemporaryFile()  # noqa: SIM115 - until `finish`

    def add(self, name: str, file: IO[bytes]) -> tuple[str, int]:
        """Put all of an open file in; returns its checksum and its size."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        digest, left = hashlib.sha256(), size
        self._file.write(_header(name, size))
        while left:
            if not (chunk := file.read(min(CHUNK, left))):
                raise Problem(f"{name} became shorter while it was read. Make the backup again.")
            self._file.write(chunk)
            digest.update(chunk)
            left -= len(chunk)
            self._progress(len(chunk))
        self._file.write(bytes(-size % BLOCK))
        self._sums.write(f"{digest.hexdigest()}  {name}\n".encode())
        return digest.hexdigest(), size

    def finish(self) -> None:
        """Write the checksums and the end."""
        with self._sums as sums:
            self.add(SUMS, sums)
        self._file.write(bytes(2 * BLOCK))


def _header(name: str, size: int) -> bytes:
    if len(name.encode()) > LONGEST_NAME:
        raise Problem(f"The name of this file is too long for a backup: {name}")
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


@dataclass
class Member:
    """A file in an archive that is being read; to be read before the next one."""

    name: str
    size: int
    _file: IO[bytes]
    _progress: Progress

    def __post_init__(self) -> None:
        self._left, self._digest = self.size, hashlib.sha256()

    def chunks(self) -> Iterator[bytes]:
        while self._left:
            if not (chunk := self._file.read(min(CHUNK, self._left))):
                raise Problem(NOT_WHOLE)
            self._left -= len(chunk)
            self._digest.update(chunk)
            self._progress(len(chunk))
            yield chunk

    def sha256(self) -> str:
        """The checksum of all of it, read to its end."""
        for _chunk in self.chunks():
            pass
        return self._digest.hexdigest()

    def text(self, most: int) -> str:
        if self.size > most:
            raise Problem(f"{self.name} is too large to be what it should be.")
        try:
            return b"".join(self.chunks()).decode()
        except UnicodeDecodeError:
            raise Problem(NOT_WHOLE) from None

    def lines(self) -> Iterator[str]:
        """Its lines, of which none is longer than a chunk."""
        rest = b""
        for chunk in self.chunks():
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > CHUNK:
                raise Problem(NOT_WHOLE)
            yield from (line.decode(errors="replace") for line in lines)

    def save(self, path: Path) -> None:
        """Write it to a file of this name, which must not be there."""
        with path.open("xb") as file:
            for chunk in self.chunks():
                file.write(chunk)


def members(file: IO[bytes], progress: Progress = silently) -> Iterator[Member]:
    """All members but the checksums. A Problem at the end if any did not have its own."""
    sums = hashlib.sha256()
    while member := _next(file, progress):
        if member.name == SUMS:
            if member.sha256() != sums.hexdigest():
                raise Problem("The backup is damaged: its checksums are not those of its files.")
            return _end(file, -member.size % BLOCK)
        yield member
        sums.update(f"{member.sha256()}  {member.name}\n".encode())
        if any(_exactly(file, -member.size % BLOCK)):
            raise Problem(NOT_WHOLE)
    raise Problem(NOT_WHOLE)


def _next(file: IO[bytes], progress: Progress) -> Member | None:
    header = _exactly(file, BLOCK)
    if not any(header):
        return None
    try:
        found = tarfile.TarInfo.frombuf(header, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise Problem(NOT_WHOLE) from None
    # A link, a folder, a name of another form: nothing that we ever put in.
    if found.type != tarfile.REGTYPE or found.size < 0 or header != _header(found.name, found.size):
        raise Problem("This is no backup of Retold, or somebody changed it: it holds other things.")
    return Member(found.name, found.size, file, progress)


def _end(file: IO[bytes], padding: int) -> None:
    if any(_exactly(file, padding + 2 * BLOCK)) or file.read(1):
        raise Problem(NOT_WHOLE)


def _exactly(file: IO[bytes], size: int) -> bytes:
    data = b""
    while len(data) < size and (more := file.read(size - len(data))):
        data += more
    if len(data) < size:
        raise Problem(NOT_WHOLE)
    return data


def check_passphrase(passphrase: str) -> None:
    """A backup leaves the house; what seals it must not be guessed in an afternoon."""
    if passphrase and len(passphrase) < SHORTEST_PASSPHRASE:
        raise Problem(f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters.")


@contextmanager
def written(file: IO[bytes], passphrase: str, progress: Progress = silently) -> Iterator[Archive]:
    """An archive into this file, encrypted if there is a passphrase; whole once this ends well."""
    check_passphrase(passphrase)
    sealed = age.EncryptingWriter(file, passphrase) if passphrase else None
    archive = Archive(cast(IO[bytes], sealed) if sealed else file, progress)
    yield archive
    archive.finish()
    if sealed:
        sealed.finish()
    file.flush()


@contextmanager
def opened(path: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """What is inside an archive, decrypted if need be."""
    with path.open("rb") as file:
        if age.encrypted(file.peek(len(age.INTRO))):
            if not passphrase:
                raise Problem("The backup is encrypted. Say its passphrase in BACKUP_PASSPHRASE.")
            yield io.BufferedReader(age.DecryptingReader(file, passphrase), age.CHUNK)
        elif passphrase:
            # Whoever encrypts relies on nobody else having made what is restored.
            raise Problem(
                "The backup is not encrypted, though there is a passphrase. If that is as it "
                "should be, run this command without one."
            )
        else:
            yield file


def checksum(file: IO[bytes]) -> str:
    """The checksum of an open file, from where it stands to its end."""
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
