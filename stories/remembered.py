"""What a process remembers of pages, so that it need not make them again, or find them."""

from __future__ import annotations

import datetime
import threading
import time
import zlib
from collections import Counter, OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Found = TypeVar("Found")

# What a page costs besides its own bytes: its key, and its place in the order of use.
BESIDES = 1_000
# As much as the dictionary of a deflated text may hold.
LONGEST_DICTIONARY = 32 * 1024


class Pages:
    """Pages of the newest version that nobody's own things are in, in so many bytes at most.

    With `packed` they take a tenth of the room and a few hundredths of a millisecond more: all have
    the frame of the first, so each says only what it has of its own.
    """

    def __init__(self, most: int, *, packed: bool = False) -> None:
        self._lock = threading.Lock()
        self._most, self._packed = most, packed
        self._frame = b""
        self._of: Hashable = None
        self._pages: OrderedDict[Hashable, tuple[bytes, str]] = OrderedDict()
        self._addresses: Counter[str] = Counter()
        self.size = 0

    def __len__(self) -> int:
        return len(self._pages)

    def has_any_at(self, address: str) -> bool:
        """Whether somebody might get a page that was made for this address."""
        return address in self._addresses

    def get(self, key: Hashable, version: Hashable) -> bytes | None:
        with self._lock:
            found = self._pages.get(key)
            if found is None or version != self._of:
                return None
            self._pages.move_to_end(key)
        return self._unpacked(found[0]) if self._packed else found[0]

    def put(self, key: Hashable, page: bytes, version: Hashable, address: str = "") -> None:
        if self._packed:
            page = self._deflated(page)
        with self._lock:
            if version != self._of:
                # Nobody asks for another version any more.
                self._pages.clear()
                self._addresses.clear()
                self._of, self.size = version, 0
            if key in self._pages:
                self._take(key)
            self._pages[key] = page, address
            self._addresses[address] += 1
            self.size += len(page) + BESIDES
            while self.size > self._most:
                self._take(next(iter(self._pages)))

    def _take(self, key: Hashable) -> None:
        page, address = self._pages.pop(key)
        self.size -= len(page) + BESIDES
        self._addresses[address] -= 1
        if not self._addresses[address]:
            del self._addresses[address]

    def _deflated(self, page: bytes) -> bytes:
        with self._lock:
            self._frame = self._frame or page[-LONGEST_DICTIONARY:]
        packer = zlib.compressobj(zdict=self._frame)
        return packer.compress(page) + packer.flush()

    def _unpacked(self, page: bytes) -> bytes:
        return zlib.decompressobj(zdict=self._frame).decompress(page)


class Lately(Generic[Found]):
    """What was found lately, so that it need not be found out again until it may be otherwise."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self._most = most
        self._found: OrderedDict[Hashable, tuple[float, Found | None]] = OrderedDict()

    def get(self, key: Hashable) -> Found | None:
        with self._lock:
            until, found = self._found.get(key, (0, None))
            if found is None or until <= time.time():
                return None
            self._found.move_to_end(key)
        return found

    def put(self, key: Hashable, found: Found, until: datetime.datetime) -> None:
        with self._lock:
            self._found[key] = until.timestamp(), found
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)
