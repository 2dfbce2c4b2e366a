"""An installation of its own, run by the commands themselves, and small archives made by hand."""

from __future__ import annotations

import io
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from stories.backup import age, postgresql, sqlite
from stories.backup.archive import written
from stories.backup.manifest import NAME, Manifest, Table
from stories.backup.restoring import Source, verify
from tests import migrated

PASSPHRASE = "a horse that is right"
SEED = """
import django; django.setup()
from tests.factories import PhotoFactory, PublishedStoryFactory, StoryFactory, UserFactory
UserFactory(username="ada"); StoryFactory(title="Never sent")
for number in range(12):
    story = PublishedStoryFactory(title=f"Told {number} — žluťoučký", traits=["personal", "caring"])
    if number < 3:
        PhotoFactory(story=story, made=True)
"""


class Installation:
    """Retold in a folder of its own, with a database of its own."""

    def __init__(self, folder: Path, url: str, passphrase: str = "", **more: str) -> None:
        self.folder, self.url, self.passphrase, self.more = folder, url, passphrase, more
        folder.mkdir(exist_ok=True)

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "HOME", "POSTGRES_BIN")
            if name in os.environ
        }
        return {
            **kept,
            "PYTHONPATH": str(settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "retold.settings",
            "SECRET_KEY": "tests-only",
            "SITE_URL": "http://testserver",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.url,
            "BACKUP_PASSPHRASE": self.passphrase,
            **self.more,
        }

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, str(settings.BASE_DIR / "manage.py"), *map(str, arguments)]

    def manage(self, *arguments: object, **options) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - our own commands
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
            cwd=self.folder,
            **options,
        )

    def done(self, *arguments: object) -> str:
        """What a command says that must not fail."""
        found = self.manage(*arguments)
        assert found.returncode == 0, found.stderr
        return found.stdout

    def python(self, code: str) -> str:
        found = subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", code],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert found.returncode == 0, found.stderr
        return found.stdout.strip()

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=self.folder,
        )

    @contextmanager
    def cursor(self) -> Iterator:
        """Into its database from outside, as it is now."""
        kind, _slashes, rest = self.url.partition("://")
        if kind == "sqlite":
            with closing(sqlite3.connect(rest.removeprefix("/"), timeout=20)) as own, own:
                yield own.cursor()
        else:
            with psycopg.connect(f"postgresql://{rest}") as own:
                yield own.cursor()

    def rows(self, sql: str) -> list[tuple]:
        with self.cursor() as cursor:
            return cursor.execute(sql).fetchall()

    def change(self, sql: str) -> None:
        with self.cursor() as cursor:
            cursor.execute(sql)

    def tables(self) -> dict[str, Table]:
        """What every table holds."""
        with self.cursor() as cursor:
            return (sqlite if self.url.startswith("sqlite") else postgresql).tables(cursor)


@pytest.fixture(scope="module")
def new_url(django_db_setup, django_db_blocker) -> Iterator[Callable[[Path], str]]:
    """Makes empty databases of the kind that the tests run on."""
    made: list[str] = []
    with django_db_blocker.unblock():
        said = postgresql.parameters(connection) if connection.vendor == "postgresql" else {}
    kept = {key: said[key] for key in ("host", "port", "user", "password") if key in said}

    def on_server(sql: str) -> None:
        with psycopg.connect(**kept, dbname="postgres", autocommit=True) as server:
            server.execute(sql.encode())

    def new(folder: Path) -> str:
        if not said:
            return f"sqlite:///{folder / 'retold.sqlite3'}"
        name = f"retold_backup_{os.getpid()}_{len(made)}"
        on_server(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        made.append(name)
        return f"postgres:///{name}?{urlencode(kept)}"

    yield new
    for name in made:
        on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def new_place(new_url, tmp_path_factory) -> Callable[[], Installation]:
    """A machine where there is nothing yet."""

    def new() -> Installation:
        folder = tmp_path_factory.mktemp("place")
        return Installation(folder, new_url(folder))

    return new


@pytest.fixture(scope="module")
def installation(new_place) -> Installation:
    """One with a dozen stories and three photos. Tests share it and leave it as it is."""
    place = new_place()
    if connection.vendor == "sqlite":
        migrated.laid_out(place.folder / "retold.sqlite3")
    place.done("migrate", "--verbosity", "0")
    place.python(SEED)
    return place


@pytest.fixture(scope="module")
def backup(installation) -> Path:
    """A backup of it."""
    path = installation.folder / "shared.tar"
    installation.done("backup", path, "--verbosity", "0")
    return path


def small_manifest(**facts) -> Manifest:
    return Manifest(
        **{
            "kind": "sqlite",
            "server": "3",
            "migrations": {},
            "tables": {"t": Table(1, "x")},
            **facts,
        }
    )


def archive(
    *, passphrase: str = "", manifest: Manifest | None = None, files: dict[str, bytes] | None = None
) -> bytes:
    """A small archive with all that belongs in one."""
    manifest = manifest or small_manifest()
    files = {"media/photos/a.jpg": b"light", "media/photos/b.jpg": b"", **(files or {})}
    written_to = io.BytesIO()
    with written(written_to, passphrase) as made:
        made.add(NAME, io.BytesIO(manifest.as_json()))
        made.add(manifest.file, io.BytesIO(b"rows" * 150))
        for name in sorted(files):
            made.add(name, io.BytesIO(files[name]))
    return written_to.getvalue()


@pytest.fixture
def prove(tmp_path, monkeypatch) -> Callable[..., Manifest]:
    """Proves an archive as a restore does before it touches anything."""
    path = tmp_path / "archive"

    def proven(data: bytes, passphrase: str = "", kind: str = "sqlite") -> Manifest:
        # A file that is cut and written again waits for the disk; a new one doesn't.
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        return verify(Source(path, passphrase), kind)

    return proven


@pytest.fixture
def quick_passphrases(monkeypatch) -> None:
    """To try one takes half a second in life, which is the point of it."""
    monkeypatch.setattr(age, "WORK", 1)
    monkeypatch.setattr(age, "MOST_WORK", 10)
