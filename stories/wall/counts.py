"""How many stories stand behind each filter: exact, however many there are.

Every number is the size of a set that the index of the wall has, or of what two sets share. Only
where words are searched for, and found more often than is counted, it says so (“1,000+”).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import get_language
from pyroaring import BitMap

from stories.filtering.asked import CHOSEN, SWITCHES
from stories.filtering.meant import Meant


@lru_cache(maxsize=4096)
def _said(number: int, language: str | None) -> str:
    """As it is written in the language that is spoken now; most are said again and again."""
    return intcomma(number)


@dataclass(frozen=True)
class Tally:
    """A number of stories; `more` if there may be more than were counted."""

    number: int
    more: bool = False

    def __str__(self) -> str:
        return f"{_said(self.number, get_language())}{'+' if self.more else ''}"

    def __bool__(self) -> bool:
        return self.number > 0 or self.more


class Counts:
    """How many of the stories meant stand under whatever else could be asked for."""

    def __init__(self, meant: Meant) -> None:
        self.meant = meant
        self._without: dict[str, BitMap] = {}

    @property
    def total(self) -> Tally:
        return self._tally(self.meant.seqs)

    def trait(self, trait) -> Tally:
        # Of a trait that is left out, as if it were not.
        return self._shared(self._seqs_without(f"trait:-{trait.slug}"), [f"trait:{trait.pk}"])

    def team(self, team_ids: Iterable[int]) -> Tally:
        """Of a team and those below it, by their ids."""
        return self._shared(self.meant.seqs, [f"team:{pk}" for pk in team_ids])

    def without(self, key: str) -> Tally:
        """As if one thing had not been asked for."""
        return self._tally(self._seqs_without(key, self.meant.conditions), key)

    def fact(self, name: str, value: str) -> Tally:
        """With this value of served, setting … in place of the one that was chosen."""
        if name in SWITCHES:
            # There is but one value: what stands there with it was found, if it was asked for.
            return self._shared(self.meant.seqs, [name])
        return self._shared(self._seqs_without(name), [f"{name}:{value}"])

    @cached_property
    def years(self) -> dict[str, Tally]:
        """The years of the stories, the latest first."""
        return self._periods("year:")

    def months(self, year: str) -> dict[str, Tally]:
        """The months of a year in which there are stories, the latest first."""
        return self._periods(f"month:{year}-")

    def _periods(self, prefix: str) -> dict[str, Tally]:
        seqs = self.meant.seqs
        held = self.meant.index.group(prefix.partition(":")[0] + ":")
        shared = {
            facet.partition(":")[2]: self._shared(seqs, [facet])
            for facet in held
            if facet.startswith(prefix)
        }
        return {period: shared[period] for period in sorted(shared, reverse=True) if shared[period]}

    def _seqs_without(self, key: str, wanted: Iterable[str] = ()) -> BitMap:
        """As if one thing had not been asked for; whatever else is wanted so is found with it."""
        asked = self.meant.conditions
        if key not in asked:
            return self.meant.seqs
        if key not in self._without:
            # The filters tell it of each fact that was chosen and each trait that was left out.
            wanted = wanted or [one for one in asked if one in CHOSEN or one.startswith("trait:-")]
            missing = {key, *wanted} - self._without.keys()
            self._without |= self.meant.seqs_without_each(missing)
        return self._without[key]

    def _shared(self, seqs: BitMap, facets: list[str]) -> Tally:
        index = self.meant.index
        found = index.under(facets[0]) if len(facets) == 1 else index.under_any(facets)
        number = seqs.intersection_cardinality(found)
        if self.meant.counts_all(seqs):
            return Tally(number)
        # Where all that was counted stands there, it is as many as are said to be found.
        return Tally(min(number, len(seqs) - 1), more=True)

    def _tally(self, seqs: BitMap, *without: str) -> Tally:
        """All of them, or as many as are counted of what words are found in."""
        if self.meant.counts_all(seqs, *without):
            return Tally(len(seqs))
        return Tally(len(seqs) - 1, more=True)
