"""Whoever does the work that nobody waits for is ended in the middle of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.databases import ROOT

from .browser import Told, accepted
from .findings import Finding
from .place import Place

WAIT = 30
TAKEN = b"make_photo state=RUNNING"


def worker_killed(place: Place) -> Finding:
    """The process that answers is ended in the middle of making a photo; another takes over."""
    found, began = Finding("worker killed in a task", place.kind), time.monotonic()
    story = Told("With a photo that was never finished.", photo=True)
    with place.running():
        found.expect(accepted(place.tellers[0].tell(story)), "It does not even begin well.")
        # It is being made just now, or still waits for its turn.
        for pid in place.workers():
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
        found.figures["answers again after (s)"] = round(place.recovered(), 1)
        place.inside("late")
        _made_when_looked_at(place, found, story)
    found.seconds = time.monotonic() - began
    return found


def queue_worker_killed(place: Place) -> Finding:
    """With TASKS=worker: `db_worker` is ended in the middle of a photo, and started again."""
    found, began = Finding("db_worker killed in a task", place.kind), time.monotonic()
    before = place.environment["TASKS"]
    place.environment["TASKS"] = "worker"
    story = Told("With a photo that its worker never finished.", photo=True)
    try:
        place.manage("migrate", "--verbosity", "0")
        with place.running():
            found.expect(accepted(place.tellers[0].tell(story)), "It does not even begin well.")
            with _queue_worker(place) as (worker, log):
                until = time.monotonic() + WAIT
                while TAKEN not in log.read_bytes() and time.monotonic() < until:
                    time.sleep(0.005)
                worker.kill()
                found.expect(TAKEN in log.read_bytes(), "The worker never took up the photo.")
            found.expect(
                _state(place, story)[0] == "waiting", "It was made before the worker ended."
            )
            place.inside("late")
            with _queue_worker(place):
                _made_when_looked_at(place, found, story)
    finally:
        place.environment["TASKS"] = before
    found.seconds = time.monotonic() - began
    return found


@contextmanager
def _queue_worker(place: Place) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A worker beside the server, and what it says."""
    log = place.folder.parent / f"{place.folder.name}-worker.log"
    with log.open("wb") as said:
        worker = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "db_worker", "--interval", "0.2"],
            cwd=ROOT,
            env=place.environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
    try:
        yield worker, log
    finally:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        worker.wait()


def _made_when_looked_at(place: Place, found: Finding, story: Told) -> None:
    """Whoever looks at a photo that was left behind has it taken up again."""
    (state, key), until = _state(place, story), time.monotonic() + WAIT
    while state != "ready" and time.monotonic() < until:
        place.tellers[0].get(f"/photos/{key}/480.webp")
        time.sleep(0.5)
        state, key = _state(place, story)
    found.expect(state == "ready", f"The photo is {state}.")


def _state(place: Place, story: Told) -> tuple[str, str]:
    """How far its photo is, and the photo's key."""
    [kept] = [one for one in place.inside("stories") if one["submission"] == story.submission]
    [[state, key, _there]] = kept["photos"]
    return state, key
