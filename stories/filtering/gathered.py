"""Places at which words are said, as they were found lately: for the page, for the numbers beside
its filters, and for whoever asks for the same words under other filters next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import NamedTuple, Protocol

from django.db import connection
from pyroaring import BitMap, FrozenBitMap

from stories.models.postings import Version

# An eighth of a megabyte each at most, at a million stories.
MOST_KEPT = 16
# So many are asked for at once at least, and at most.
FEWEST, MOST_AT_ONCE = 1_000, 100_000


class Find(Protocol):
    """Answers with so many places, the newest first: those right below one, or, of those below it,
    those right above another."""

    def __call__(
        self, most: int, below: int | None = None, above: int | None = None
    ) -> list[int]: ...


class Ahead(NamedTuple):
    """From which place to which others will be asked for next, and how many of these are likely to
    say the words; 0 if nobody knows."""

    first: int
    last: int
    likely: float = 0


class Gathered:
    """Gathered from a place down, as far as anybody needed to know.

    Threads share one: what it holds is replaced, never changed, so that two who go further at the
    same time do the same work twice at worst.
    """

    def __init__(self) -> None:
        # All places at which the words are said from `below` on and before `top`.
        self._held: tuple[BitMap, int, int] = BitMap(), 0, 0

    def newest_among(
        self,
        others: BitMap,
        limit: int,
        beside: FrozenBitMap,
        find: Find,
        ahead: Ahead | None = None,
    ) -> BitMap:
        """The newest of these places at which the words are said. `find` finds them among all
        `beside` which they stand."""
        if not others:
            return BitMap()
        first, last, likely = ahead or Ahead(others.min(), others.max())
        last = min(last, beside.max())
        seqs, top, below = self._held
        if last >= top:
            seqs, top = BitMap(), _top(last, beside)
            below = top
        if 0 < likely < limit and below > others.min():
            # All of them have to be seen, and upwards a database goes through its lists faster.
            seqs, below = BitMap(find(len(beside), top, first - 1)), first
            self._held = seqs, top, below
        first = others.min()
        spread = beside.rank(last) - beside.rank(first)
        at_once = FEWEST + limit * spread // len(others)
        while below > first and others.intersection_cardinality(seqs) < limit:
            most = min(at_once, MOST_AT_ONCE)
            found = find(most, below)
            seqs, below = seqs.union(BitMap(found)), found[-1] if len(found) == most else 0
            self._held, at_once = (seqs, top, below), 4 * at_once
        return BitMap((others & seqs)[-limit:])


def _top(last: int, beside: FrozenBitMap) -> int:
    """Where to begin for a last place: where all begins, unless that is far above, as for the
    stories of a year."""
    far = len(beside) - beside.rank(last) > FEWEST
    return (last if far else beside.max()) + 1


class Kept:
    """What was gathered lately, as long as the wall has the same version: what a story says is
    changed in the transaction that counts that up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version: Version | None = None
        self._kept: OrderedDict[Hashable, Gathered] = OrderedDict()

    def at(self, version: Version, key: Hashable) -> Gathered:
        """What was gathered under this key; nothing yet, if it is new."""
        # What a transaction sees may never come to be.
        if connection.in_atomic_block:
            return Gathered()
        with self._lock:
            if version != self._version:
                self._version = version
                self._kept.clear()
            found = self._kept.setdefault(key, Gathered())
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
            return found


KEPT = Kept()
