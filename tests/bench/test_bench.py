"""The bench measures what it says, and says where a figure is missed."""

import os
import socket
import stat
import time

import pytest
from django.core.management import call_command
from django.db import connection

from bench import (
    asked,
    cards,
    databases,
    load,
    processes,
    questions,
    report,
    rounds,
    server,
    weights,
)
from staff.models import Employee
from stories.models import Status, StoredCard, Story


class TestPorts:
    def test_nobody_who_connects_is_given_the_port_of_a_server(self):
        with socket.create_server(("127.0.0.1", 0)) as here:
            given = [here.getsockname()[1]]
            for _time in range(5):
                with socket.create_connection(here.getsockname()) as there:
                    given.append(there.getsockname()[1])
        assert max(server.free_port() for _time in range(20)) < min(given)


class TestProcesses:
    def test_work_is_counted_and_waiting_is_not(self):
        before = processes.cpu(os.getpid())
        time.sleep(0.05)
        assert processes.cpu(os.getpid()) - before < 0.04
        until = time.process_time() + 0.1
        while time.process_time() < until:
            pass
        assert processes.cpu(os.getpid()) - before >= 0.08

    def test_one_that_is_gone_uses_nothing(self):
        assert processes.resident(2**22 + 1) == (0.0, 0.0)
        assert processes.cpu(2**22 + 1) == 0.0

    def test_we_descend_from_those_who_started_us(self):
        assert os.getpid() in processes.tree(os.getppid())
        largest, together = processes.resident(os.getppid())
        assert 0 < largest <= together


class TestLoad:
    @pytest.fixture
    def says(self, tmp_path, monkeypatch):
        """A load generator that says what it is told to, and keeps what it was asked."""

        def program(words: str) -> None:
            path = tmp_path / "wrk"
            path.write_text(f"#!/bin/sh\necho \"$@\" > {tmp_path}/asked\necho '{words}'\n")
            path.chmod(path.stat().st_mode | stat.S_IEXEC)
            monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

        return program

    def test_what_was_measured_is_read(self, says, tmp_path):
        says(
            'MEASURED {"requests": 10, "seconds": 2.0, "bytes": 5, "p50": 1.5, "p99": 9.0, '
            '"most": 9.5, "refused": 0, "broken": 0, "answers": {"302+": 10}}'
        )
        done = load.run("http://here", tmp_path / "x.lua", "3", seconds=2, connections=8)
        assert (done.requests, done.p99, done.answers) == (10, 9.0, {"302+": 10})
        asked = (tmp_path / "asked").read_text()
        assert "--connections 8 --duration 2s" in asked
        assert asked.endswith(f"http://here -- {tmp_path}/x.lua 3\n")

    def test_silence_is_no_result(self, says, tmp_path):
        says("unable to connect")
        with pytest.raises(load.NoLoad, match="unable to connect"):
            load.run("http://here", tmp_path / "x.lua", seconds=1, connections=1)

    def test_requests_are_written_as_they_are_sent(self, tmp_path):
        path = tmp_path / "requests.lua"
        request = load.post("/stories/new/", "here", {"Cookie": "a=b"}, "body={unique}")
        load.write(path, [request], unique=True, expects="/sent/")
        written = path.read_text()
        assert r"POST /stories/new/ HTTP/1.1\r\nHost: here\r\nCookie: a=b\r\n" in written
        assert r"Content-Length: 13\r\n\r\nbody={unique}" in written
        assert 'unique = true, expects = "/sent/"' in written


@pytest.mark.django_db
def test_every_kind_of_question_is_asked_and_nothing_is_left_behind():
    call_command("demo", stories=60, verbosity=0)
    found = questions.measured(1)
    rows = found["rows"]
    kinds = {kind.partition(":")[0] for kind in rows}
    assert kinds == {
        *("wall", "filtered", "page deep in", "another order"),
        *("search", "story", "like a story"),
    }
    assert all(row["questions"] > 0 for row in rows.values())
    assert all(0 < row["median"] <= row["worst"] for row in rows.values())
    assert len(rows["page deep in"]["times"]) > 5
    assert 20 < len(set(found["sessions"])) <= questions.READERS
    assert all(len(set(asked)) > 400 for kind, asked in found["courses"].items() if "filt" in kind)
    assert rows["wall"]["counting"] > 0
    assert "make_cursor" not in vars(connection)

    reader = Employee.objects.get(account__username=f"{questions.READER}-3")
    told = Story.objects.create(teller=reader, body="Told while it was measured.")
    told.submit(by=None)
    assert questions.forget() == {"stories": 1}
    assert Story.objects.count() == 60
    assert not Story.objects.exclude(status=Status.PUBLISHED).exists()


