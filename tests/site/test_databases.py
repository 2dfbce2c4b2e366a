"""Both databases are talked to as settings say, and the tests' own PostgreSQL leaves nothing."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread, Timer

import pytest
from django.conf import settings
from django.core import checks
from django.db import OperationalError, connection, connections, transaction

from retold.databases import database, patience
from retold.sqlite import base
from stories.models import Word
from tools import postgres

TOOL = [sys.executable, str(settings.BASE_DIR / "tools" / "postgres.py")]
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Asks PostgreSQL for its settings."
)
needs_postgresql = pytest.mark.skipif(not postgres.find(), reason="PostgreSQL is not installed.")


@pytest.mark.parametrize(("said", "meant"), [("", 5), ("none", None), ("7", 7)])
def test_plans_are_kept_unless_the_address_says_otherwise(said, meant):
    options = {"prepare_threshold": said} if said else {}
    found = {"ENGINE": "django.db.backends.postgresql", "NAME": "retold", "OPTIONS": options}
    assert database(found, 1, 1)["OPTIONS"]["prepare_threshold"] == meant


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [("statement_timeout", "30s"), ("application_name", "retold web"), ("jit", "off")],
)
def test_postgresql_knows_who_asks_and_how_long_that_may_take(name, value):
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        assert cursor.fetchone() == (value,)


@pytest.mark.django_db
def test_many_rows_are_stored_with_one_statement(django_assert_num_queries):
    words = [(f"word{number}", "en", f"word{number}") for number in range(3_000)]
    with django_assert_num_queries(1):
        Word.objects.learn(words)
    assert Word.objects.count() == 3_000


@pytest.mark.django_db(transaction=True)
def test_how_many_values_a_question_may_have_is_known_before_any_is_asked():
    connection.close()
    vars(connection.features).pop("max_query_params", None)
    assert Word.objects.in_bulk([1]) == {}


@pytest.mark.django_db
def test_a_thread_of_a_server_keeps_less_of_sqlite_than_a_command(tmp_path, monkeypatch):
    found = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "stories.sqlite3")}
    kept = {}
    for name in ("", "backup"):
        monkeypatch.setattr("retold.databases.command_running", lambda name=name: name)
        wrapper = base.DatabaseWrapper(
            {**connections.databases["default"], **database(found, 1, 1)}, "kept"
        )
        try:
            with wrapper.cursor() as cursor:
                cursor.execute("PRAGMA cache_size")
                kept[name] = cursor.fetchone()[0]
                cursor.execute("PRAGMA journal_mode")
                assert cursor.fetchone() == ("wal",)
        finally:
            wrapper.close()
    assert kept == {"": -750, "backup": -2000}


@on_postgresql
@pytest.mark.django_db
class TestAConnectionFromThePool:
    """It is asked whether it lives, but not over and over."""

    @pytest.fixture
    def wrapper(self):
        # Loads PostgreSQL's driver, which SQLite has no use for.
        from retold.postgresql.base import DatabaseWrapper

        about = {**connections.databases["default"], "NAME": connection.settings_dict["NAME"]}
        about |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
        about["OPTIONS"] = about["OPTIONS"] | {"pool": {"min_size": 1, "max_size": 1}}
        wrapper = DatabaseWrapper(about, "pooled")
        yield wrapper
        wrapper.close()
        wrapper.close_pool()

    @pytest.fixture
    def asked(self, wrapper, monkeypatch):
        """The connections that were asked whether they live."""
        asked: list[object] = []
        check = wrapper.pool.check_connection
        monkeypatch.setattr(
            wrapper.pool, "check_connection", lambda one: (asked.append(one), check(one))
        )
        return asked

    def ask(self, wrapper) -> int:
        """A question over a connection that is lent and given back; who answered."""
        with wrapper.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            found = cursor.fetchone()[0]
        wrapper.close()
        return found

    def end(self, pid: int) -> None:
        """The server waits until it is gone: who else is there, it tells once a transaction."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 30000)", [pid])
            assert cursor.fetchone() == (True,)

    def test_is_not_asked_a_moment_after_it_answered(self, wrapper, asked):
        for _time in range(5):
            self.ask(wrapper)
        assert len(asked) == 1

    def test_is_asked_after_a_rest(self, wrapper, asked, monkeypatch):
        self.ask(wrapper)
        monkeypatch.setattr("retold.postgresql.base.SECONDS_OF_TRUST", 0)
        self.ask(wrapper)
        assert len(asked) == 2

    def test_that_died_meanwhile_is_replaced_by_one_that_lives(self, wrapper, monkeypatch):
        died = self.ask(wrapper)
        self.end(died)
        monkeypatch.setattr("retold.postgresql.base.SECONDS_OF_TRUST", 0)
        assert self.ask(wrapper) != died

    def test_that_died_this_moment_is_told_of_once(self, wrapper, monkeypatch):
        monkeypatch.setattr("retold.postgresql.base.SECONDS_OF_TRUST", 60)
        died = self.ask(wrapper)
        self.end(died)
        with pytest.raises(OperationalError):
            self.ask(wrapper)
        wrapper.close()
        assert self.ask(wrapper) != died


