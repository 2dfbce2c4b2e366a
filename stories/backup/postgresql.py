"""A dump of a PostgreSQL database while people write, and one loaded in a single transaction."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from .archive import CHUNK
from .manifest import Cursor, Manifest, Table, applied_migrations
from .problem import Problem

SECRETS = {"password": "PGPASSWORD"}
COPY = re.compile(rb"COPY .* FROM stdin;\n")
# What they say must not depend on whose session asks.
ALIKE = (
    "SET LOCAL TimeZone = 'UTC'",
    "SET LOCAL DateStyle = 'ISO, MDY'",
    "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)


@contextmanager
def moment(connection: Any) -> Iterator[tuple[Cursor, str]]:
    """A cursor that sees the database as it is now, whatever is written; and the name of the view.

    On a connection of its own: that of Django may be in the middle of something.
    """
    with psycopg.connect(make_conninfo("", **parameters(connection))) as own:
        own.isolation_level, own.read_only = psycopg.IsolationLevel.REPEATABLE_READ, True
        cursor = own.cursor()
        name = cursor.execute("SELECT pg_export_snapshot()").fetchone()
        assert name  # noqa: S101 - it always has one
        yield cursor, name[0]


def parameters(connection: Any) -> dict[str, Any]:
    """How Django connects, as far as PostgreSQL’s own library knows it."""
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    said = connection.get_connection_params()
    return {name: value for name, value in said.items() if name in known and value}


def manifest(cursor: Cursor) -> Manifest:
    """What is in the database at this moment."""
    cursor.execute("SHOW server_version")
    (server,) = cursor.fetchone() or ("",)
    return Manifest("postgresql", server.split()[0], applied_migrations(cursor), tables(cursor))


def tables(cursor: Cursor) -> dict[str, Table]:
    """The rows of every table of ours and a sum of what they say, whatever their order."""
    for setting in ALIKE:
        cursor.execute(setting)
    cursor.execute(
        "SELECT relname, oid::regclass::text FROM pg_class"
        " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname"
    )
    return {name: _table(cursor, quoted) for name, quoted in cursor.fetchall()}


def _table(cursor: Cursor, quoted: str) -> Table:
    number = "('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric"
    # The name is the database's own, quoted by itself.
    cursor.execute(f"SELECT count(*), coalesce(sum({number}), 0)::text FROM {quoted} t")  # noqa: S608
    rows, digest = cursor.fetchone() or (0, "")
    return Table(rows, digest)


def dump(connection: Any, snapshot: str, into: IO[bytes]) -> None:
    """Write what is seen in this view, in PostgreSQL's own form for it."""
    program = found("pg_dump", connection)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        (schema,) = cursor.fetchone()
    command = [program, "--format=custom", "--no-owner", "--no-privileges", "--no-comments"]
    command += [f"--snapshot={snapshot}", f'--schema="{schema}"']
    said = parameters(connection)
    # Other users of the machine see what a program was started with, but not its environment.
    secrets = {name: said.pop(option) for option, name in SECRETS.items() if option in said}
    done = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, with our own settings
        [*command, f"--dbname={make_conninfo('', **said)}"],
        stdout=into,
        stderr=subprocess.PIPE,
        env={**os.environ, **secrets},
        check=False,
    )
    if done.returncode:
        raise Problem(f"pg_dump failed: {_last_line(done.stderr)}")


