"""Making a backup: the database at one moment, then the files that it speaks of."""

from __future__ import annotations

import io
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection as default
from django.utils import timezone

from stories.photos.collecting import owned_names

from . import media, packs, postgresql, sqlite
from .archive import Progress, silently, written
from .manifest import NAME, Manifest
from .names import Names
from .own import own_folder


@dataclass
class Made:
    """What a backup holds."""

    manifest: Manifest
    files: int
    # Of photos that were taken off while it was made, and of others, which is bad news.
    gone: list[str]
    lost: list[str]


def make_backup(  # noqa: PLR0913 - said by name
    file: IO[bytes],
    scratch: Path,
    *,
    passphrase: str = "",
    packed: Path | None = None,
    progress: Progress = silently,
    connection: Any = default,
) -> Made:
    """Write a backup into this file; `scratch` is a folder with room for the database."""
    with ExitStack() as stack:
        names = stack.enter_context(Names())
        # Taken before the database is looked at: all that was accepted by then is in the backup.
        began = timezone.now().isoformat()
        manifest, database = _copy(connection, scratch, names, progress)
        stack.enter_context(database)
        manifest.made_at, manifest.packed = began, packed is not None
        missing = packs.fill(packed, names, passphrase, progress) if packed else []
        with written(file, passphrase, progress) as archive:
            archive.add(NAME, io.BytesIO(manifest.as_json()))
            archive.add(manifest.file, database)
            if packed:
                needed = stack.enter_context(tempfile.TemporaryFile())
                packs.write_needed(names, needed)
                archive.add(packs.NEEDED, needed)
            else:
                missing = media.add(archive, names.wanted())
            if missing:
                archive.add(media.MISSING, io.BytesIO("\n".join(missing).encode()))
        return Made(manifest, len(names) - len(missing), *_why(missing))


def _copy(
    connection: Any, scratch: Path, names: Names, progress: Progress
) -> tuple[Manifest, IO[bytes]]:
    """Copy the database, and say what is in it. The copy has no name any more, and goes with us."""
    if connection.vendor == "postgresql":
        file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - for the caller
        with postgresql.moment(connection) as (cursor, snapshot):
            manifest = postgresql.manifest(cursor)
            names.want(media.names(cursor))
            postgresql.dump(connection, snapshot, file)
        return manifest, file
    with own_folder(scratch) as folder:
        copied = folder / "database.sqlite3"
        sqlite.copy(Path(connection.settings_dict["NAME"]), copied, progress)
        with sqlite.reading(copied) as cursor:
            manifest = sqlite.manifest(cursor)
            names.want(media.names(cursor))
        return manifest, copied.open("rb")


def _why(missing: list[str]) -> tuple[list[str], list[str]]:
    """Which of these files nobody names any more, and which somebody does."""
    if not missing:
        return [], []
    looked_for = set(missing)
    lost = sorted(looked_for.intersection(owned_names()))
    return sorted(looked_for.difference(lost)), lost
