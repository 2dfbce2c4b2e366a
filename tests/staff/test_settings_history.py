"""Which settings hold from when on is in the history, and no secret with them."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import DatabaseError

from staff import settings_history
from staff.acting import Way
from staff.models import History, What
from tests import migrated

pytestmark = pytest.mark.django_db


@pytest.fixture
def hold(monkeypatch):
    """Let these settings be the ones that hold."""

    def hold(**values) -> None:
        monkeypatch.setattr(settings_history.env, "dump", lambda: values)

    return hold


def rows() -> list[History]:
    return list(History.objects.of("settings", 0).order_by("pk"))


def test_the_first_start_says_what_holds(hold):
    hold(MODERATION_HOURS=24, FONT_DIRS=["/a", "/b"], HTTPS=True)
    assert settings_history.remember()
    [row] = rows()
    assert (row.what, row.way) == (What.ADDED, Way.START)
    assert row.changes == {
        "FONT_DIRS": [None, "/a, /b"],
        "HTTPS": [None, True],
        "MODERATION_HOURS": [None, 24],
    }


def test_the_next_start_says_what_is_different(hold):
    hold(MODERATION_HOURS=24, SECOND_FACTOR="moderators")
    settings_history.remember()
    hold(MODERATION_HOURS=24, SECOND_FACTOR="none")
    settings_history.remember()
    assert rows()[-1].changes == {"SECOND_FACTOR": ["moderators", "none"]}
    hold(MODERATION_HOURS=24, SECOND_FACTOR="none")
    assert not settings_history.remember()
    hold(SECOND_FACTOR="none")
    settings_history.remember()
    assert rows()[-1].changes == {"MODERATION_HOURS": [24, None]}
    assert not settings_history.remember()


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "BACKUP_PASSPHRASE", "A_TOKEN"])
def test_a_secret_says_that_it_changed_and_not_what_it_is(hold, name):
    for value in ("open sesame", "open barley"):
        hold(**{name: value})
        assert settings_history.remember()
    assert "open" not in str([row.changes for row in rows()])
    before, after = rows()[-1].changes[name]
    assert before != after


def test_a_database_that_is_away_keeps_nobody_from_serving(monkeypatch, caplog):
    def away():
        raise DatabaseError

    monkeypatch.setattr(settings_history, "remember", away)
    monkeypatch.setattr(settings_history.connection, "close", lambda: None)
    settings_history._try()
    assert "could not be written into the history" in caplog.text


def test_a_server_that_starts_writes_it_down_and_so_does_a_command(tmp_path):
    """As granian and people start them, in processes and with a database of their own."""
    environment = {
        **os.environ,
        "DEMO": "1",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/retold.sqlite3",
        "DJANGO_SETTINGS_MODULE": "retold.settings",
        "MODERATION_HOURS": "7",
    }

    def run(*what: str) -> str:
        answer = subprocess.run(  # noqa: S603
            [sys.executable, *what],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    migrated.laid_out(tmp_path / "retold.sqlite3")
    run("manage.py", "migrate", "--verbosity", "0")
    run("manage.py", "createsuperuser", "--noinput", "--username", "anke", "--email", "")
    code = """
import threading
import retold.wsgi
[thread.join(30) for thread in threading.enumerate() if thread.name == "settings"]
from staff.models import History
print(History.objects.get(kind="settings").changes["MODERATION_HOURS"])
made = History.objects.get(kind="staff.user")
print(made.label, made.way, made.place)
"""
    assert run("-c", code).splitlines() == ["[None, 7]", "anke command createsuperuser"]
