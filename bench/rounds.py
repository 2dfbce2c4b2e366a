"""Requests over HTTP: what one of them costs the server, in turn with what the floor costs."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

from . import load, processes
from .databases import Data
from .server import Server

CONNECTIONS = 4
# Of so many pages the size is taken.
SIZED = 40
Headers = dict[str, str]
# What the tokens of forms are made from; a browser has it from the page that it signed in on.
TOKEN = "b" * 32


def browser(session: str) -> Headers:
    """What a browser sends that somebody is signed in with."""
    return {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}


@dataclass(frozen=True)
class Pace:
    """How long is measured: rounds of so many seconds for the page, and for the floor."""

    rounds: int
    page: int
    floor: int


@dataclass(frozen=True)
class Cost:
    """What a request cost. Times in milliseconds; `cpu` is the server's, `database_cpu`
    PostgreSQL's beside it, `ratio` the former as a multiple of the floor in the same rounds."""

    cpu: float
    database_cpu: float
    floor: float
    ratio: float
    p50: float
    p99: float
    per_second: float
    bytes: int
    compressed: int
    failed: int


@dataclass(frozen=True)
class Round:
    cpu: float
    database_cpu: float
    load: load.Load


class Course:
    """One server with its floor beside it, and the files the load is read from."""

    def __init__(
        self, data: Data, server: Server, floor: Server, readers: list[Headers], folder: Path
    ) -> None:
        self.data, self.server, self.floor = data, server, floor
        self.readers, self.folder = readers, folder
        self.floor_requests = folder / "floor.lua"
        load.write(self.floor_requests, [load.get("/", floor.host, {})])
        self._warm_up()

    def cost(self, addresses: Sequence[str], pace: Pace, *, remembered: bool = False) -> dict:
        """Have the readers ask for these addresses in turn, and for the floor in between.

        With `remembered` each is asked for once before, so that it is none that has to be made.
        """
        number = max(len(addresses), len(self.readers))
        turns = zip(range(number), cycle(addresses), cycle(self.readers))
        asked = [(address, reader) for _turn, address, reader in turns]
        for address, reader in asked if remembered else ():
            self.server.ask(address, reader)
        return self.cost_of(asked, pace)

    def cost_of(self, asked: Sequence[tuple[str, Headers]], pace: Pace) -> dict:
        """The same, where it is said who asks for what."""
        path = self.folder / "requests.lua"
        load.write(path, [load.get(address, self.server.host, told) for address, told in asked])
        sizes = [self._sizes(address, told) for address, told in asked[:SIZED]]
        pages: list[Round] = []
        floors: list[Round] = []
        for turn in range(pace.rounds):
            floors.append(self._round(self.floor, self.floor_requests, pace.floor, 0))
            # Each round goes on where the one before may have ended.
            start = turn * len(asked) // pace.rounds
            pages.append(self._round(self.server, path, pace.page, start))
        cpu = median(one.cpu for one in pages)
        floor = median(one.cpu for one in floors)
        cost = Cost(
            cpu=cpu,
            database_cpu=median(one.database_cpu for one in pages),
            floor=floor,
            ratio=cpu / floor,
            p50=median(one.load.p50 for one in pages),
            p99=median(one.load.p99 for one in pages),
            per_second=median(one.load.requests / one.load.seconds for one in pages),
            bytes=round(median(plain for plain, _packed in sizes)),
            compressed=round(median(packed for _plain, packed in sizes)),
            failed=sum(one.load.refused + one.load.broken for one in pages),
        )
        return asdict(cost)

    def _warm_up(self) -> None:
        """Let every thread of both servers open and load what it does only once."""
        requests = self.folder / "warm-up.lua"
        load.write(requests, [load.get("/", self.server.host, one) for one in self.readers])
        self._round(self.server, requests, 1, 0)
        self._round(self.floor, self.floor_requests, 1, 0)

    def _round(self, server: Server, requests: Path, seconds: int, start: int) -> Round:
        database = self.data.server if server is self.server else None
        roots = [server.pid, *([database] if database else [])]
        before = [processes.cpu(root) for root in roots]
        done = load.run(server.site, requests, str(start), seconds=seconds, connections=CONNECTIONS)
        after = [processes.settled(root) for root in roots]
        # When time is up, one request of each connection is under way, and is worked off.
        number = done.requests + CONNECTIONS
        spent = [(late - early) / number * 1000 for early, late in zip(before, after, strict=True)]
        return Round(spent[0], sum(spent[1:]), done)

    def _sizes(self, address: str, headers: Headers) -> tuple[int, int]:
        status, _headers, body = self.server.ask(address, headers)
        if status not in (200, 304):
            raise RuntimeError(f"{address} answered {status}.")
        return len(body), len(gzip.compress(body, 6)) if body else 0
