"""What is backed up while people write comes out as it was, and nothing is lost on the way."""

import io
import json
import shutil
import signal
import sqlite3
import sys
import threading
import time
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection

from stories.backup.archive import members, opened, written
from stories.backup.manifest import NAME, Manifest, differences
from stories.backup.own import SCRATCH, UNFINISHED
from stories.backup.restoring import CHANGED, ERA, SESSIONS
from tests.backup.conftest import PASSPHRASE, Installation

pytestmark = pytest.mark.xdist_group("backup")
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own ways.")
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own.")

# Four people at once, each story in a transaction with all that belongs to it. It says when one is
# begun and when it is acknowledged, until nobody listens any more.
WRITER = """
import django; django.setup()
import itertools, threading, time, uuid
from tests.factories import EmployeeFactory, PendingStoryFactory, PublishedStoryFactory
teller = EmployeeFactory(number=uuid.uuid4().hex[:12])
def write():
    for tell in itertools.cycle([PublishedStoryFactory, *[PendingStoryFactory] * 3]):
        title = uuid.uuid4().hex
        print("begun", title, flush=True)
        tell(title=title, teller=teller, traits=["personal"])
        print("told", title, flush=True)
        time.sleep(0.01)
for _ in range(4):
    threading.Thread(target=write).start()
"""
# One story is on the wall as often as the index says, or the copy is of no one moment.
WALL = """
SELECT (SELECT count(*) FROM stories_story WHERE status = 'published'),
       (SELECT count(*) FROM stories_entry),
       (SELECT sum(number) FROM stories_posting WHERE facet = 'published')
"""


def manifest_of(path: Path, passphrase: str = "") -> Manifest:
    with opened(path, passphrase) as file:
        return Manifest.from_json(next(members(file)).text(10**7))


def changed(backup: Path, into: Path, change) -> Path:
    """A backup whose checksums are right, and whose manifest somebody changed."""
    with backup.open("rb") as file, into.open("wb") as out, written(out, "") as archive:
        for member in members(file):
            content = b"".join(member.chunks())
            if member.name == NAME:
                said = json.loads(content)
                change(said)
                content = json.dumps(said).encode()
            archive.add(member.name, io.BytesIO(content))
    return into


class Writing:
    """People who write in a place, and what was acknowledged to them."""

    def __init__(self, place: Installation) -> None:
        self.begun: list[str] = []
        self.told: list[str] = []
        self.heard: dict[str, float] = {}
        self._process = place.start(sys.executable, "-c", WRITER)
        self._listener = threading.Thread(target=self._listen)

    def _listen(self) -> None:
        for line in self._process.stdout:
            if line.startswith(("begun ", "told ")):
                word, title = line.split()
                self.heard[title] = time.time()
                (self.begun if word == "begun" else self.told).append(title)

    def __enter__(self) -> "Writing":
        self._listener.start()
        until = time.monotonic() + 60
        while len(self.told) < 5 and time.monotonic() < until:
            time.sleep(0.02)
        assert self.told
        return self

    def __exit__(self, *error) -> None:
        self._process.kill()
        self._process.wait()
        self._listener.join()


@pytest.fixture(scope="module")
def elsewhere(new_place, backup) -> Installation:
    """Where the backup was restored, on a machine where there was nothing."""
    place = new_place()
    place.done("restore", backup)
    return place


class TestElsewhere:
    def test_everything_is_as_it_was(self, backup, elsewhere):
        said, restored = manifest_of(backup).tables, elsewhere.tables()
        assert set(differences(said, restored)) <= CHANGED
        assert restored["stories_story"].rows == 13

    def test_the_wall_knows_that_it_is_another(self, installation, elsewhere):
        era = f"SELECT era FROM {ERA}"  # noqa: S608 - our own table
        assert installation.rows(era) != elsewhere.rows(era)

    def test_the_search_and_every_photo_is_there(self, installation, elsewhere):
        assert "knows" in elsewhere.done("check_search")
        photos = elsewhere.folder / "media" / "photos"
        there = {path.name: path.read_bytes() for path in photos.iterdir()}
        kept = installation.folder / "media" / "photos"
        assert there == {path.name: path.read_bytes() for path in kept.iterdir()}
        assert len(there) > 3

    def test_what_is_there_is_not_replaced_unasked(self, backup, elsewhere):
        refused = elsewhere.manage("restore", backup)
        assert refused.returncode == 1
        assert "With --replace" in refused.stderr

    def test_nothing_is_left_lying_about(self, elsewhere):
        assert not list(elsewhere.folder.glob(".*"))


