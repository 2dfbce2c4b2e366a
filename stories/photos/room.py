"""Room for decoding: how much memory pictures may take in this process at the same time.

Six large photos that arrive at once are decoded one after the other; small ones side by side.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MEGABYTE = 1024 * 1024
MOST = 250 * MEGABYTE
LONGEST_WAIT = 20


class NoRoom(Exception):
    """Others take all the memory there is, and go on doing so."""


class Room:
    """So much memory, of which everybody takes a part and gives it back."""

    def __init__(self, most: int, wait: float = LONGEST_WAIT) -> None:
        self.most, self.wait = most, wait
        self._taken = 0
        self._changed = threading.Condition()

    @contextmanager
    def take(self, size: int, wait: float | None = None) -> Iterator[None]:
        """Hold this much while the block runs; raises NoRoom after a while."""
        patience = self.wait if wait is None else wait
        with self._changed:
            if not self._changed.wait_for(lambda: self._taken + size <= self.most, patience):
                raise NoRoom
            self._taken += size
        try:
            yield
        finally:
            with self._changed:
                self._taken -= size
                self._changed.notify_all()


ROOM = Room(MOST)
