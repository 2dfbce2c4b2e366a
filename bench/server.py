"""The server that is measured: granian as `make run` and README start it."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .databases import ROOT

SECONDS_TO_START = 60


@dataclass(frozen=True)
class Server:
    """A running server, and the process that all others of it descend from."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def site(self) -> str:
        return f"http://{self.host}"

    def ask(
        self, address: str, headers: dict[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request: status, headers and what came, as it came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", address, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(application: str, environment: dict[str, str]) -> Iterator[Server]:
    """Serve an application on a free port for as long as this lasts."""
    port = free_port()
    process = subprocess.Popen(
        command(application, port), cwd=ROOT, env=environment, stdin=subprocess.DEVNULL
    )
    try:
        server = Server(port, process.pid)
        wait_for(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def command(application: str, port: int) -> list[str]:
    """What starts granian as `make run` does."""
    granian = str(ROOT / sys.prefix / "bin" / "granian")
    return [
        *(granian, "--interface", "wsgi", application, "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", "1", "--blocking-threads", str(2 * (os.cpu_count() or 1) + 1)),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"),
        *("--http1-header-read-timeout", "10000", "--http1-buffer-size", "65536"),
        *("--no-ws", "--log-level", "warning"),
    ]


def free_port() -> int:
    """A port that nobody listens on yet, nor is given to whoever connects.

    From among those, one that asks again and again for a server that is just being started may be
    given the very port, and be connected to itself: then the server can't come up any more.
    """
    while True:
        with socket.socket() as found, contextlib.suppress(OSError):
            found.bind(("127.0.0.1", random.randrange(10_000, _first_given())))  # noqa: S311
            return found.getsockname()[1]


def _first_given() -> int:
    """The lowest port that this machine gives to whoever connects."""
    told = Path("/proc/sys/net/ipv4/ip_local_port_range")
    return int(told.read_text().split()[0]) if told.exists() else 32_768


def wait_for(server: Server, process: subprocess.Popen) -> None:
    """Until it answers; RuntimeError if it never does."""
    until = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            server.ask("/healthz")
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The server did not start.") from None
            time.sleep(0.05)
