"""What a request asks of the database: how many questions, and how long they take."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from bench.asked import Asker
from staff.models import Employee, User
from stories.models import Status, Story
from stories.wall import facets

READER, READERS = "bench-reader", 40


@dataclass
class Watched:
    """What one request asked of the database: each question with its milliseconds."""

    questions: list[tuple[float, str]] = field(default_factory=list)
    worked: float = 0.0
    # Milliseconds for what stands beside the filters, of which most is counting.
    counted: float = 0.0

    @property
    def number(self) -> int:
        return len(self.questions)

    @property
    def milliseconds(self) -> float:
        return sum(spent for spent, _sql in self.questions)


WATCHED = Watched()


class WatchedCursor(CursorWrapper):
    """Counts the time of a question until the last of its rows is here."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        WATCHED.questions.append((0.0, str(sql)))
        with self._counted():
            return super().execute(sql, params)

    def fetchone(self) -> Any:
        with self._counted():
            return self.cursor.fetchone()

    def fetchmany(self, *size: int) -> Any:
        with self._counted():
            return self.cursor.fetchmany(*size)

    def fetchall(self) -> Any:
        with self._counted():
            return self.cursor.fetchall()

    def __iter__(self) -> Iterator:
        return iter(self.fetchall())

    @contextmanager
    def _counted(self) -> Iterator[None]:
        began, worked = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            WATCHED.worked += (time.thread_time() - worked) * 1000
            if WATCHED.questions:
                spent, sql = WATCHED.questions[-1]
                more = (time.perf_counter() - began) * 1000
                WATCHED.questions[-1] = (spent + more, sql)


@contextmanager
def watching() -> Iterator[None]:
    """Look on whatever this process asks of the database meanwhile."""
    connection.make_cursor = lambda cursor: WatchedCursor(cursor, connection)  # type: ignore[method-assign]
    groups = facets.groups

    def watched_groups(*args: Any, **options: Any) -> Any:
        began = time.thread_time()
        try:
            return groups(*args, **options)
        finally:
            WATCHED.counted += (time.thread_time() - began) * 1000

    facets.groups = watched_groups
    try:
        yield
    finally:
        del connection.make_cursor
        facets.groups = groups


@dataclass
class Row:
    """What one kind of request asked of the database, over many addresses of it.

    `median` and `worst` are milliseconds of the database a request, asked for the first time in
    this process; `again` is the same when all were asked once more, from what is remembered.
    `cpu` is how much of the first our own process worked: with SQLite all of it, so that others
    who use the machine count for nothing. `counting` is the CPU for the numbers beside the filters.
    `slowest` is the question that took longest, and its address; `times` has `cpu` by address.
    """

    asked: int
    questions: int
    median: float
    worst: float
    again: float
    again_worst: float
    cpu: float
    cpu_worst: float
    counting: float
    counting_worst: float
    bytes: int
    slowest: str
    slowest_at: str
    times: dict[str, float]


def measure(client: Client, addresses: Iterable[str]) -> Row:
    addresses = list(dict.fromkeys(addresses))
    first = [_ask(client, address) for address in addresses]
    again = [_ask(client, address) for address in addresses]
    spent = [watched.milliseconds for watched, _size in first]
    at = spent.index(max(spent))
    return Row(
        asked=len(addresses),
        questions=max(watched.number for watched, _size in first),
        median=statistics.median(spent),
        worst=max(spent),
        again=statistics.median(watched.milliseconds for watched, _size in again),
        again_worst=max(watched.milliseconds for watched, _size in again),
        cpu=statistics.median(watched.worked for watched, _size in first),
        cpu_worst=max(watched.worked for watched, _size in first),
        counting=statistics.median(watched.counted for watched, _size in first),
        counting_worst=max(watched.counted for watched, _size in first),
        bytes=round(statistics.median(size for _watched, size in first)),
        slowest=max(first[at][0].questions)[1][:400],
        slowest_at=addresses[at],
        times={
            address: round(watched.worked, 3)
            for address, (watched, _size) in zip(addresses, first, strict=True)
        },
    )


def _ask(client: Client, address: str) -> tuple[Watched, int]:
    WATCHED.questions, WATCHED.worked, WATCHED.counted = [], 0.0, 0.0
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code} {answer.get('Location', '')}.")
    return Watched(WATCHED.questions, WATCHED.worked, WATCHED.counted), len(answer.content)


def signed_in(asker: Asker) -> list[str]:
    """The sessions of several employees who are signed in."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    sessions = []
    for number, person in enumerate(asker.readers(READERS)):
        user, new = User.objects.get_or_create(username=f"{READER}-{number}")
        if new:
            person.account = user
            person.save(update_fields=["account"])
        session = store()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions.append(str(session.session_key))
    return sessions


def forget() -> dict:
    """Take away what the readers told while that was measured; how many stories there were."""
    readers = Employee.objects.filter(account__username__startswith=READER)
    told = Story.objects.filter(teller__in=readers, status=Status.PENDING)
    number = told.count()
    told.delete()
    return {"stories": number}


def measured(each: int) -> dict:
    """Ask for everything, `each` address of a kind, and say what that took.

    Answers the sessions of readers and the addresses of `courses` as well, for the load.
    """
    asker = Asker()
    sessions = signed_in(asker)
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = sessions[0]
    # What any process has loaded after its first request.
    client.get("/")
    rows = {}
    with watching():
        for kind, addresses in asker.kinds(each).items():
            print(f"  {connection.vendor}, {asker.stories:,} stories: {kind}", file=sys.stderr)
            rows[kind] = asdict(measure(client, addresses))
    return {"rows": rows, "sessions": sessions, "courses": asker.courses()}
