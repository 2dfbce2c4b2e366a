"""Files and folders that one run works in alone, and what a run that was killed left of them.

Whoever works in one holds a lock on it, which ends with the process however that ends. So what
nobody holds belongs to nobody any more, and the next run takes it away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from .problem import Problem

SCRATCH = ".retold-backup-"
# An ending that nobody else gives to a file: all that bear it are ours to take away.
UNFINISHED = ".retold-part"


@contextmanager
def own_folder(beside: Path) -> Iterator[Path]:
    """A folder for us alone; takes away what those that were killed left behind."""
    with ExitStack() as stack:
        with _held(beside):
            for left in beside.glob(f"{SCRATCH}*"):
                with suppress(OSError), _held(left, wait=False):
                    shutil.rmtree(left)
            made = tempfile.TemporaryDirectory(prefix=SCRATCH, dir=beside)
            folder = stack.enter_context(made)
            stack.enter_context(_held(Path(folder)))
        yield Path(folder)


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file for us alone that has its name only once all of it is on the disk.

    Takes away what those that were killed left in its folder.
    """
    if path.exists():
        raise Problem(f"{path} is there already.")
    clear(path.parent)
    part = path.with_name(path.name + UNFINISHED)
    try:
        file = _begun(part)
    except FileExistsError:
        raise Problem(f"{path} is being written by somebody else.") from None
    with file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def clear(folder: Path) -> None:
    """Take away the files that those that were killed left in this folder."""
    for left in folder.glob(f"*{UNFINISHED}"):
        _take_away(left)


def sync_folder(folder: Path) -> None:
    """Have the disk know the names in a folder as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _begun(part: Path) -> IO[bytes]:
    """A new file that we hold; another run may take it for left behind until we do."""
    while True:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with suppress(OSError):  # where there are no locks, nothing is taken away either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return open(descriptor, "wb")
        os.close(descriptor)


def _take_away(left: Path) -> None:
    """Take this file away, unless somebody is writing it."""
    # Opened for writing: some network file systems lock nothing else.
    with suppress(OSError), left.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # It may have become whole while we came here, and its name another’s.
        if os.path.samestat(left.stat(), os.fstat(file.fileno())):
            left.unlink()


@contextmanager
def _held(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold this folder as nobody else does meanwhile; a process that is killed lets go of it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)
