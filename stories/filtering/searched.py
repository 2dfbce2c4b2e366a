"""The stories that a filter with words in it means: found by the search engine, newest or best.

Numbers are exact up to MOST; where more is found they are of the newest, and say so (“1,000+”).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from pyroaring import BitMap, FrozenBitMap

from staff.naming import Naming
from stories import search
from stories.models import Index
from stories.models.entry import Entry, entries_at
from stories.models.postings import PUBLISHED, UNSURE
from stories.search import Names, Query, Understood
from stories.search.plan import holds

from .alone import WordsAlone
from .fields import Sort
from .marking import Marker
from .meant import (
    MEASURES,
    Condition,
    Level,
    Meant,
    Place,
    Said,
    Stretch,
    downwards,
    upwards,
)

MOST = 1_000
# So many that say the words are gathered for the numbers beside filters, if there are hardly more.
MOST_SAID = 15_000
# Where nobody is named, what is found is read before it is shown; so much of it.
MOST_READ = 500
AT_ONCE = 50
# Of so few that meet all else, each is read for the words.
FEW = 500
# For an order by measure so many are held, as those may be anywhere; but what one story in so many
# says is looked for first where the order begins.
MOST_HELD, OFTEN, MOST_TRIES = 50_000, 60, 2

Step = Callable[[list[Level], Place | None, int], Iterator[Place]]


class Searched(Meant):
    """The published stories in which the words are found, and that meet all other conditions.

    Where naming has just changed, and where nobody is named, a story is read as its readers see it
    before it is found, so that nothing can be found out by searching.
    """

    def __init__(
        self,
        user,
        conditions: Mapping[str, Condition | Said],
        base: Iterable[Condition] = (),
        *,
        naming: Naming,
        index: Index | None = None,
    ) -> None:
        super().__init__(user, conditions, base, index=index)
        self._naming = naming
        search.reaches(self.newest_of_all)
        self._read_once: dict[int, Entry | None] = {}

    def correction(self, names: Names) -> dict[str, str]:
        """Words that may have been meant, where no story says those typed, whatever else it is."""
        if self.seqs or not self._naming.names:
            return {}
        beside = any(isinstance(one, Condition) for one in (*self._base, *self._asked()))
        if beside and (self._alone.all is None or self._alone.all):
            return {}
        return search.correction(self._query(), names)

    @cached_property
    def marker(self) -> Marker:
        """Marks the words in the stories that are found, as they were looked for."""
        looked_for = self._looked_up.stems()
        return Marker(looked_for, looked_for)

    def seqs_without(self, *keys: str) -> BitMap:
        if (held := self._held(*keys)) is not None:
            return held
        floor = self._floor(*keys)
        all_at_once = self._newest(self._query(*keys), None, floor, at_once=MOST + 1)
        return BitMap(islice(all_at_once, MOST + 1))

    def seqs_without_each(self, keys: Iterable[str]) -> dict[str, BitMap]:
        found = {key: self._held(key) for key in keys}
        missing = [key for key, seqs in found.items() if seqs is None]
        if len(missing) > 1 and self._naming.names and not self._in_doubt:
            each = search.newest_each(map(self._query, missing), limit=MOST + 1)
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
            if others <= self._read:
                return others & self._said_in_read
            if self._naming.names and others == self.index.under(PUBLISHED):
                return BitMap(self._alone.newest)
            if self._gathers(others, *keys) and self._alone.all is not None:
                return BitMap((others & self._alone.all)[-(MOST + 1) :])
        return None

    def _gathers(self, others: BitMap, *without: str) -> bool:
        """Whether all places of the words are looked for, to see which of them are among these."""
        if without:
            # Words that are found too often with all that is asked for are so without it too.
            return self.counts_all(self.seqs)
        # The engine looks for a phrase only where all else is met.
        plain = self._naming.names and not self._looked_up.has_phrase()
        return plain and self._alone.are_few_among(others)

    @cached_property
    def _alone(self) -> WordsAlone:
        """Where the words stand, asked once for all that is left out."""
        query = self._words_without()

        def find(most: int, below: int | None) -> BitMap:
            return BitMap(islice(self._newest(query, below, at_once=most), most))

        # What is in doubt is read story by story, and many are not.
        most = MOST_SAID if len(self._in_doubt) <= MOST_READ else MOST
        return WordsAlone(
            find,
            self.index.under(PUBLISHED),
            counted=MOST,
            most=most,
            guesses=self._naming.names,
        )

    @cached_property
    def _read(self) -> BitMap:
        """Places that are read for the words, as all that meet what else is asked for, or all but
        one thing of it, are few."""
        found = BitMap()
        if not self._naming.names:
            return found
        for key in ("", *self.conditions.keys() - self._words_keys):
            others = super().seqs_without(key, *self._words_keys)
            if len(found | others) <= FEW:
                found |= others
        return found

    @cached_property
    def _said_in_read(self) -> BitMap:
        """Those of them that say the words: asked once for all numbers beside the filters."""
        query = self._words_without()
        return BitMap(self._confirmed(query, search.among(self._put(query), self._read)))

    def _words_without(self, *keys: str) -> Understood:
        """What the engine is asked about the words alone."""
        return self._words(one for one in self._asked(*keys) if isinstance(one, Said))

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

    def _newest(
        self, query: Understood, below: int | None, above: int = 0, at_once: int = AT_ONCE
    ) -> Iterator[int]:
        if not self._naming.names:
            at_once = AT_ONCE
        read = 0
        while self._naming.names or read < MOST_READ:
            found = search.newest(self._put(query), limit=at_once, below=below)
            kept = self._confirmed(query, found)
            for seq in found:
                if seq <= above:
                    return
                if seq in kept:
                    yield seq
            if len(found) < at_once:
                return
            # Ever more at once: who asks once more will need many.
            below, read, at_once = found[-1], read + len(found), min(at_once * 4, MOST + 1)

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

    @property
    def _words_keys(self) -> list[str]:
        return [key for key, one in self.conditions.items() if isinstance(one, Said)]

    def _floor(self, *without: str) -> int:
        """The place that all are after, as “new since my last visit” has it; 0 if there is none."""
        asked = (one for one in self._asked(*without) if isinstance(one, Condition))
        return max((one.above or 0 for one in asked), default=0)

    def _query(self, *without: str) -> Understood:
        """What the engine is asked, as if these things had not been asked for."""
        asked = [*self._base, *self._asked(*without)]
        stands = [one for one in asked if isinstance(one, Condition) and one.above is None]
        return self._words(one for one in asked if isinstance(one, Said)).among(
            facets=tuple(one.found(self.index) for one in stands if not one.without),
            without=frozenset().union(*(one.found(self.index) for one in stands if one.without)),
        )

    def _put(self, query: Understood) -> Understood:
        """As the engine is asked, which knows the names that others may read."""
        return query.with_all() if self._leaves_out_after(query) else query

    def _leaves_out_after(self, query: Understood) -> bool:
        """Whether words that may not be said are looked for in what is read: a story that was left
        out for a name in it would tell that the name is there."""
        return not self._naming.names or bool(query.not_parts and self._in_doubt)

    def _words(self, said: Iterable[Said]) -> Understood:
        """The words alone."""
        return self._looked_up.saying(_query_of(said))

    @cached_property
    def _looked_up(self) -> Understood:
        """All words that are asked for, whatever is left out: looked up once."""
        return Understood(_query_of(one for one in self._asked() if isinstance(one, Said)))

    @cached_property
    def _in_doubt(self) -> FrozenBitMap:
        """Stories that may say less to this audience than the engine has read in them."""
        narrowed = f"narrowed:{self._naming.audience}"
        return self.index.under_any([UNSURE, narrowed])

    def _confirmed(self, query: Understood, seqs: Iterable[int]) -> set[int]:
        """Those of the places that are found even if they are read."""
        found = set(seqs)
        doubtful = set(self._in_doubt & BitMap(found)) if self._naming.names else found
        certain = found - doubtful
        if certain and self._leaves_out_after(query):
            certain = search.among(query, certain)
        if not doubtful:
            return certain
        plan = query.plan()
        entries = self._as_read(doubtful)
        return certain | {entry.seq for entry in entries if holds(plan, vars(entry))}

    def _as_read(self, seqs: Iterable[int]) -> list[Entry]:
        """What the stories at these places say to this audience; each is read once."""
        if missing := set(seqs) - self._read_once.keys():
            self._read_once |= dict.fromkeys(missing)
            for entry in entries_at(missing, self._naming):
                if not self._naming.names:
                    entry.people = ""
                self._read_once[entry.seq] = entry
        return [one for seq in seqs if (one := self._read_once[seq])]


def _query_of(said: Iterable[Said]) -> Query:
    said = list(said)
    return Query(
        tuple(part for one in said for part in one.parts),
        tuple(part for one in said for part in one.not_parts),
    )
