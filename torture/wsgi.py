"""Retold's application with a clock that can be put wrong: the file CLOCK says by how much.

Python's own clocks are changed for the whole process, as those of a machine would be.
"""

import os
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import time_machine

from retold.wsgi import application

__all__ = ["application"]

EVERY = 0.05


def _follow(file: Path) -> None:
    began, travel = datetime.now(), None
    started = time.monotonic()
    said = ""
    while True:
        time.sleep(EVERY)
        now = file.read_text() if file.exists() else ""
        if now == said:
            continue
        if travel:
            travel.stop()
        travel, said = None, now
        if now:
            true = began + timedelta(seconds=time.monotonic() - started)
            travel = time_machine.travel(true.astimezone() + timedelta(seconds=float(now)))
            travel.start()


if named := os.environ.get("CLOCK"):
    threading.Thread(target=_follow, args=(Path(named),), daemon=True).start()
