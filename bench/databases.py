"""The databases that are measured: made once, kept, and made anew when they would be different.

They lie in BENCH_DIR (build/bench), each under a key of what it was made with: the migrations and
the maker of synthetic stories. PostgreSQL runs as a user of its own where we are root; if that one
can't reach BENCH_DIR, its data lies in /var/tmp.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
# What a database of synthetic stories depends on, with the version that the maker says it has.
MIGRATIONS = ("staff/migrations/*.py", "stories/migrations/*.py")
MAKER = "stories/demo/synthetic.py"
# Drawing a card takes as long as making its story; two can do it side by side.
DRAWING = 2
# On larger walls drawing all cards takes an hour; those that are asked for are drawn instead.
MOST_DRAWN = 200_000
# As an organisation would set a server with a few gigabytes, and durable, unlike that of tests.
SERVER = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "50",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}


@dataclass(frozen=True)
class Data:
    """One database: so many stories in SQLite or PostgreSQL."""

    kind: str
    stories: int
    url: str
    # The process of PostgreSQL; None for SQLite.
    server: int | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.stories}"


def folder() -> Path:
    """Where everything is kept."""
    return Path(os.environ.get("BENCH_DIR", ROOT / "build" / "bench")).resolve()


def key() -> str:
    """Changes with all that a database of synthetic stories depends on."""
    made = re.search(r"^MAKE = \d+$", (ROOT / MAKER).read_text(encoding="utf-8"), re.M)
    digest = hashlib.sha256(made[0].encode() if made else b"")
    for path in sorted(path for pattern in MIGRATIONS for path in ROOT.glob(pattern)):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:10]


def environment(data: Data) -> dict[str, str]:
    """What Retold is told to run on this database as it would in production."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "BENCH_STATIC": str(folder() / "static"),
        "DATABASE_URL": data.url,
        "DATA_DIR": str(folder() / "data" / data.name),
        "SECRET_KEY": "for-measuring-only-" + "x" * 40,
        "SITE_URL": "http://127.0.0.1",
        "DEMO": "0",
        "DEBUG": "0",
        "EMAIL_URL": "memory://",
        # Counted as ever, and never too many.
        "LIMIT_WRITES": "100000000",
        "LIMIT_READS": "100000000",
        # Whatever a page or command leaves to be done later is not done while others are measured.
        "TASKS": "worker",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def opened(kind: str, sizes: list[int], *, migrate: bool = False) -> Iterator[list[Data]]:
    """The databases of one kind, made where they are missing, for as long as this lasts.

    With `migrate`, one of an older key is brought up to date instead of making it anew.
    """
    with ExitStack() as stack:
        if kind == "sqlite":
            found = [_sqlite(stories) for stories in sizes]
        else:
            place = _reachable(folder() / "postgresql")
            url = stack.enter_context(postgres.running(place, **SERVER))
            pid = int((place / "data" / "postmaster.pid").read_text().split()[0])
            found = [_postgresql(url, stories, pid) for stories in sizes]
        for data in found:
            if not (_is_made(data) or (migrate and _migrated(data))):
                _make(data)
            if data.stories <= MOST_DRAWN:
                _draw_cards(data)
        _read_all([_file(data) for data in found] if kind == "sqlite" else [place / "data"])
        yield found


def there(kind: str, stories: int) -> bool:
    """Whether a database need not be made."""
    if kind == "sqlite":
        return _mark(_sqlite(stories)).exists()
    return _mark(Data(kind, stories, "")).exists()


def _is_made(data: Data) -> bool:
    return _mark(data).exists() and (data.kind == "postgresql" or _file(data).exists())


