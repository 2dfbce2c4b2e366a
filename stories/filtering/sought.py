"""Words that are sought among the stories that meet a filter: what the search engine is asked, and
which of what it finds may be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pyroaring import BitMap, FrozenBitMap

from staff.naming import Naming
from stories import search
from stories.models import Index
from stories.models.entry import Entry, entries_at
from stories.models.postings import PUBLISHED, UNSURE
from stories.search import Query, Understood
from stories.search.plan import holds

from .meant import Condition, Meant, Said, standing

MOST = 1_000
# Where nobody is named, what is found is read before it is shown; so much of it.
MOST_READ = 500
AT_ONCE = 50


class Sought(Meant):
    """The side of a search that faces the engine.

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

    def _newest(
        self,
        query: Understood,
        below: int | None,
        above: int = 0,
        *,
        at_once: int = AT_ONCE,
        share: float = 1.0,
    ) -> Iterator[int]:
        if not self._naming.names:
            at_once = AT_ONCE
        read = 0
        while self._naming.names or read < MOST_READ:
            found = self._found(self._put(query), at_once, below=below, share=share)
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

    def _found(
        self,
        query: Understood,
        limit: int,
        *,
        below: int | None = None,
        above: int | None = None,
        share: float = 1.0,
    ) -> list[int]:
        """The newest places that are found, or those right above one. Those of the traits and teams
        whose names have the words in them are known: to look for each of many teams beside the
        words takes the engine longer than the words."""
        named = self._named(query)
        words = query.by_words() if named else query
        found = search.newest(words, limit=limit, below=below, above=above, share=share)
        if not named:
            return found
        first = 0 if above is None else standing(named, above)
        last = len(named) if below is None else standing(named, below - 1)
        both = BitMap(found).union(named[first:last])
        return [*reversed(both[:limit] if above is not None else both[-limit:])]

    def _named(self, query: Understood) -> BitMap:
        """Places that are found by the name of a trait or a team alone; none where the words are
        not all that has to be said there."""
        asked = query.query
        if len(asked.parts) != 1 or asked.not_parts or not asked.parts[0].or_facets:
            return BitMap()
        found = BitMap(self.index.under_any(sorted(asked.parts[0].or_facets)))
        for group in asked.facets:
            found &= self.index.under_any(group)
        return found - self.index.under_any(asked.without)

    def _query(self, *without: str) -> Understood:
        """What the engine is asked, as if these things had not been asked for."""
        asked = [*self._base, *self._asked(*without)]
        stands = [one for one in asked if isinstance(one, Condition) and one.above is None]
        return self._words(one for one in asked if isinstance(one, Said)).among(
            facets=tuple(one.found(self.index) for one in stands if not one.without),
            without=frozenset().union(*(one.found(self.index) for one in stands if one.without)),
        )

    def _floor(self, *without: str) -> int:
        """The place that all are after, as “new since my last visit” has it; 0 if there is none."""
        asked = (one for one in self._asked(*without) if isinstance(one, Condition))
        return max((one.above or 0 for one in asked), default=0)

    def _words_without(self, *keys: str) -> Understood:
        """What the engine is asked about the words alone."""
        return self._words(one for one in self._asked(*keys) if isinstance(one, Said))

    def _words(self, said: Iterable[Said]) -> Understood:
        """The words alone."""
        return self._looked_up.saying(_query_of(said))

    @cached_property
    def _looked_up(self) -> Understood:
        """All words that are asked for, whatever is left out: looked up once."""
        return Understood(_query_of(one for one in self._asked() if isinstance(one, Said)))

    @property
    def _words_keys(self) -> list[str]:
        return [key for key, one in self.conditions.items() if isinstance(one, Said)]

    @cached_property
    def _are_plain(self) -> bool:
        """Whether the engine finds the words as they stand, and quickly by themselves: a phrase it
        looks for only where all else is met."""
        return self._naming.names and not self._looked_up.has_phrase()

    @property
    def _published(self) -> int:
        return max(len(self.index.under(PUBLISHED)), 1)

    def _put(self, query: Understood) -> Understood:
        """As the engine is asked, which knows the names that others may read."""
        return query.with_all() if self._leaves_out_after(query) else query

    def _leaves_out_after(self, query: Understood) -> bool:
        """Whether words that may not be said are looked for in what is read: a story that was left
        out for a name in it would tell that the name is there."""
        return not self._naming.names or bool(query.not_parts and self._in_doubt)

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
