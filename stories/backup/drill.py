"""A drill: a backup restored by the command itself, elsewhere, and compared with what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from django.core.files.storage import FileSystemStorage
from django.utils.crypto import get_random_string
from psycopg.conninfo import make_conninfo

from . import media, postgresql, sqlite
from .archive import Progress, checksum
from .manifest import Manifest, Table, differences
from .problem import Problem
from .restoring import CHANGED, MANAGE, Source


@contextmanager
def empty_database(connection: Any, folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A database that is gone afterwards: its DATABASE_URL, and how to connect if PostgreSQL."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'retold.sqlite3'}", {}
        return
    name = f"retold_drill_{get_random_string(8, 'abcdefghjkmnpqrstuvwxyz')}"
    try:
        _run(connection, f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    except psycopg.Error as error:
        raise Problem(
            "A drill needs a database of its own. Let the role make one: ALTER ROLE … CREATEDB. "
            f"PostgreSQL says: {error}"
        ) from error
    try:
        parameters = {**postgresql.parameters(connection), "dbname": name}
        said = {key: value for key, value in parameters.items() if key not in OURS}
        yield f"postgres:///{quote(name)}?{urlencode(said)}", parameters
    finally:
        _run(connection, f'DROP DATABASE "{name}" WITH (FORCE)')


# Settings give these to every connection.
OURS = {"dbname", "options", "application_name", "client_encoding"}


def _run(connection: Any, sql: str) -> None:
    """On a connection of its own: databases are not made within a transaction."""
    parameters = postgresql.parameters(connection)
    with psycopg.connect(make_conninfo("", **parameters), autocommit=True) as own:
        own.execute(sql.encode())


def restore_elsewhere(source: Source, url: str, folder: Path) -> None:
    """Restore it as one would after a fire: by the command, where there is nothing yet."""
    command = [sys.executable, str(MANAGE), "restore", str(source.path.absolute())]
    if source.packs:
        command += ["--media", str(source.packs.absolute())]
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--verbosity", "0"],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DATA_DIR": str(folder),
            "BACKUP_PASSPHRASE": source.passphrase,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Problem((done.stderr.strip().splitlines() or ["The restore did not say why."])[-1])


def compare(
    source: Source, folder: Path, parameters: dict[str, Any], progress: Progress
) -> tuple[Manifest, int]:
    """Compare each table and each file with the backup; returns how many files those were."""
    storage = FileSystemStorage(location=folder / "media")
    files = 0
    with source.files(progress) as inside:
        for manifest, member in inside:
            if member.name == manifest.file:
                continue
            with storage.open(media.name_of(member)) as restored:
                if checksum(restored) != member.sha256():
                    raise Problem(f"{member.name} came out differently.")
            files += 1
    manifest = source.manifest()
    differing = set(differences(manifest.tables, _tables(folder, parameters)))
    if differing - CHANGED:
        raise Problem(f"These tables came out differently: {', '.join(sorted(differing))}.")
    return manifest, files


def _tables(folder: Path, parameters: dict[str, Any]) -> dict[str, Table]:
    if parameters:
        with psycopg.connect(make_conninfo("", **parameters)) as restored:
            return postgresql.tables(restored.cursor())
    with sqlite.reading(folder / "retold.sqlite3") as cursor:
        sqlite.check(cursor)
        return sqlite.tables(cursor)
