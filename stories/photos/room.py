"""Room for decoding: how much memory pictures may take in this process at the same time.

Six large photos that arrive at once are decoded one after the other; small ones side by side.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from retold.memory import MEGABYTE, give_back_what_is_large

MOST = 262 * MEGABYTE
LONGEST_WAIT = 45


class NoRoom(Exception):
    """Others take all the memory there is, and go on doing so."""


class Room:
    """So much memory, of which each in turn takes a part and gives it back."""

    def __init__(self, most: int, wait: float = LONGEST_WAIT) -> None:
        self.most, self.wait = most, wait
        self._taken = 0
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def take(self, size: int, wait: float | None = None) -> Iterator[None]:
        """Hold this much while the block runs; raises NoRoom after a while.

        First come, first served: a large picture is not passed by small ones for ever.
        """
        self._stand_in_line(size, self.wait if wait is None else wait)
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()

    def _stand_in_line(self, size: int, wait: float) -> None:
        ticket = object()
        with self._changed:
            self._line.append(ticket)
            try:
                if not self._changed.wait_for(lambda: self._turn_of(ticket, size), wait):
                    raise NoRoom
                self._taken += size
            finally:
                self._line.remove(ticket)
                self._changed.notify_all()

    def _turn_of(self, ticket: object, size: int) -> bool:
        return self._line[0] is ticket and self._taken + size <= self.most


ROOM = Room(MOST)
give_back_what_is_large()
