"""The load: wrk sends the same requests over and over, from as many connections as are wanted.

wrk (Debian's package) is written in C and needs so little itself that on two cores the server is
what is measured; what is made in Python would measure itself.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("load.lua")


class NoLoad(Exception):
    """wrk is missing, or could not do what it was asked for."""


@dataclass(frozen=True)
class Load:
    """What came of a round: times in milliseconds."""

    requests: int
    seconds: float
    bytes: int
    p50: float
    p99: float
    most: float
    refused: int
    broken: int
    answers: dict[str, int]


def installed() -> str:
    """The path of wrk; installs it where that may be done, or raises NoLoad."""
    if not shutil.which("wrk") and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing wrk, which makes the load …", file=sys.stderr)
        for step in (["update"], ["install", "--yes", "--no-install-recommends", "wrk"]):
            command = ["apt-get", "--quiet=2", *step]
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if path := shutil.which("wrk"):
        return path
    raise NoLoad("wrk was not found. Install it with your system’s packages: apt-get install wrk.")


def get(address: str, host: str, headers: dict[str, str]) -> str:
    """A request as it goes over the wire."""
    lines = [f"GET {address} HTTP/1.1", f"Host: {host}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in headers.items()), "", ""])


def post(address: str, host: str, headers: dict[str, str], body: str) -> str:
    """A form as it is sent, already encoded."""
    headers = headers | {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    return get(address, host, headers).replace("GET", "POST", 1) + body


def write(path: Path, requests: Sequence[str], *, unique: bool = False, expects: str = "") -> None:
    """Put requests into the file that the script reads."""
    # JSON's strings are Lua's too, as long as they are plain ASCII.
    quoted = ",\n".join(json.dumps(request) for request in requests)
    more = f"unique = {str(unique).lower()}, expects = {json.dumps(expects)}"
    path.write_text(f"return {{\n{quoted},\n{more}\n}}\n", encoding="ascii")


def run(site: str, requests: Path, *options: str, seconds: int, connections: int) -> Load:
    """Send these requests to a site for so many seconds.

    Options are the number of the request to begin with, and "count" to learn what was answered.
    """
    command = [
        installed(),
        *("--threads", "1", "--connections", str(connections)),
        *("--duration", f"{seconds}s", "--timeout", "30s", "--script", str(SCRIPT)),
        *(site, "--", str(requests), *options),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith("MEASURED "):
            return Load(**json.loads(line.removeprefix("MEASURED ")))
    raise NoLoad(f"wrk said nothing that we understand: {done.stdout} {done.stderr}")
