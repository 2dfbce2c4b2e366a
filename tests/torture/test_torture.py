"""A little of `make torture`: a real server on a real database, ended, starved and raced."""

import os
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests import migrated
from torture import faults, killing, racing, report, tasks
from torture.findings import Finding
from torture.place import Place

pytestmark = [
    pytest.mark.xdist_group("torture"),
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="Its processes are in /proc."),
]
ON_SQLITE = pytest.mark.skipif(connection.vendor != "sqlite", reason="About files of SQLite.")
NAME = "retold_torture"


def database() -> str:
    """An empty database beside that of the tests; '' for SQLite, which has its own file."""
    if connection.vendor == "sqlite":
        return ""
    url, name = os.environ["DATABASE_URL"], connection.settings_dict["NAME"].removeprefix("test_")
    elsewhere = url.replace(f"/{name}", "/postgres", 1)
    with closing(psycopg.connect(elsewhere, autocommit=True)) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME}")
        server.execute(f"CREATE DATABASE {NAME}")
    return url.replace(f"/{name}", f"/{NAME}", 1)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """One installation for all that follows."""
    folder = tmp_path_factory.mktemp("torture")
    migrated.laid_out(folder / "retold.sqlite3")
    made = Place(folder, database()).make()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def served(place):
    with place.running():
        yield place


def test_each_story_that_was_accepted_is_there_once_though_the_server_was_killed(place):
    found = killing.killed(place, 3)
    assert not found.broken
    assert found.figures["accepted"] > 0


def test_a_story_sent_20_times_at_once_is_one(served):
    assert not racing.sent_at_once(served, 2).broken


def test_of_two_moderators_one_decides_and_the_other_is_told(served):
    assert not racing.decided_at_once(served, 6).broken


@ON_SQLITE
def test_a_full_disk_is_said_plainly_and_nothing_is_lost(served):
    assert not faults.disk_full(served).broken


def test_another_worker_takes_over_from_one_that_was_killed(served):
    assert not tasks.worker_killed(served).broken


def test_the_report_says_what_did_not_hold():
    about = {"day": "2026-11-22", "commit": "abc", "python": "3.11", "cores": 2, "left_out": ["x"]}
    good, bad = Finding("raced", "sqlite", {"races": 7}), Finding("killed", "postgresql")
    bad.expect(False, "A story is gone.")
    table = report.markdown(about, [good, bad])
    assert "| raced | SQLite | yes | races: 7 | 0 |" in table
    assert "| killed | PostgreSQL | **no** |  | 0 |" in table
    assert "killed, PostgreSQL: A story is gone." in table
    assert "Left out: x." in table
