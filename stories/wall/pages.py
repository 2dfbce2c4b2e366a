"""Pages of a wall by the place where the last one ended, forwards and backwards, so that a story
which comes or goes in the meantime is neither shown twice nor makes another one vanish."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stories.filtering.fields import Sort
from stories.filtering.meant import Meant, Place

PAGE = 24
CURSOR = re.compile(r"(?:([0-9]{1,9})\.)?([0-9]{1,18})")
BY_MEASURE = (Sort.RETOLD, Sort.SALUTED, Sort.RELEVANCE)


@dataclass(frozen=True)
class Asked:
    """Where a page begins: after a place, right before one, or at the beginning of the wall.

    `lost` if the address names a place that makes no sense in this order.
    """

    after: Place | None = None
    before: Place | None = None
    lost: bool = False

    @classmethod
    def read(cls, after: str, before: str, sort: str) -> Asked:
        found = {"after": read(after, sort), "before": None if after else read(before, sort)}
        return cls(**found, lost=bool(after or before) and not any(found.values()))

    def __bool__(self) -> bool:
        return self.after is not None or self.before is not None


def read(cursor: str, sort: str) -> Place | None:
    """The place that an address names, or None if it makes no sense in this order."""
    found = CURSOR.fullmatch(cursor)
    if not found or (found[1] is None) != (sort not in BY_MEASURE):
        return None
    return Place(int(found[2]), int(found[1]) if found[1] else None)


@dataclass(frozen=True)
class Page:
    """The places to show, where the pages beside this one begin, and how many are on them.

    `next` is None at the end of the wall, `previous` at its beginning.
    """

    seqs: list[int]
    next: Place | None = None
    previous: Place | None = None
    left: int = 0
    above: int = 0
    # Whether these numbers are true, or only say that there are some.
    counted: bool = True


def page(meant: Meant, sort: str, asked: Asked) -> Page:
    """The places of a page, in the order asked for."""
    found = meant.stretch(sort, PAGE, after=asked.after, before=asked.before)
    if asked.before and found.before == 0:
        # The first page is always a full one, wherever one came from.
        found = meant.stretch(sort, PAGE)
    return Page(
        [place.seq for place in found.places],
        found.places[-1] if found.places and found.after else None,
        found.places[0] if found.places and found.before else None,
        found.after,
        found.before,
        found.counted,
    )