def test_a_backup_is_of_one_moment_while_people_write(
    installation, new_place, record_testsuite_property
):
    """At fifty stories a second: all that was acknowledged before, nothing begun after."""
    path = installation.folder / "busy.tar"
    with Writing(installation) as people:
        before = list(people.told)
        started = time.monotonic()
        installation.done("backup", path, "--verbosity", "0")
        meanwhile = len(people.told) - len(before)
        begun = set(people.begun)
    rate = meanwhile / (time.monotonic() - started)
    record_testsuite_property("stories a second", rate)
    assert meanwhile
    place = new_place()
    place.done("restore", path)
    titles = {title for (title,) in place.rows("SELECT title FROM stories_story")}
    assert titles >= set(before)
    moment = datetime.fromisoformat(manifest_of(path).made_at).timestamp()
    told_by_then = {title for title in people.told if people.heard[title] < moment}
    assert titles >= told_by_then, "what had been told by the time that the backup says"
    assert {title for title in titles if not title.startswith(("Told ", "Never "))} <= begun
    stories, entries, posted = place.rows(WALL)[0]
    assert stories == entries == posted
    assert "knows" in place.done("check_search")


def test_a_backup_goes_back_in_time(installation, backup, new_place):
    place = new_place()
    place.done("restore", backup)
    place.change("DELETE FROM stories_storytrait")
    gone = next((place.folder / "media" / "photos").iterdir())
    gone.unlink()
    place.done("restore", backup, "--replace")
    assert gone.exists()
    assert set(differences(manifest_of(backup).tables, place.tables())) <= CHANGED


def test_a_backup_that_is_killed_is_not_there_and_harms_nothing(installation):
    path = installation.folder / "killed.tar"
    for _time in range(2):
        process = installation.start(*installation.command("backup", path))
        until = time.monotonic() + 60
        while not path.with_name(f"killed.tar{UNFINISHED}").exists() and time.monotonic() < until:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not path.exists()
    installation.done("backup", path)
    assert "whole" in installation.done("restore", path, "--verify")


def test_a_restore_that_is_killed_leaves_one_state_or_the_other(backup, new_place):
    place = new_place()
    place.done("restore", backup)
    place.change("DELETE FROM stories_storytrait")
    states = [manifest_of(backup).tables, place.tables()]
    for wait in (0.0, 0.1, 0.3):
        process = place.start(*place.command("restore", backup, "--replace"))
        until = time.monotonic() + 60
        while not list(place.folder.glob(".retold-backup-*")) and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.001)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = place.tables()
        assert any(set(differences(state, found)) <= CHANGED for state in states)
    place.done("restore", backup, "--replace")
    assert set(differences(states[0], place.tables())) <= CHANGED
    assert not list(place.folder.glob(f"{SCRATCH}*"))


class TestWhatIsNotRight:
    @pytest.fixture
    def refused(self, elsewhere):
        """That a backup is refused with these words, and all is as before."""

        def refuse(path: Path, words: str) -> None:
            before = elsewhere.tables()
            found = elsewhere.manage("restore", path, "--replace")
            assert found.returncode == 1
            assert words in found.stderr
            assert "Traceback" not in found.stderr
            assert elsewhere.tables() == before

        return refuse

    def test_one_cut_off_is_refused(self, backup, tmp_path, refused):
        half = tmp_path / "half.tar"
        half.write_bytes(backup.read_bytes()[:-3_000])
        refused(half, "not whole")

    def test_rows_that_are_not_those_that_were_counted_are_refused(self, backup, tmp_path, refused):
        def lie(said: dict) -> None:
            said["tables"]["stories_story"][0] += 1

        refused(changed(backup, tmp_path / "lie.tar", lie), "differs")

    def test_one_of_a_newer_retold_is_refused(self, backup, tmp_path, refused):
        def later(said: dict) -> None:
            said["migrations"]["staff"].append("9000_later")

        refused(changed(backup, tmp_path / "later.tar", later), "staff.9000_later")

    @on_sqlite
    def test_nobody_may_have_it_open(self, elsewhere, backup, refused):
        with closing(sqlite3.connect(elsewhere.folder / "retold.sqlite3")) as open_one:
            open_one.execute("PRAGMA journal_mode=WAL")
            open_one.execute("SELECT count(*) FROM stories_story").fetchone()
            refused(backup, "Stop the server")

    @on_sqlite
    def test_a_database_that_is_broken_is_no_hindrance(self, backup, new_place):
        place = new_place()
        (place.folder / "retold.sqlite3").write_bytes(b"SQLite format 3\0" + b"rubbish" * 5000)
        assert place.manage("restore", backup).returncode == 1
        place.done("restore", backup, "--replace")
        assert set(differences(manifest_of(backup).tables, place.tables())) <= CHANGED


