"""The places that the words of a search are found at, whatever else is asked for with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from pyroaring import BitMap, FrozenBitMap

# How many stories say the words is guessed from so many.
SAMPLE = 100


class WordsAlone:
    """Looked for as far as somebody needs to know: the newest of them, about how many, or all.

    `find` answers with the newest so many below a place, of words that about such a share of the
    stories say; `counted` are told apart from more, and more than `most` are not gathered.
    `guesses` is false where each is read before it is found.
    """

    def __init__(
        self,
        find: Callable[[int, int | None, float], BitMap],
        published: FrozenBitMap,
        *,
        counted: int,
        most: int,
        guesses: bool,
    ) -> None:
        self._find, self._published = find, published
        self._counted, self._most, self._guesses = counted, most, guesses

    @cached_property
    def newest(self) -> BitMap:
        """As many as are counted, and one more."""
        return self._find(self._counted + 1, None, 1.0)

    @cached_property
    def likely(self) -> float:
        """How many there are likely to be; where they are few, as many as there are."""
        if len(self._sample) <= SAMPLE:
            return len(self._sample)
        looked_through = len(self._published) - self._published.rank(self._sample[0]) + 1
        return len(self._sample) * len(self._published) / max(looked_through, 1)

    @cached_property
    def all(self) -> BitMap | None:
        """All of them; None where they are too many."""
        if not self._guesses:
            return self.newest if len(self.newest) <= self._counted else None
        if len(self._sample) <= SAMPLE:
            return self._sample
        if self.likely > self._most:
            return None
        share = self.likely / max(len(self._published), 1)
        older = self._find(self._most + 1 - len(self._sample), self._sample[0], share)
        found = self._sample | older
        return found if len(found) <= self._most else None

    def are_few_among(self, others: BitMap) -> bool:
        """Whether those that stand among these are likely to be counted to the last.

        Then to gather them all is no more work than to look for those that stand there.
        """
        if "all" in vars(self):
            return True
        shared = len(others) / max(len(self._published), 1)
        return self.likely * shared <= self._counted

    @cached_property
    def _sample(self) -> BitMap:
        return self._find(SAMPLE + 1, None, 1.0)
