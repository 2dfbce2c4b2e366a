"""Both databases are talked to as settings say, and the tests' own PostgreSQL leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core import checks
from django.db import connection

from tools import postgres

TOOL = [sys.executable, str(settings.BASE_DIR / "tools" / "postgres.py")]
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="Asks PostgreSQL for its settings."
)
needs_postgresql = pytest.mark.skipif(not postgres.find(), reason="PostgreSQL is not installed.")


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
