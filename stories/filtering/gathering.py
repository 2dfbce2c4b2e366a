"""Places of words that are gathered once, for a page and for all the numbers beside its filters."""

from __future__ import annotations

from functools import cached_property
from itertools import islice

from django.db import connection
from pyroaring import BitMap

from stories.models.postings import PUBLISHED

from .alone import WordsAlone
from .asked import CHOSEN
from .gathered import KEPT, Ahead
from .meant import Condition, Meant
from .sought import MOST, MOST_READ, Sought

# So many that say the words are gathered for the numbers beside filters, if there are hardly more.
# PostgreSQL looks up the row of each.
MOST_SAID = {"sqlite": 15_000, "postgresql": 1_500}
# No group of facets, but the words alone: how long a row of theirs takes beside one of a group.
ALL: frozenset[str] = frozenset()
OF_A_ROW = 8


class Gathering(Sought):
    """The side of a search that asks the engine for as little as it can, and only once."""

    @cached_property
    def _alone(self) -> WordsAlone:
        """Where the words stand, asked once for all that is left out."""
        query = self._words_without()

        def find(most: int, below: int | None, share: float) -> BitMap:
            found = self._newest(query, below, at_once=most, share=share)
            return BitMap(islice(found, most))

        # What is in doubt is read story by story, and many are not.
        most = MOST_SAID[connection.vendor] if len(self._in_doubt) <= MOST_READ else MOST
        return WordsAlone(
            find,
            self.index.under(PUBLISHED),
            counted=MOST,
            most=most,
            guesses=self._naming.names,
        )

    def _gathers_newest(self, others: BitMap) -> bool:
        """Whether the places of the words are gathered from the newest down, to see which of them
        are among these: where none of these is read first, and a row costs next to nothing."""
        listed = connection.vendor == "sqlite" and self._naming.names
        return listed and not self._in_doubt & others

    def _newest_said_among(self, others: BitMap, *without: str) -> BitMap:
        """Where the words are said among others, of what the engine finds under one group of facets
        alone: to go through the list of each other facet as well takes it longer than to go through
        more rows takes us."""
        group = self._beside(*without)
        query = self._words_without(*without).among(facets=(group,) if group else ())

        def find(most: int, below: int | None = None, above: int | None = None) -> list[int]:
            return self._found(query, most, below=below, above=above)

        gathered = KEPT.at(self.index.version, query.query)
        beside = self.index.under_any(group or [PUBLISHED])
        return gathered.newest_among(others, MOST + 1, beside, find, self._ahead(others))

    def _ahead(self, others: BitMap) -> Ahead:
        """How far these reach, and those that the page or a number is of."""
        each = [seqs for seqs in (others, *self._of_page_and_numbers) if seqs]
        first, last = min(seqs.min() for seqs in each), max(seqs.max() for seqs in each)
        return Ahead(first, last, self._likely_among(others))

    @cached_property
    def _of_page_and_numbers(self) -> list[BitMap]:
        """Places that meet all else that is asked for, and so for each fact without it."""
        return [self._others(key) for key in ("", *(self.conditions.keys() & CHOSEN.keys()))]

    def _beside(self, *without: str) -> frozenset[str]:
        """The group of facets under which the words are asked for."""
        groups = self._groups(*without)
        if self._apart and self._apart not in without:
            return groups[self._apart]
        # What else is left out is left out of one number alone.
        apart = self._apart or (without and not CHOSEN.keys() & without)
        kept = groups.keys() if apart else groups.keys() - CHOSEN.keys()
        return min((groups[key] for key in kept), key=self._weight)

    @cached_property
    def _apart(self) -> str:
        """The fact under which the page is asked for, so that the number without it is asked apart;
        '' where it is less to ask once under what no number leaves out."""
        groups = self._groups()
        chosen = groups.keys() & CHOSEN.keys()
        if not chosen:
            return ""
        least = min(sorted(chosen), key=lambda key: self._weight(groups[key]))
        steady = min(self._weight(groups[key]) for key in groups.keys() - chosen)
        rest = min(self._weight(groups[key]) for key in groups.keys() - {least})
        page, number = self._portion(), self._portion(least)
        both = self._weight(groups[least]) * page + rest * number
        return least if both < steady * page else ""

    def _groups(self, *without: str) -> dict[str, frozenset[str]]:
        """For each thing asked for the facets of which a story has to stand under one, and ALL."""
        asked = {f"base {number}": one for number, one in enumerate(self._base)} | self.conditions
        return {"": ALL} | {
            key: one.found(self.index)
            for key, one in asked.items()
            if key not in without and isinstance(one, Condition)
            if one.above is None and not one.without
        }

    def _weight(self, group: frozenset[str]) -> float:
        """How long it takes the engine to go through a group of facets, beside others."""
        # Where there are several lists, it looks at the head of each for every story.
        if group:
            return len(self.index.under_any(group)) * (5 + len(group))
        # Of several words it goes through the lists of all, however few stories say them together.
        known = self._are_plain and len(self._looked_up.parts) == 1
        return OF_A_ROW * (self._alone.likely if known else self._published)

    def _portion(self, *without: str) -> float:
        """How much of a list is gone through until as many are found as are counted."""
        likely = self._likely_among(self._others(*without))
        return min(1.0, MOST / likely) if likely else 1.0

    def _others(self, *without: str) -> BitMap:
        """Places that meet all else that is asked for, whatever is said there."""
        return Meant.seqs_without(self, *without, *self._words_keys)

    def _likely_among(self, others: BitMap) -> float:
        """How many of these are likely to say the words; 0 if nobody knows."""
        return self._alone.likely * len(others) / self._published if self._are_plain else 0.0
