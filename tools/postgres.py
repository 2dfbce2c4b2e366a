"""A PostgreSQL of our own, for the tests: started in a temporary folder, gone again afterwards.

    python tools/postgres.py COMMAND …

installs PostgreSQL if it is missing, starts a server, runs the command with its DATABASE_URL, and
stops the server again, whatever happens. Without a command it only sees to what is installed.
POSTGRES_BIN names the folder of another PostgreSQL's programs.

Nobody else reaches it: it listens on a socket in a folder of its own, not on the network.
PostgreSQL doesn't run as root; where we are root, it runs as the user `postgres` or `nobody`.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

OLDEST = 15
USER = "retold"
DATABASE = "retold"
SECONDS_TO_START = 60
# What is lost when the machine stops is a test run. Tests roll back what they store: statistics
# gathered between two of them say that all is empty, and plans made for that are slow.
FOR_TESTS = {
    "autovacuum": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "128MB",
}
# The server lives as long as our end of the pipe is open, and so no longer than we do, even if we
# are killed.
GUARD = """
"$1/postgres" -D "$2/data" >"$2/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -INT $server
wait $server
[ -z "$3" ] || rm -rf "$3"
"""


class Missing(Exception):
    """There is no PostgreSQL that is new enough; says what to do."""

    def __str__(self) -> str:
        return (
            f"PostgreSQL {OLDEST} or newer was not found. Install it with your system’s packages "
            "(Debian, Ubuntu: apt-get install postgresql), or name the folder of its programs: "
            f"POSTGRES_BIN=/usr/lib/postgresql/{OLDEST}/bin."
        )


def find() -> Path | None:
    """The folder with the programs of the newest PostgreSQL that is new enough, or None."""
    if named := os.environ.get("POSTGRES_BIN"):
        places = [Path(named)]
    else:
        on_path = shutil.which("pg_ctl")
        places = [
            *Path("/usr/lib/postgresql").glob("*/bin"),
            *Path("/opt/homebrew/opt").glob("*/bin"),
        ]
        places += [Path(on_path).resolve().parent] if on_path else []
    found = [(_version(place), place) for place in places if (place / "initdb").exists()]
    version, place = max(found, default=(0, None))
    return place if version >= OLDEST else None


def _version(place: Path) -> int:
    """The number before the dot in what `postgres --version` says; 0 if it says nothing."""
    command = [str(place / "postgres"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    number = re.search(r"\) (\d+)", said)
    return int(number[1]) if number else 0


def install() -> None:
    """Install PostgreSQL by apt-get, if there is one and we may."""
    if not (shutil.which("apt-get") and (os.geteuid() == 0 or shutil.which("sudo"))):
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
        # A machine that installs packages may stop to ask about them; nobody is there to answer.
        command = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", *step]
        subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def found_or_installed() -> Path:
    """The folder of the programs; installs them if there are none, or raises Missing."""
    if (place := find()) is None:
        print("Installing PostgreSQL for the tests …", file=sys.stderr)
        install()
        place = find()
    if place is None:
        raise Missing
    return place


@contextmanager
def running(folder: Path | None = None, **settings: str) -> Iterator[str]:
    """A server for as long as this lasts; gives the DATABASE_URL of an empty database.

    `folder` keeps the data, to be started again from there; without one it is temporary. `settings`
    are PostgreSQL's own, such as `shared_buffers="1GB"`.
    """
    place = found_or_installed()
    home = folder or Path(tempfile.mkdtemp(prefix="retold-pg-"))
    owner = _owner()
    try:
        home.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(home, owner["user"], owner["group"])
        home.chmod(0o700)
        new = not (home / "data" / "PG_VERSION").exists()
        if new:
            _initialise(place, home, owner)
        _configure(home, settings)
        with _guarded(place, home, owner, kept=folder is not None):
            _wait_for(home)
            if new:
                _run_sql(home, f"CREATE DATABASE {DATABASE}")
            yield f"postgres:///{DATABASE}?host={home}&user={USER}"
    finally:
        if folder is None:
            shutil.rmtree(home, ignore_errors=True)


def _owner() -> dict:
    """Whom the server runs as: ourselves, or somebody harmless where we are root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _initialise(place: Path, home: Path, owner: dict) -> None:
    """Make an empty cluster that sorts as people do, as those of most organisations will."""
    command = [
        str(place / "initdb"),
        f"--pgdata={home / 'data'}",
        f"--username={USER}",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--locale-provider=icu",
        "--icu-locale=en-GB",
        "--no-sync",
        "--no-instructions",
    ]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, **owner)
    if done.returncode:
        raise RuntimeError(f"initdb failed: {done.stderr}")


def _configure(home: Path, settings: dict[str, str]) -> None:
    lines = {**settings, "listen_addresses": "", "unix_socket_directories": str(home)}
    written = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
    (home / "data" / "postgresql.auto.conf").write_text(written)


@contextmanager
def _guarded(place: Path, home: Path, owner: dict, *, kept: bool) -> Iterator[None]:
    """The server with a guard beside it that stops it as soon as we let go, or are gone."""
    # Ctrl-C is for us: the server goes once whoever uses it is done.
    with subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", str(place), str(home), "" if kept else str(home)],
        cwd=home,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **owner,
    ):
        yield


def _wait_for(home: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            return _run_sql(home, "SELECT 1")
        except psycopg.OperationalError as error:
            if time.monotonic() > until:
                log = (home / "log").read_text()
                raise RuntimeError(f"PostgreSQL did not start: {error}\n{log}") from error
            time.sleep(0.05)


def _run_sql(home: Path, sql: str) -> None:
    with psycopg.connect(host=str(home), user=USER, dbname="postgres", autocommit=True) as server:
        server.execute(sql)


def main(command: list[str]) -> int:
    """Run the command beside a server, or only see to it that there could be one."""
    # Whoever stops us wants us to clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        if not command:
            found_or_installed()
            return 0
        with running(None, **FOR_TESTS) as url:
            return subprocess.run(
                command, env={**os.environ, "DATABASE_URL": url}, check=False
            ).returncode
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
