"""`make bench`: measures Retold and writes what it found to BENCH_DIR, as JSON and as a table."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

from tools import postgres

from . import databases, load, photo, processes, report, telling, weights
from .databases import ROOT, Data
from .rounds import Course, Pace, browser
from .server import serving

KINDS = ("sqlite", "postgresql")
SIZES = (1_000, 100_000, 1_000_000)
# The quick one makes nothing that takes minutes; what a longer one has left is used.
QUICK_SIZES, QUICK_IF_THERE = (1_000, 5_000), 100_000
# Pages that readers ask for again and again; what they cost when made anew has rows of its own.
REMEMBERED = ("wall", "story")
# The quick one asks over HTTP for those that have a figure to reach there.
JUDGED = ("wall", "wall, made anew", "story")
DOCS = ROOT / "docs" / "performance.md"


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    if not Path("/proc/self/stat").exists():
        print("What a server uses is read from /proc, which only Linux has.", file=sys.stderr)
        return 1
    databases.folder().mkdir(parents=True, exist_ok=True)
    try:
        load.installed()
        found = _measure(asked)
    except (load.NoLoad, postgres.Missing) as missing:
        print(missing, file=sys.stderr)
        return 1
    name = "quick" if asked.quick else "full"
    (databases.folder() / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n")
    table = report.markdown(found)
    (databases.folder() / f"{name}.md").write_text(table)
    if asked.docs:
        report.put_into(DOCS, table)
    print(table)
    print(f"All of it: {databases.folder() / name}.json", file=sys.stderr)
    return 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in two minutes, on small databases")
    parser.add_argument("--sizes", type=_sizes, help="such as 1000,100000; the least comes first")
    parser.add_argument("--databases", type=lambda text: text.split(","), default=KINDS)
    parser.add_argument("--seconds", type=int, help="of load for each page and round")
    parser.add_argument("--migrate", action="store_true", help="older databases, not make new ones")
    parser.add_argument("--docs", action="store_true", help=f"put the tables into {DOCS.name} too")
    parser.add_argument("--each", type=int, help="how many addresses of each kind")
    return parser.parse_args(arguments)


def _sizes(text: str) -> list[int]:
    return sorted(int(part) for part in text.replace("_", "").split(","))


def _measure(asked: argparse.Namespace) -> dict:
    pace = Pace(1, asked.seconds or 1, 1) if asked.quick else Pace(3, asked.seconds or 3, 2)
    each = asked.each or (3 if asked.quick else 20)
    databases.collect_static()
    found: dict = {"about": _about(asked), "photo": photo.measure(), "runs": {}}
    for kind in asked.databases:
        sizes = asked.sizes or _usual_sizes(kind, asked.quick)
        with databases.opened(kind, sizes, migrate=asked.migrate) as all_of_kind:
            for data in all_of_kind:
                found["runs"][data.name] = _run(data, pace, each, asked.quick)
    return found


def _usual_sizes(kind: str, quick: bool) -> list[int]:
    if not quick:
        return list(SIZES)
    return [*QUICK_SIZES, *([QUICK_IF_THERE] if databases.there(kind, QUICK_IF_THERE) else [])]


def _run(data: Data, pace: Pace, each: int, quick: bool) -> dict:
    """All that is measured on one database."""
    if data.stories > databases.MOST_DRAWN:
        _inside(data, "draw", str(each))
    inside = _inside(data, "measure", str(each))
    readers = [browser(session) for session in inside.pop("sessions")]
    courses = inside.pop("courses")
    environment = databases.environment(data)
    with (
        serving("retold.wsgi:application", environment) as server,
        serving("bench.floor:application", environment) as floor,
    ):
        course = Course(data, server, floor, readers, databases.folder())
        http: dict[str, dict | None] = {}
        for name in JUDGED if quick else courses:
            _say(data, name)
            http[name] = course.cost(courses[name], pace, remembered=name in REMEMBERED)
        http["unchanged"] = _unchanged(course, pace)
        _say(data, "telling")
        told = telling.tell(server, readers, databases.folder(), max(pace.page, 2))
        told["lost"] = max(told["stored"] - _inside(data, "forget")["stories"], 0)
        largest, all_together = processes.resident(server.pid)
        return {
            "stories": data.stories,
            "kind": data.kind,
            **inside,
            "http": http,
            "telling": told,
            "weights": weights.weigh(server, readers[0]),
            "memory": {"web": largest, "all": all_together},
        }


def _say(data: Data, name: str) -> None:
    print(f"  {data.kind}, {data.stories:,} stories, HTTP: {name}", file=sys.stderr)


def _unchanged(course: Course, pace: Pace) -> dict | None:
    """The wall asked again by those who have it; None if the server gives it no ETag."""
    asked = []
    for reader in course.readers:
        _status, headers, _body = course.server.ask("/", reader)
        if not (etag := headers.get("ETag")):
            return None
        asked.append(("/", reader | {"If-None-Match": etag}))
    return course.cost_of(asked, pace)


def _inside(data: Data, *what: str) -> dict:
    command = [sys.executable, "-m", "bench.inside", *what]
    environment = databases.environment(data)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _about(asked: argparse.Namespace) -> dict:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "commit": commit,
        "day": datetime.date.today().isoformat(),
        "quick": asked.quick,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "busy": os.getloadavg()[0],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
