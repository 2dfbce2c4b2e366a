"""What the C library of Linux does with memory that is free again: it keeps it, unless told.

Other systems have no such settings and do well without.
"""

import contextlib
import ctypes
import time

MEGABYTE = 1024 * 1024
# It takes a millisecond or two, and as long again until what is given back is had again.
SECONDS_TO_KEEP = 5

# For the C library's mallopt: from what size on memory is asked of the system, and given back; and
# in how many heaps the rest of it lies.
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8


def give_back_what_is_large() -> None:
    """Let the memory of a picture go back to the system as soon as it is free.

    The C library raises the size from which it does so with each large piece it sees, and then
    keeps hundreds of megabytes for each thread that ever decoded something.
    """
    _told(M_MMAP_THRESHOLD, MEGABYTE)


def share_one_heap() -> None:
    """Let the threads share one heap, before there are any.

    Of a heap for each, every one keeps the room that its largest page ever took, while one serves
    all pages in turn: 20 MB less at a million stories. They seldom wait for each other there, as
    Python runs one thread at a time.
    """
    _told(M_ARENA_MAX, 1)


def give_back_what_is_free() -> None:
    """Let the system have what somebody needed only for a moment, and much of it."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Spare:
    """What pages needed while they were made, several at once; between them it is free again.

    At a million stories that is ten megabytes, which would be kept for good.
    """

    def __init__(self) -> None:
        self._given_back_at = 0.0

    def give_back(self) -> None:
        """Let the system have it, unless that was done a moment ago."""
        if time.monotonic() - self._given_back_at > SECONDS_TO_KEEP:
            self._given_back_at = time.monotonic()
            give_back_what_is_free()


OF_PAGES = Spare()


def _told(what: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(what, value)
