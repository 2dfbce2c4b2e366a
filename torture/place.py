"""A Retold of its own to be hurt: a database, a folder, a server that is started and ended."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import server
from bench.databases import ROOT
from bench.server import Server

from .browser import Browser

TELLERS, MODERATORS = 20, 2


class Place:
    """One installation in a folder. `url` is its database; SQLite in the folder if left out."""

    def __init__(self, folder: Path, url: str = "", **environment: str) -> None:
        self.folder, self.port = folder, server.free_port()
        self.kind = "postgresql" if url else "sqlite"
        self.url = url or f"sqlite:///{folder / 'retold.sqlite3'}"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "torture.settings",
            "DATABASE_URL": self.url,
            "DATA_DIR": str(folder),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "DEMO": "1",
            "DEBUG": "0",
            "HTTPS": "0",
            "EMAIL_URL": "memory://",
            "TASKS": "process",
            "LIMIT_WRITES": "100000000",
            "LIMIT_READS": "100000000",
            "CLOCK": str(folder / "clock"),
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.process: subprocess.Popen | None = None
        self.tellers: list[Browser] = []
        self.moderators: list[Browser] = []

    def make(self) -> Place:
        """Migrate, and sign people in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.manage("migrate", "--verbosity", "0")
        people = self.inside("people", TELLERS, MODERATORS)
        for role in ("tellers", "moderators"):
            setattr(self, role, [Browser(self.port, session) for session in people[role]])
        return self

    def moved(self, folder: Path) -> Place:
        """The same as it lies now, in another folder; only for SQLite that is not running."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = Place(folder)
        other.tellers = [Browser(other.port, one.session) for one in self.tellers]
        other.moderators = [Browser(other.port, one.session) for one in self.moderators]
        return other

    def manage(self, *command: str) -> str:
        return self._run(str(ROOT / "manage.py"), *command)

    def inside(self, *asked: Any) -> Any:
        """What torture.inside says."""
        return json.loads(self._run("-m", "torture.inside", *map(str, asked)))

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
        return done.stdout

    def start(self) -> None:
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                server.command("torture.wsgi:application", self.port),
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        server.wait_for(Server(self.port, self.process.pid), self.process)

    def kill(self) -> None:
        """End every process of the server at once, as when the power fails."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    @contextmanager
    def running(self) -> Iterator[Place]:
        """Start the server for as long as this lasts, unless it runs."""
        ours = self.process is None
        if ours:
            self.start()
        try:
            yield self
        finally:
            if ours:
                self.kill()

    def workers(self) -> list[int]:
        """The processes that answer requests."""
        pid = self.process.pid if self.process else 0
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(pid) for pid in found.split()]

    @contextmanager
    def no_longer_files(self, most: int) -> Iterator[None]:
        """No file of the server grows beyond so many bytes: to it, the disk is full."""
        pids = self.workers()
        before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
        for pid, (_soft, hard) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
        try:
            yield
        finally:
            for pid, limits in before.items():
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    def recovered(self, seconds: float = 60) -> float:
        """Wait until it says that it is ready; after how many seconds it was."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            with contextlib.suppress(OSError):
                if self.tellers[0].get("/readyz").status == 200:
                    return time.monotonic() - began
            time.sleep(0.2)
        raise RuntimeError(f"It was not ready again after {seconds} s.")
