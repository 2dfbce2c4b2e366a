"""What a process and those it started have used so far, as Linux tells it in /proc."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from pathlib import Path

SECONDS_TO_SETTLE = 10
TICK = os.sysconf("SC_CLK_TCK")


def cpu(root: int) -> float:
    """Seconds of processor time of this process and all below it, those that have ended too."""
    used = 0.0
    for pid in tree(root):
        if fields := _stat(pid):
            # utime, stime, and the same of children that were waited for
            used += sum(map(int, fields[11:15])) / TICK
    return used


def settled(root: int) -> float:
    """The same as `cpu`, once nothing is under way any more."""
    used, until = -1.0, time.monotonic() + SECONDS_TO_SETTLE
    while (now := cpu(root)) != used and time.monotonic() < until:
        used = now
        time.sleep(0.1)
    return now


def resident(root: int) -> tuple[float, float]:
    """Megabytes in memory: of the largest of these processes, and of all together."""
    sizes = [_resident(pid) for pid in tree(root)]
    return max(sizes, default=0.0), sum(sizes)


def tree(root: int) -> list[int]:
    """This process and all that descend from it."""
    children = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children[int(fields[1])].append(int(entry.name))
    found = [root]
    for pid in found:
        found += children[pid]
    return found


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name of a program may hold spaces and brackets of its own.
    return text.rpartition(")")[2].split()


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    _before, found, after = status.partition("VmRSS:")
    return int(after.split()[0]) / 1024 if found else 0.0