def _make(data: Data) -> None:
    print(f"Making {data.stories:,} stories in {data.kind} …", file=sys.stderr)
    began = time.monotonic()
    _empty(data)
    for command in (["migrate", "--verbosity", "0"], ["demo", "--stories", str(data.stories)]):
        _manage(data, *command)
    if data.kind == "postgresql":
        # What autovacuum would get round to within the hour.
        with psycopg.connect(data.url, autocommit=True) as database:
            database.execute("VACUUM ANALYZE")
            database.execute("CHECKPOINT")
    _mark(data).write_text(f"{time.monotonic() - began:.0f} s\n")


def _migrated(data: Data) -> bool:
    """Bring what was made for another key up to date; False if there is nothing."""
    old = next(folder().glob(f"{data.name}-*.made"), None)
    if old is None:
        return False
    if data.kind == "sqlite":
        for end in (".sqlite3", ".sqlite3-wal", ".sqlite3-shm"):
            if (path := old.with_suffix(end)).exists():
                path.rename(_file(data).with_suffix(end))
    _manage(data, "migrate", "--verbosity", "0")
    old.rename(_mark(data))
    return True


def _draw_cards(data: Data) -> None:
    """Draw what a day of running would have drawn: cards never drawn yet, or of an old look."""
    command = [sys.executable, "manage.py", "draw_cards", "--verbosity", "0"]
    drawing = [
        subprocess.Popen(command, cwd=ROOT, env=environment(data), stdout=subprocess.DEVNULL)
        for _one in range(DRAWING if data.stories >= 50_000 else 1)
    ]
    # Each is waited for, whatever became of the others.
    if any(list(map(subprocess.Popen.wait, drawing))):
        raise RuntimeError(f"The cards of {data.name} could not be drawn.")


def _read_all(places: list[Path]) -> None:
    """Have the system hold what is in these files, as on a machine that has served for a day: how
    fast a disk is says nothing of Retold, and what was held before differs from run to run."""
    files = [one for place in places for one in ([place] if place.is_file() else place.rglob("*"))]
    for path in files:
        # Files of a running server come and go, and some are sockets.
        with contextlib.suppress(OSError):
            if path.is_file():
                _read(path)


def _read(path: Path) -> None:
    with path.open("rb", buffering=0) as file:
        while file.read(1024 * 1024):
            pass


def collect_static() -> None:
    """What browsers are sent, hashed and compressed, as README says to do in production."""
    _manage(Data("sqlite", 0, "sqlite:///:memory:"), "collectstatic", "--noinput", "--verbosity=0")


def _manage(data: Data, *command: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(data), check=True
    )


def _empty(data: Data) -> None:
    """Take away what was made for an older key, and begin with nothing."""
    for mark in folder().glob(f"{data.name}-*.made"):
        mark.unlink()
    shutil.rmtree(folder() / "data" / data.name, ignore_errors=True)
    if data.kind == "sqlite":
        for path in folder().glob(f"{data.name}-*.sqlite3*"):
            path.unlink()
        return
    name = data.url.partition(":///")[2].partition("?")[0]
    with psycopg.connect(data.url.replace(name, "postgres", 1), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')


def _sqlite(stories: int) -> Data:
    path = folder() / f"sqlite-{stories}-{key()}.sqlite3"
    return Data("sqlite", stories, f"sqlite:///{path}")


def _postgresql(url: str, stories: int, server: int) -> Data:
    named = url.replace(f"///{postgres.DATABASE}", f"///retold_{stories}", 1)
    return Data("postgresql", stories, named, server)


def _file(data: Data) -> Path:
    return Path(data.url.removeprefix("sqlite:///"))


def _mark(data: Data) -> Path:
    return folder() / f"{data.name}-{key()}.made"


def _reachable(place: Path) -> Path:
    """A folder in which PostgreSQL's own user can work."""
    if os.geteuid() != 0:
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    closed = any(not parent.stat().st_mode & 0o001 for parent in place.parents)
    name = hashlib.sha256(str(place).encode()).hexdigest()[:8]
    return Path(f"/var/tmp/retold-bench-{name}") if closed else place  # noqa: S108
