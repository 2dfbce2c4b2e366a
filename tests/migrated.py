"""The empty tables of SQLite as migrations left them, kept from run to run.

To make them takes longer than most files of tests. They are kept beside what pytest keeps, for as
long as nothing is different that they were made by; PostgreSQL is started for each run anew.
"""

import hashlib
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

FOLDER = settings.BASE_DIR / ".pytest_cache"
CODE = ("retold", "staff", "stories")
ALSO = ("requirements/test.txt", "tests/settings.py")


def kept() -> Path:
    """Where tables are that this code makes, whether or not they are there."""
    made_by = hashlib.sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for folder in CODE:
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            made_by.update(str(path).encode() + path.read_bytes())
    for name in ALSO:
        made_by.update((settings.BASE_DIR / name).read_bytes())
    return FOLDER / f"migrated-{made_by.hexdigest()[:16]}.sqlite3"


def laid_out(there: Path | str) -> bool:
    """Put kept tables where a database of SQLite will be, if there are any."""
    if not (tables := kept()).exists():
        return False
    shutil.copyfile(tables, there)
    return True


def keep() -> None:
    """Keep the tables of this run, which are still empty, and none that other code made."""
    if (tables := kept()).exists():
        return
    FOLDER.mkdir(exist_ok=True)
    for other in FOLDER.glob("migrated-*.sqlite3"):
        other.unlink(missing_ok=True)
    unfinished = tables.with_suffix(f".{os.getpid()}")
    connection.ensure_connection()
    with closing(sqlite3.connect(unfinished)) as into:
        connection.connection.backup(into)
    unfinished.replace(tables)


def put_away() -> None:
    """Take away the database of this run, which pytest-django leaves if it did not make it."""
    connection.close()
    for end in ("", "-wal", "-shm"):
        Path(f"{connection.settings_dict['NAME']}{end}").unlink(missing_ok=True)