@on_postgresql
@pytest.mark.django_db
class TestADatabaseThatWillDo:
    def complaints(self) -> set[str]:
        found = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
        return {message.id for message in found}

    def test_is_nothing_to_speak_of(self):
        assert not self.complaints()

    def test_is_not_an_old_one(self, monkeypatch):
        monkeypatch.setattr("retold.checks.OLDEST_POSTGRESQL", 99)
        assert self.complaints() == {"retold.E001"}


@pytest.mark.django_db
class TestTheLogOfSQLite:
    """SQLite's log goes with the last connection, and needs room on the disk to be made again."""

    @pytest.fixture
    def file(self, tmp_path):
        yield tmp_path / "stories.sqlite3"
        if kept := base._kept.pop(str(tmp_path / "stories.sqlite3"), None):
            kept.close()

    def use(self, file: Path, *, serves: bool) -> None:
        """Write something, and close the only connection."""
        about = {**connections.databases["default"], "ENGINE": "retold.sqlite", "NAME": str(file)}
        about["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL"}
        wrapper = base.DatabaseWrapper(about, "log")
        wrapper.serves = serves
        try:
            with wrapper.cursor() as cursor:
                cursor.execute("CREATE TABLE IF NOT EXISTS told (words text)")
        finally:
            wrapper.close()

    def test_is_kept_by_a_server(self, file):
        self.use(file, serves=True)
        assert Path(f"{file}-wal").exists()

    def test_is_put_away_by_a_command(self, file):
        self.use(file, serves=False)
        assert not Path(f"{file}-wal").exists()

    def test_is_not_held_as_it_is_on_a_disk_that_takes_nothing_yet(self, file, monkeypatch):
        self.use(file, serves=False)
        monkeypatch.setattr(base.os, "access", lambda name, mode: False)
        self.use(file, serves=True)
        assert not base._kept
        monkeypatch.undo()
        self.use(file, serves=True)
        assert str(file) in base._kept

    def test_is_kept_by_what_granian_starts(self):
        code = "import retold.wsgi; from retold.sqlite.base import DatabaseWrapper as database;"
        code += "print(database.serves)"
        said = subprocess.check_output([sys.executable, "-c", code], text=True)  # noqa: S603
        assert said.strip() == "True"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Has the database take turns itself.")
