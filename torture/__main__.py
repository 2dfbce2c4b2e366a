"""`make torture`: hurts Retold in every way we know, and writes what held to build/torture."""

from __future__ import annotations

import argparse
import contextlib
import datetime
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.databases import ROOT
from tools import postgres

from . import faults, killing, racing, report, tasks
from .findings import Finding
from .place import Place

KINDS = ("sqlite", "postgresql")
# Like an organisation's, and unlike that of tests: what it says is stored survives.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "max_connections": "50"}


@dataclass(frozen=True)
class Measure:
    """How often and how long everything is done."""

    kills: int
    stories: int
    races: int
    seconds: float


FULL, QUICK = Measure(500, 50, 1000, 60), Measure(5, 3, 20, 5)


@dataclass
class Torture:
    """What has been found so far, told as it is found."""

    measure: Measure
    only: list[str]
    findings: list[Finding] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    def try_out(self, name: str, scenario: Any, *about: Any) -> None:
        self.known.add(name)
        if self.only and name not in self.only:
            return
        print(f"{name} …", file=sys.stderr, flush=True)
        try:
            found = scenario(*about)
        except Exception as error:
            # A story that is not there, or there twice, breaks whatever counts on it.
            traceback.print_exc()
            found = Finding(name, about[0].kind, broken=[f"It went no further: {error!r}"])
        finally:
            about[0].kill()
        self.findings.append(found)
        print(f"  {'held' if found.held else found.broken}", file=sys.stderr, flush=True)

    def everywhere(self, place: Place) -> None:
        """What is tried on either database."""
        measure = self.measure
        self.try_out("kills", killing.killed, place, measure.kills)
        self.try_out("twenty", racing.sent_at_once, place, measure.stories)
        self.try_out("races", racing.decided_at_once, place, measure.races)
        self.try_out("storage", faults.storage_fails, place)
        self.try_out("slow", faults.storage_hangs, place)
        self.try_out("mail", faults.mail_refuses, place)
        self.try_out("clock", faults.clock_steps_back, place)
        self.try_out("worker", tasks.worker_killed, place)
        self.try_out("db_worker", tasks.queue_worker_killed, place)

    def on_sqlite(self, folder: Path) -> None:
        place = Place(folder / "place").make()
        self.everywhere(place)
        self.try_out("locked", faults.locked, place, self.measure.seconds)
        self.try_out("full", faults.disk_full, place)
        if faults.may_mount():
            self.try_out("disk", faults.small_disk, place, folder / "small")
            self.try_out("readonly", faults.read_only, place, folder / "readonly")
        else:
            self.left_out.append("a disk of its own, full and read-only: that takes root")

    def on_postgresql(self, folder: Path) -> None:
        server = _Server(folder)
        try:
            place = Place(folder / "place", server.start()).make()
            self.everywhere(place)
            seconds = self.measure.seconds
            self.try_out("gone", faults.gone, place, seconds, server.stop, server.start)
        finally:
            server.stop()


class _Server:
    """A PostgreSQL that can be stopped and started again where it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "postgresql"
        self._running = contextlib.ExitStack()

    def start(self) -> str:
        return self._running.enter_context(postgres.running(self.folder, **DURABLE))

    def stop(self) -> None:
        self._running.close()


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder in which PostgreSQL's own user may work, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="retold-torture-", dir="/var/tmp"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _databases(text: str) -> list[str]:
    asked = text.split(",")
    if unknown := set(asked) - set(KINDS):
        raise argparse.ArgumentTypeError(f"Neither of {', '.join(KINDS)}: {', '.join(unknown)}")
    return asked


def main(arguments: list[str]) -> int:
    """0 if everything held."""
    # Whoever stops us wants us to clean up.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="python -m torture", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a little of everything")
    parser.add_argument("--databases", type=_databases, default=KINDS)
    parser.add_argument("--kills", type=int, help="how often the server is ended under load")
    parser.add_argument("--races", type=int, help="how many stories two moderators decide upon")
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    asked = parser.parse_args(arguments)
    usual = QUICK if asked.quick else FULL
    kills = usual.kills if asked.kills is None else asked.kills
    races = usual.races if asked.races is None else asked.races
    measure = Measure(kills, usual.stories, races, usual.seconds)
    torture = Torture(measure, asked.only)
    for kind in asked.databases:
        with scratch() as folder:
            print(f"On {kind}:", file=sys.stderr)
            torture.on_sqlite(folder) if kind == "sqlite" else torture.on_postgresql(folder)
    if unknown := set(asked.only) - torture.known:
        print(f"There is no {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    about = _about() | {"left_out": torture.left_out}
    print(report.write(ROOT / "build" / "torture", about, torture.findings))
    return 0 if all(one.held for one in torture.findings) else 1


def _about() -> dict[str, Any]:
    command = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return {
        "day": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": said.stdout.strip() or "an unknown commit",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
