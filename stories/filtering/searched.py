"""The stories that a filter with words in it means: found by the search engine, newest or best.

Numbers are exact up to MOST; where more is found they are of the newest, and say so (“1,000+”).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import combinations, islice

from django.db import connection
from pyroaring import BitMap

from stories import search
from stories.models.postings import PUBLISHED
from stories.search import Names, Understood

from .asked import CHOSEN
from .fields import Sort
from .gathering import Gathering
from .marking import Marker
from .meant import MEASURES, Condition, Level, Place, Said, Stretch, downwards, upwards
from .sought import AT_ONCE, MOST, MOST_READ
from .words import beginnings_withheld

# So many of those that meet all filters but one are gathered for the numbers beside them.
MOST_NEAR = {"sqlite": 3_000, "postgresql": 1_500}
# Of so few that meet all else, each is read for the words; where those are more than a handful,
# unless so few say the words that it is less to gather them.
FEW, HANDFUL = 500, 100
SELDOM = {"sqlite": 3_000, "postgresql": 800}
# For an order by measure so many are held, as those may be anywhere; but what one story in so many
# says is looked for first where the order begins.
MOST_HELD, OFTEN, MOST_TRIES = 50_000, 60, 2

Step = Callable[[list[Level], Place | None, int], Iterator[Place]]


class Searched(Gathering):
    """The published stories in which the words are found, and that meet all other conditions."""

    def correction(self, names: Names) -> dict[str, str]:
        """Words that may have been meant, where no story says those typed, whatever else it is."""
        if self.seqs or not self._naming.names:
            return {}
        beside = any(isinstance(one, Condition) for one in (*self._base, *self._asked()))
        if beside and (self._alone.all is None or self._alone.all):
            return {}
        if not (meant := search.correction(self._query(), names)):
            return {}
        # The index may say what nobody is told any more.
        withheld = beginnings_withheld(self._naming)
        return {} if any(word.startswith(withheld) for word in meant.values()) else meant

    @cached_property
    def marker(self) -> Marker:
        """Marks the words in the stories that are found, as they were looked for."""
        looked_for = self._looked_up.stems()
        return Marker(looked_for, looked_for)

    def seqs_without(self, *keys: str) -> BitMap:
        if (held := self._held(*keys)) is not None:
            return held
        floor = self._floor(*keys)
        query, (below, share) = self._query(*keys), self._reach_of(*keys)
        all_at_once = self._newest(query, below, floor, at_once=MOST + 1, share=share)
        return BitMap(islice(all_at_once, MOST + 1))

    def seqs_without_each(self, keys: Iterable[str]) -> dict[str, BitMap]:
        found = {key: self._held(key) for key in keys}
        missing = [key for key, seqs in found.items() if seqs is None]
        if len(missing) > 1 and self._naming.names and not self._in_doubt:
            queries = [(self._query(key), *self._reach_of(key)) for key in missing]
            each = search.newest_each(queries, limit=MOST + 1)
            for key, seqs in zip(missing, each, strict=True):
                floor = self._floor(key)
                found[key] = BitMap(seq for seq in seqs if seq > floor)
        return {
            key: self.seqs_without(key) if seqs is None else seqs for key, seqs in found.items()
        }

    def _held(self, *keys: str) -> BitMap | None:
        """As `seqs_without`, where that is known without asking the engine once more."""
        if not any(isinstance(one, Said) for one in self._asked(*keys)):
            return super().seqs_without(*keys)
        if not set(keys).intersection(self._words_keys):
            others = super().seqs_without(*keys)
            if self._naming.names and others == self.index.under(PUBLISHED):
                return BitMap(self._alone.newest)
            if (said := self._all_said_among(others, *keys)) is not None:
                return BitMap((others & said)[-(MOST + 1) :])
            if self._gathers_newest(others):
                return self._newest_said_among(others, *keys)
        return None

    def _all_said_among(self, others: BitMap, *without: str) -> BitMap | None:
        """Places at which the words are said, all of these among them; None where that would take
        longer than to ask for the newest of these."""
        if others <= self._read:
            seldom = len(self._read) > HANDFUL and self._are_seldom
            return self._alone.all if seldom else self._said_in_read
        if self._are_seldom:
            return self._alone.all
        if self._gathers_newest(others):
            return None
        near, said = self._near
        if others <= near:
            return said
        return self._alone.all if self._gathers(others, *without) else None

    @cached_property
    def _are_seldom(self) -> bool:
        """Whether so few stories say the words that all of them are gathered in no time."""
        few = self._are_plain and self._alone.likely <= SELDOM[connection.vendor]
        return few and self._alone.all is not None

    @cached_property
    def _near(self) -> tuple[BitMap, BitMap | None]:
        """Places that meet all else that is asked for but one fact at most, and those of them that
        say the words: asked once for the page and the numbers beside it. Nothing where they are
        many."""
        facts = {
            key: one
            for key, one in self.conditions.items()
            if key in CHOSEN and isinstance(one, Condition) and one.above is None
        }
        near = BitMap()
        if facts and self._are_plain and len(self._in_doubt) <= MOST_READ:
            near = BitMap.union(
                *(super(Searched, self).seqs_without(key, *self._words_keys) for key in facts)
            )
        most = MOST_NEAR[connection.vendor]
        if not near or self._alone.likely * len(near) / self._published > most:
            return BitMap(), None
        rest = self._query(*facts)
        # Of any two facts one at least is met.
        pairs = (one.facets | other.facets for one, other in combinations(facts.values(), 2))
        query = rest.among((*rest.query.facets, *pairs), rest.query.without)
        below, share = self._reach(near)
        found = self._newest(query, below, self._floor(*facts), at_once=2 * most, share=share)
        said = BitMap(islice(found, 2 * most))
        return (near, said) if len(said) < 2 * most else (BitMap(), None)

    def _reach_of(self, *without: str) -> tuple[int | None, float]:
        """Where what meets the rest begins, as if these things had not been asked for, and about
        how many of the stories from there on are found; 1 if nobody knows."""
        below, share = self._reach(super().seqs_without(*without, *self._words_keys))
        are_known = self._are_plain and not set(without).intersection(self._words_keys)
        return below, share if are_known else 1.0

    def _reach(self, others: BitMap) -> tuple[int | None, float]:
        """The same of those among others, which may stand together, as those of a year do."""
        if not others:
            return None, 1.0
        first, last = others.min(), others.max()
        said = self._alone.likely / self._published if self._are_plain else 1.0
        return last + 1, said * len(others) / (last + 1 - first)

    def _gathers(self, others: BitMap, *without: str) -> bool:
        """Whether all places of the words are looked for, to see which of them are among these."""
        if without:
            # Words that are found too often with all that is asked for are so without it too.
            return self.counts_all(self.seqs)
        return self._are_plain and self._alone.are_few_among(others)

    @cached_property
    def _read(self) -> BitMap:
        """Places that are read for the words, as all that meet what else is asked for, or all but
        one thing of it, are few."""
        found = BitMap()
        if not self._naming.names:
            return found
        asked = self.conditions.keys() - self._words_keys
        for key in ("", *sorted(asked, key=lambda key: (key not in CHOSEN, key))):
            others = super().seqs_without(key, *self._words_keys)
            if len(found | others) <= FEW:
                found |= others
        return found

    @cached_property
    def _said_in_read(self) -> BitMap:
        """Those of them that say the words: asked once for all numbers beside the filters."""
        query = self._words_without()
        return BitMap(self._confirmed(query, search.among(self._put(query), self._read)))

    def counts_all(self, seqs: BitMap, *without: str) -> bool:
        # Where no words are left to be searched for, all that is there is counted.
        words = any(isinstance(one, Said) for one in self._asked(*without))
        return len(seqs) <= MOST or not words

    def newest(self, limit: int, *, below: int | None = None, above: int = 0) -> list[int]:
        found = self._newest(self._query(), below, max(above, self._floor()))
        return list(islice(found, limit))

    def stretch(
        self, sort: str, limit: int, *, after: Place | None = None, before: Place | None = None
    ) -> Stretch:
        if self.counts_all(self.seqs) and sort != Sort.RELEVANCE:
            return super().stretch(sort, limit, after=after, before=before)
        if before is not None:
            places = self._upwards(sort, before, limit + 1)
            more_above = len(places) > limit
            places = places[-limit:]
            return Stretch(places, int(more_above), 1, counted=False)
        places = list(islice(self._downwards(sort, after), limit + 1))
        return Stretch(
            places[:limit], int(after is not None), int(len(places) > limit), counted=False
        )

    def _downwards(self, sort: str, after: Place | None) -> Iterator[Place]:
        query = self._query()
        if sort == Sort.RELEVANCE:
            yield from self._best(query, after)
        elif sort in MEASURES:
            yield from self._by_measure(query, sort, downwards, after)
        else:
            # The newest were found for the counts already.
            below = after.seq if after else None
            found = [seq for seq in reversed(self.seqs) if below is None or seq < below]
            yield from map(Place, found)
            for seq in self._newest(query, found[-1] if found else below, self._floor()):
                yield Place(seq)

    def _upwards(self, sort: str, before: Place, limit: int) -> list[Place]:
        """Right before a place; what is read before it is found may leave some out, and then those
        further up are asked for, as there may be more."""
        query = self._query()
        if sort in MEASURES:
            return list(islice(self._by_measure(query, sort, upwards, before), limit))[::-1]
        kept: list[Place] = []
        read = 0
        while self._naming.names or read < MOST_READ:
            batch = self._right_above(query, sort, before, limit)
            found = self._confirmed(query, [place.seq for place in batch])
            kept = [*(place for place in batch if place.seq in found), *kept]
            if len(batch) < limit or len(kept) >= limit:
                break
            before, read = batch[0], read + len(batch)
        return kept[-limit:]

    def _right_above(self, query: Understood, sort: str, before: Place, limit: int) -> list[Place]:
        """What the engine finds right before a place, in its order."""
        if sort == Sort.RELEVANCE:
            at = (before.measure or 0, before.seq)
            best = search.best(self._put(query), limit=limit, before=at)
            return [Place(seq, tier) for tier, seq in best]
        return list(map(Place, search.newest(self._put(query), limit=limit, above=before.seq)))

    def _best(self, query: Understood, after: Place | None) -> Iterator[Place]:
        at, read = ((after.measure or 0, after.seq) if after else None), 0
        floor = self._floor()
        while self._naming.names or read < MOST_READ:
            found = search.best(self._put(query), limit=AT_ONCE, after=at)
            kept = self._confirmed(query, [seq for _tier, seq in found])
            yield from (Place(seq, tier) for tier, seq in found if seq in kept and seq > floor)
            if len(found) < AT_ONCE:
                return
            tier, seq = found[-1]
            # Below the floor nothing of this tier comes any more.
            at, read = (tier, seq if seq > floor else 0), read + len(found)

    def _by_measure(
        self, query: Understood, sort: str, step: Step, at: Place | None
    ) -> Iterator[Place]:
        """By level, those of each that are found, downwards or upwards from a place on."""
        others = super().seqs_without(*self._words_keys)
        one_in = 1 + (len(others) - others.rank(self.seqs[0])) // len(self.seqs)
        tries = MOST_TRIES if self._naming.names and one_in <= OFTEN else 0
        levels, at_once = self._levels_of(sort, others), min(AT_ONCE * one_in, 2 * MOST)
        while tries or self._all is None:
            batch = list(step(levels, at, at_once))
            found = search.among(self._put(query), [place.seq for place in batch])
            found = self._confirmed(query, found)
            yield from (place for place in batch if place.seq in found)
            if len(batch) < at_once:
                return
            at, at_once, tries = batch[-1], MOST, max(tries - 1, 0)
        yield from step(self._levels_of(sort, self._all), at, len(self._all))

    @cached_property
    def _all(self) -> BitMap | None:
        """All places that are found; None where they are too many to be held."""
        query, most = self._query(), MOST_HELD if self._naming.names else MOST_READ
        found = search.newest(self._put(query), limit=most + 1)
        if len(found) > most and self._naming.names:
            return None
        others = super().seqs_without(*self._words_keys)
        return BitMap(self._confirmed(query, found[:most])) & others