@pytest.mark.django_db(transaction=True)
class TestThreadsThatWriteToSQLite:
    SOON = 0.5

    def other(self, done: list[float]) -> Thread:
        """Another thread that writes one thing, and says when it could."""

        def write() -> None:
            with transaction.atomic():
                done.append(time.monotonic())
            connection.close()

        thread = Thread(target=write)
        thread.start()
        return thread

    def test_wait_for_each_other_and_go_on_at_once(self):
        done: list[float] = []
        with transaction.atomic():
            threads = [self.other(done) for _one in range(4)]
            time.sleep(self.SOON)
            assert not done
        left = time.monotonic()
        for thread in threads:
            thread.join()
        # SQLite alone would have looked again a tenth of a second later, one after the other.
        assert len(done) == 4
        assert max(done) - left < self.SOON / 2

    def test_are_told_that_it_is_locked_if_their_turn_does_not_come(self, monkeypatch):
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
        turn = connections["default"]._turn
        with turn, pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
        self.can_write_soon()

    def test_wait_no_longer_than_they_have_patience_for(self):
        # Another process has it, and the turn comes late.
        name = connection.settings_dict["NAME"]
        elsewhere = sqlite3.connect(name, isolation_level=None)
        elsewhere.execute("BEGIN IMMEDIATE")
        turn = connections["default"]._turn
        turn.acquire()
        Timer(0.3, turn.release).start()
        began = time.monotonic()
        with patience(0.5), pytest.raises(OperationalError, match="locked"), transaction.atomic():
            pass
        waited = time.monotonic() - began
        elsewhere.execute("ROLLBACK")
        elsewhere.close()
        assert 0.3 < waited < 0.75
        self.can_write_soon()

    def end_badly(self, way: str) -> None:
        with transaction.atomic():
            if way == "close":
                connection.close()
            raise ZeroDivisionError

    @pytest.mark.parametrize("way", ["roll back", "close"])
    def test_give_their_turn_away_however_they_end(self, way):
        with pytest.raises(ZeroDivisionError):
            self.end_badly(way)
        self.can_write_soon()

    def test_give_their_turn_away_if_they_cannot_begin(self, monkeypatch):
        connection.ensure_connection()
        monkeypatch.setattr(connections["default"], "transaction_mode", "NONSENSE")
        with pytest.raises(OperationalError), transaction.atomic():
            pass
        monkeypatch.undo()
        self.can_write_soon()

    def can_write_soon(self) -> None:
        done: list[float] = []
        began = time.monotonic()
        self.other(done).join()
        assert done[0] - began < self.SOON


@needs_postgresql
class TestAPostgreSQLForTests:
    # What it says of itself: the folder it lives in, on one line.
    SAY_WHERE = (
        "import os, psycopg;"
        "server = psycopg.connect(os.environ['DATABASE_URL'].replace('postgres:', 'postgresql:'));"
        "print(server.execute('SHOW unix_socket_directories').fetchone()[0], flush=True);"
    )

    def gone(self, folder: Path) -> bool:
        until = time.monotonic() + 60
        while folder.exists() and time.monotonic() < until:
            time.sleep(0.05)
        return not folder.exists()

    def test_is_there_for_a_command_and_gone_after_it(self):
        command = [*TOOL, sys.executable, "-c", self.SAY_WHERE + "raise SystemExit(3)"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 3
        assert self.gone(Path(done.stdout.strip()))

    def test_goes_with_whoever_started_it_even_if_that_is_killed(self):
        waits = self.SAY_WHERE + "import time; time.sleep(2)"
        with subprocess.Popen(  # noqa: S603
            [*TOOL, sys.executable, "-c", waits], stdout=subprocess.PIPE, text=True
        ) as tool:
            assert tool.stdout
            folder = Path(tool.stdout.readline().strip())
            assert folder.is_dir()
            os.kill(tool.pid, signal.SIGKILL)
        assert self.gone(folder)

    def test_says_what_to_install_where_there_is_none(self, monkeypatch, capsys):
        monkeypatch.setattr(postgres, "find", lambda: None)
        monkeypatch.setattr(postgres, "install", lambda: None)
        assert postgres.main([]) == 1
        assert "apt-get install postgresql" in capsys.readouterr().err
