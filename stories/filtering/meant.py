"""The stories that a filter means for a reader: a set of places, in any order, page by page.

What is asked for becomes set algebra on the index of the wall (`stories.models.held`); words are
found by the search engine. So a page far down costs what the first one does, and what comes or
goes in the meantime neither shows a story twice nor makes another one vanish.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pyroaring import BitMap

from staff import roles
from stories.models import Index, Story
from stories.models.access import StoryQuerySet
from stories.models.postings import PUBLIC, PUBLISHED
from stories.search import Part

from .days import Span
from .days import facets as facets_of_days
from .fields import Sort

MEASURES: dict[str, str] = {Sort.RETOLD: "retold:", Sort.SALUTED: "saluted:"}
ANY_DAY = Span()
# As far as a bitmap reaches; places are given one by one, so no wall will ever get there.
LAST = 2**32 - 1


@dataclass(frozen=True)
class Condition:
    """Stories that stand under one of these facets at least; `without`, under none of them.

    `span` are days: the facets of the years, months and days in it. `above` are those that come
    after a place, whatever they stand under.
    """

    facets: frozenset[str] = frozenset()
    without: bool = False
    span: Span = ANY_DAY
    above: int | None = None

    def found(self, index: Index) -> frozenset[str]:
        """All facets it speaks of, once it is known of which years there are stories."""
        if not self.span:
            return self.facets
        years = (int(facet.removeprefix("year:")) for facet in index.group("year:"))
        return frozenset(facets_of_days(self.span, years))

    def narrow(self, seqs: BitMap, index: Index) -> BitMap:
        """Those of the places that meet it."""
        if self.above is not None:
            return BitMap(seqs[seqs.rank(_reached(self.above)) :])
        found = index.under_any(self.found(index))
        return seqs - found if self.without else seqs & found


@dataclass(frozen=True)
class Said:
    """Stories that say some words, or do not; for the search engine."""

    parts: tuple[Part, ...] = ()
    not_parts: tuple[Part, ...] = ()


# Places of one measure, or all of them where the order has none.
Level = tuple[int | None, BitMap]


class Place(NamedTuple):
    """Where a story stands in an order: by its measure or tier, if the order has one, then by its
    place in the order of publication."""

    seq: int
    measure: int | None = None

    def __str__(self) -> str:
        return str(self.seq) if self.measure is None else f"{self.measure}.{self.seq}"


@dataclass(frozen=True)
class Stretch:
    """Some places one after the other, and how many stories stand before and after them."""

    places: list[Place]
    before: int = 0
    after: int = 0
    # Whether these numbers are true, or only say that there are some.
    counted: bool = True


class Meant:
    """The published stories that meet all conditions and that this account may read."""

    def __init__(
        self,
        user,
        conditions: Mapping[str, Condition | Said],
        base: Iterable[Condition] = (),
        *,
        index: Index | None = None,
    ) -> None:
        self.index = index or Index()
        self.conditions = dict(conditions)
        self._base = [*_readable(user), *base]
        self._user = user
        asked = (*self._base, *self.conditions.values())
        self.index.expect(
            facet for one in asked if isinstance(one, Condition) for facet in one.facets
        )

    @cached_property
    def seqs(self) -> BitMap:
        """The places of all of them."""
        return self.seqs_without()

    def seqs_without(self, *keys: str) -> BitMap:
        """As if these things had not been asked for."""
        seqs = BitMap(self.index.under(PUBLISHED))
        for condition in (*self._base, *self._asked(*keys)):
            if isinstance(condition, Condition):
                seqs = condition.narrow(seqs, self.index)
        return seqs

    def seqs_without_each(self, keys: Iterable[str]) -> dict[str, BitMap]:
        """The same for each of several things by itself, of which none is left out elsewhere."""
        return {key: self.seqs_without(key) for key in keys}

    def counts_all(self, seqs: BitMap, *without: str) -> bool:
        """Whether these, found `without` some of what is asked, are all, or the newest of more."""
        return True

    def _asked(self, *without: str) -> list[Condition | Said]:
        return [one for key, one in self.conditions.items() if key not in without]

    @property
    def newest_of_all(self) -> int:
        """The newest place of the whole wall; 0 while it is empty."""
        published = self.index.under(PUBLISHED)
        return published.max() if published else 0

    def __len__(self) -> int:
        return len(self.seqs)

    def newest(self, limit: int, *, below: int | None = None, above: int = 0) -> list[int]:
        """The newest places, of those between two others if they are given."""
        seqs = self.seqs
        end = len(seqs) if below is None else standing(seqs, below - 1)
        start = max(standing(seqs, above), end - limit)
        return list(reversed(seqs[start:end])) if start < end else []

    def stories(self, seqs: Iterable[int]) -> StoryQuerySet:
        """The stories at these places, the newest first; asked once more who may read them."""
        readable = Story.objects.published().visible_to(self._user)
        return readable.filter(seq__in=list(seqs)).newest_first()

    def stretch(
        self, sort: str, limit: int, *, after: Place | None = None, before: Place | None = None
    ) -> Stretch:
        """So many places in an order, after one that was reached or right before it."""
        levels = self._levels(sort)
        if before is not None:
            places = list(reversed(list(upwards(levels, before, limit))))
        else:
            places = list(downwards(levels, after, limit))
        if not places:
            above = len(self.seqs) if after is not None else 0
            return Stretch([], before=above, after=0 if before is None else len(self.seqs))
        first = sum(_above(seqs, measure, places[0]) for measure, seqs in levels)
        return Stretch(places, first, len(self.seqs) - first - len(places))

    def _levels(self, sort: str) -> list[Level]:
        """The places in groups of one measure each, the highest first."""
        return self._levels_of(sort, self.seqs)

    def _levels_of(self, sort: str, rest: BitMap) -> list[Level]:
        if sort not in MEASURES:
            return [(None, rest)]
        prefix = MEASURES[sort]
        held = self.index.group(prefix)
        by_measure = {int(facet.removeprefix(prefix)): seqs for facet, seqs in held.items()}
        levels: list[Level] = []
        for measure in sorted(by_measure, reverse=True):
            if found := rest & by_measure[measure]:
                levels.append((measure, found))
                rest = rest - found
        return [*levels, (0, rest)]


def _readable(user) -> list[Condition]:
    """The twin of `StoryQuerySet.visible_to`, for what is published."""
    return [] if roles.is_staff(user) else [Condition(frozenset({PUBLIC}))]


def _reached(seq: int) -> int:
    return min(max(seq, 0), LAST)


def standing(seqs: BitMap, seq: int) -> int:
    """How many of the places are not after this one."""
    return seqs.rank(_reached(seq)) if seq >= 0 else 0


def _above(seqs: BitMap, measure: int | None, place: Place) -> int:
    """How many of a level stand before a place."""
    if measure == place.measure:
        return len(seqs) - standing(seqs, place.seq)
    return len(seqs) if (measure or 0) > (place.measure or 0) else 0


def downwards(levels: list[Level], after: Place | None, limit: int) -> Iterator[Place]:
    """So many places after one, or from the beginning."""
    for measure, seqs in levels:
        end = len(seqs)
        if after is not None:
            if measure == after.measure:
                end = standing(seqs, after.seq - 1)
            elif (measure or 0) > (after.measure or 0):
                continue
        start = max(0, end - limit)
        yield from (Place(seq, measure) for seq in reversed(seqs[start:end]))
        limit -= end - start
        if limit <= 0:
            return


def upwards(levels: list[Level], before: Place | None, limit: int) -> Iterator[Place]:
    """So many places right before one, or from the end, the nearest first."""
    for measure, seqs in reversed(levels):
        start = 0
        if before is not None:
            if measure == before.measure:
                start = standing(seqs, before.seq)
            elif (measure or 0) < (before.measure or 0):
                continue
        end = min(start + limit, len(seqs))
        yield from (Place(seq, measure) for seq in seqs[start:end])
        limit -= end - start
        if limit <= 0:
            return