def test_sessions_end(installation, new_place):
    installation.python(
        "import django; django.setup()\nfrom tests.conftest import signed_in\n"
        "from staff.models import User; signed_in(User.objects.get(username='ada'))"
    )
    path = installation.folder / "signed-in.tar"
    installation.done("backup", path)
    assert manifest_of(path).tables[SESSIONS].rows
    place = new_place()
    place.done("restore", path)
    assert place.rows(f"SELECT 1 FROM {SESSIONS}") == []  # noqa: S608 - our own table


def test_one_of_before_an_update_is_brought_up_to_date(backup, new_place):
    place = new_place()
    place.done("restore", backup)
    place.done("migrate", "account", "0008", "--verbosity", "0")
    path = place.folder / "before.tar"
    place.done("backup", path)
    assert "migrated" in place.done("restore", path, "--replace")
    last = "SELECT count(*) FROM django_migrations WHERE app = 'account' AND name LIKE '0009%'"
    assert place.rows(last) == [(1,)]
    assert set(differences(manifest_of(backup).tables, place.tables())) <= {
        *CHANGED,
        "django_migrations",
    }


def test_it_goes_through_a_pipe_encrypted(installation, tmp_path):
    sealed = Installation(installation.folder, installation.url, PASSPHRASE)
    path = tmp_path / "piped.tar.age"
    with path.open("wb") as file:
        process = sealed.start(*sealed.command("backup", "-", "--verbosity", "0"))
        shutil.copyfileobj(process.stdout.buffer, file)
        assert process.wait() == 0
    assert b"Never sent" not in path.read_bytes()
    assert "whole" in sealed.done("restore", path, "--verify")
    assert "Say its passphrase" in installation.manage("restore", path, "--verify").stderr


def test_the_drill_restores_and_compares(installation):
    sealed = Installation(installation.folder, installation.url, PASSPHRASE)
    packs = installation.folder / "packs"
    for _time in range(2):
        assert "the same" in sealed.done("drill_backup", "--media", packs)
    assert len(list(packs.glob("*.tar.age"))) == 1
    assert not list(installation.folder.glob(".*"))


def test_a_photo_whose_file_is_lost_is_named(installation, tmp_path):
    photos = installation.folder / "media" / "photos"
    lost = next(photos.iterdir())
    lost.rename(tmp_path / lost.name)
    try:
        found = installation.manage("backup", tmp_path / "lost.tar")
        assert found.returncode == 0
        assert f"photos/{lost.name}" in found.stderr
        assert "The drill failed" in installation.manage("drill_backup").stderr
    finally:
        (tmp_path / lost.name).rename(lost)


@on_sqlite
def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(installation, new_place):
    place = new_place()
    copy = place.folder / "retold.sqlite3"
    with (
        closing(sqlite3.connect(installation.folder / "retold.sqlite3")) as source,
        closing(sqlite3.connect(copy)) as into,
    ):
        source.backup(into)
        into.execute("PRAGMA journal_mode=DELETE")
    data = bytearray(copy.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = b"\xff" * 20_000
    copy.write_bytes(data)
    found = place.manage("backup", place.folder / "damaged.tar")
    assert found.returncode == 1
    assert "There is no backup" in found.stderr
    assert not list(place.folder.glob("damaged.tar*"))


@on_postgresql
@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'pg_dump (PostgreSQL) 9.6.1'", "Install the client"),
        ("case $1 in --version) echo 'pg_dump 99';; *) echo no >&2; exit 1;; esac", "failed: no"),
    ],
)
def test_a_pg_dump_that_will_not_do_is_said_plainly(installation, tmp_path, script, words):
    program = tmp_path / "pg_dump"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    other = Installation(installation.folder, installation.url, POSTGRES_BIN=str(tmp_path))
    found = other.manage("backup", tmp_path / "none.tar")
    assert found.returncode == 1
    assert words in found.stderr