def found(program: str, connection: Any) -> str:
    """Where a program of PostgreSQL's is, as new as the server at least."""
    folders = [
        os.environ.get("POSTGRES_BIN", ""),
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), key=_number, reverse=True),
    ]
    path = shutil.which(program, path=os.pathsep.join(filter(None, folders))) or shutil.which(
        program
    )
    if not path:
        raise Problem(
            f"{program} was not found. It comes with PostgreSQL’s client (Debian, Ubuntu: "
            "apt-get install postgresql-client); POSTGRES_BIN names its folder."
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    connection.ensure_connection()
    server = connection.pg_version // 10_000
    if _number(said) < server:
        raise Problem(
            f"{path} is of PostgreSQL {_number(said)} and the server of {server}. Install the "
            f"client of PostgreSQL {server} or newer; POSTGRES_BIN names its folder."
        )
    return path


def _number(text: str) -> int:
    number = re.search(r"\d+", text)
    return int(number[0]) if number else 0


def _last_line(said: bytes) -> str:
    return (said.decode(errors="replace").strip().splitlines() or ["it did not say why."])[-1]


def is_empty(connection: Any, holding: list[str]) -> bool:
    """Whether nobody has put anything there yet: no row in any of these tables."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm', 'f')"
        )
        there = {name for (name,) in cursor.fetchall()}
        if not there or not there.issuperset(holding):
            return not there
        for name in holding:
            cursor.execute(f'SELECT 1 FROM "{name}" LIMIT 1')  # noqa: S608 - our own tables
            if cursor.fetchone():
                return False
    return True


# What an extension brought stays: it belongs to whoever runs the server.
CLEAR = """
DO $$
DECLARE thing record;
BEGIN
  FOR thing IN
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
        WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid::regclass::text AS name
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    ORDER BY relkind = 'S'
  LOOP EXECUTE format('DROP %s IF EXISTS %s CASCADE', thing.kind, thing.name); END LOOP;
  FOR thing IN
    SELECT oid::regprocedure::text AS name FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  LOOP EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name); END LOOP;
END $$
"""


def load(connection: Any, dumped: Path) -> None:
    """Put what was dumped in the place of all that is there. In a transaction of the caller's."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        try:
            cursor.execute(CLEAR)
        except Exception as error:
            if "lock timeout" not in str(error):
                raise
            raise Problem(
                "Somebody uses the database just now. Stop the server and its workers first."
            ) from error
    own = connection.connection.cursor()
    with _restored(found("pg_restore", connection), dumped) as lines:
        waiting = b""
        for line in lines:
            if COPY.fullmatch(line):
                _execute(own, waiting)
                waiting = b""
                _copy(own, line, lines)
            # Commands of psql, which newer versions put around it all.
            elif not line.startswith((b"\\restrict ", b"\\unrestrict ")):
                waiting += line
        _execute(own, waiting)
    own.execute("RESET search_path; RESET check_function_bodies; RESET client_min_messages")


def _execute(cursor: Any, sql: bytes) -> None:
    if sql.strip():
        cursor.execute(sql)


def _copy(cursor: Any, command: bytes, lines: Iterator[bytes]) -> None:
    with cursor.copy(command) as copied:
        for line in lines:
            if line == b"\\.\n":
                return
            copied.write(line)
    raise Problem("pg_restore ended in the middle of a table.")


@contextmanager
def _restored(program: str, dumped: Path) -> Iterator[Iterator[bytes]]:
    """The lines of SQL that a dump stands for."""
    command = [program, "--no-owner", "--no-privileges", "--no-comments", "--file=-"]
    contents = subprocess.run(  # noqa: S603 - a program of PostgreSQL's
        [program, "--list", str(dumped)], capture_output=True, check=False
    )
    if contents.returncode:
        raise Problem(f"pg_restore can’t read it: {_last_line(contents.stderr)}")
    # The schema is there, and may not be ours.
    chosen = dumped.with_name("contents")
    chosen.write_bytes(
        b"".join(
            line
            for line in contents.stdout.splitlines(keepends=True)
            if not re.match(rb"\d+; \d+ \d+ SCHEMA ", line)
        )
    )
    with subprocess.Popen(  # noqa: S603 - a program of PostgreSQL's
        [*command, f"--use-list={chosen}", str(dumped)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=CHUNK,
    ) as process:
        assert process.stdout  # noqa: S101
        assert process.stderr  # noqa: S101
        yield iter(process.stdout)
        said = process.stderr.read()
    if process.returncode:
        raise Problem(f"pg_restore failed: {_last_line(said)}")