@pytest.mark.django_db
def test_the_cards_of_all_pages_that_are_asked_for_are_drawn_before(monkeypatch):
    monkeypatch.setattr(asked, "MANY", 2)
    call_command("demo", stories=60, verbosity=0)
    StoredCard.objects.all().delete()
    assert cards.draw(1) == {"drawn": StoredCard.objects.count()}
    assert StoredCard.objects.count() > 24
    assert cards.draw(1) == {"drawn": 0}


KINDS = ("wall", "wall, made anew", "story", "story, made anew", "unchanged")


def run(**changes) -> dict:
    """What was measured on one database where everything is as it should be."""
    cost = rounds.Cost(
        cpu=0.5,
        database_cpu=0.0,
        floor=0.1,
        ratio=5.0,
        p50=1.0,
        p99=2.0,
        per_second=900.0,
        bytes=30_000,
        compressed=6_000,
        failed=0,
    )
    row = questions.Row(20, 5, 1.0, 4.0, 1.0, 2.0, 1.0, 2.0, 0.5, 3.0, 30_000, "SELECT 1", "/", {})
    rows = {
        kind: dict(vars(row)) for kind in ("wall", "filtered: a team", "search: words", "story")
    }
    rows |= {kind: dict(vars(row)) for kind in ("search: best first", "page deep in", "like")}
    measured = {
        "kind": "sqlite",
        "stories": 1_000,
        "rows": rows,
        "http": {kind: dict(vars(cost)) for kind in KINDS},
        "telling": {"p99": 90.0, "per_second": 200.0, "refused": 0, "lost": 0},
        "weights": {"html": 6_000, "css": 15_000, "js": 20_000},
        "memory": {"web": 120.0, "all": 160.0},
    }
    measured["http"]["unchanged"]["ratio"] = 2.0
    return measured | changes


def table(*runs: dict) -> str:
    return report.markdown(
        {
            "about": {
                "commit": "abc",
                "day": "2026-11-22",
                "quick": False,
                "python": "3.11",
                "cores": 2,
                "busy": 0.1,
            },
            "photo": {"request": 220.0, "added": 90.0, "variants": 700.0, "ratio": 1.2},
            "runs": {f"{one['kind']}-{one['stories']}": one for one in runs},
        }
    )


class TestReport:
    def test_where_everything_holds_nothing_is_marked(self):
        assert report.MISSED not in table(run())

    def test_what_misses_its_figure_is_marked(self):
        slow = run(telling={"p99": 300.0, "per_second": 200.0, "refused": 0, "lost": 0})
        (line,) = [line for line in table(slow).splitlines() if report.MISSED in line]
        assert line == "| telling, 8 at once: p99 | ≤ 250 ms | 300 ms ✗ |"

    def test_how_many_are_told_a_second_is_to_be_reached_on_sqlite(self):
        few = {"p99": 90.0, "per_second": 80.0, "refused": 0, "lost": 0}
        lines = table(run(telling=few), run(kind="postgresql", telling=few)).splitlines()
        assert "| telling, 8 at once: a second | ≥ 100 SQLite | 80 ✗ | 80 |" in lines

    def test_growth_is_told_against_the_fewest_stories_of_the_same_database(self):
        large = run(stories=1_000_000)
        large["http"]["wall, made anew"]["ratio"] = 7.0
        lines = table(run(), large).splitlines()
        assert "| wall made anew: against the fewest stories | ≤ 1.2 | 1.00 | 1.40 ✗ |" in lines

    def test_what_was_not_measured_is_left_open(self):
        without = run()
        without["http"]["unchanged"] = None
        assert "| unchanged page asked again: × floor | ≤ 3 | – |" in table(without)


class TestWeights:
    def test_modules_are_weighed_with_what_they_import_each_once(self):
        files = {
            "/static/a.css": b"a" * 10,
            "/static/one.js": b'import "./two.js"; import {x} from "./three.js";',
            "/static/two.js": b'import "./three.js";',
            "/static/three.js": b"3",
        }
        page = b"""<link rel="stylesheet" href="/static/a.css?v=1">
            <script type="module" src="/static/one.js"></script>
            <link rel="modulepreload" href="/static/two.js">"""

        class Server:
            def ask(self, address, headers=None):
                return 200, {}, files.get(address, page)

        weighed = weights.weigh(Server(), {})
        assert weighed["css"] == 10
        assert weighed["js"] == sum(len(files[name]) for name in files if name.endswith(".js"))


def test_the_key_changes_with_the_migrations_and_the_maker(tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "ROOT", tmp_path)
    migrations, maker = tmp_path / "stories" / "migrations", tmp_path / databases.MAKER
    migrations.mkdir(parents=True)
    maker.parent.mkdir(parents=True)
    keys = set()
    for version, name in (("1", "0001_a.py"), ("1", "0002_b.py"), ("2", "0002_b.py")):
        maker.write_text(f'"""Makes them."""\n\nMAKE = {version}\n')
        (migrations / name).write_text("")
        keys.add(databases.key())
    assert len(keys) == 3
