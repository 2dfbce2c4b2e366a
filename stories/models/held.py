"""The index of the wall as a process holds it: read once, and after that only what has changed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection, models
from pyroaring import BitMap, FrozenBitMap

from staff.models import Credit

from .postings import BLOCK, Posting, Version, WallVersion

PERSON, TELLER = "person:", "teller:"
EMPTY = FrozenBitMap()


class Held:
    """The bitmaps of the facets that were asked for, as of a version of the wall.

    Threads share one; a bitmap is replaced, never changed, so whoever has one may keep it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._as_of = Version("", -1)
        self._facets: dict[str, FrozenBitMap] = {}
        # Groups of facets, such as all “retold:”, that are held whole.
        self._groups: set[str] = set()

    def facets(self, names: Iterable[str], version: Version) -> dict[str, FrozenBitMap]:
        """What stands under each of the facets, at this version or a little after it."""
        with self._lock:
            self._catch_up(version)
            if missing := set(names) - self._facets.keys():
                found = _read(Posting.objects.filter(facet__in=missing))
                self._facets |= {name: found.get(name, EMPTY) for name in missing}
            return {name: self._facets[name] for name in names}

    def group(self, prefix: str, version: Version) -> dict[str, FrozenBitMap]:
        """All facets that begin with a prefix such as “retold:” and have anything under them."""
        with self._lock:
            self._catch_up(version)
            if prefix not in self._groups:
                self._facets |= _read(Posting.objects.filter(facet__startswith=prefix))
                self._groups.add(prefix)
            return {
                name: seqs
                for name, seqs in self._facets.items()
                if name.startswith(prefix) and seqs
            }

    def _catch_up(self, version: Version) -> None:
        if version == self._as_of:
            return
        if version.era != self._as_of.era:
            self._facets, self._groups = {}, set()
        elif version.number > self._as_of.number:
            self._take(Posting.objects.filter(version__gt=self._as_of.number))
        else:
            # Another thread was there first, with what is newer.
            return
        self._as_of = version

    def _take(self, changed) -> None:
        rows = changed.values_list("facet", "block", "seqs")
        for facet, block, seqs in rows:
            if facet in self._facets or any(map(facet.startswith, self._groups)):
                others = BitMap(self._facets.get(facet, EMPTY))
                others -= BitMap(range(block * BLOCK, (block + 1) * BLOCK))
                self._facets[facet] = FrozenBitMap(others | BitMap.deserialize(bytes(seqs)))


def _read(postings) -> dict[str, FrozenBitMap]:
    blocks = defaultdict(list)
    for facet, seqs in postings.values_list("facet", "seqs"):
        blocks[facet].append(BitMap.deserialize(bytes(seqs)))
    return {facet: FrozenBitMap(BitMap.union(*found)) for facet, found in blocks.items()}


OF_THE_PROCESS = Held()


class Index:
    """The index of the wall for one request: what stands under each facet.

    Asks for the wall's version once. Inside of a transaction, which may see what nobody else sees
    and what may never come to be, nothing is shared with other requests.
    """

    def __init__(self, version: Version | None = None) -> None:
        self.version = version or WallVersion.current()
        self._held = Held() if connection.in_atomic_block else OF_THE_PROCESS
        self._known: dict[str, FrozenBitMap] = {}

    def under(self, facet: str) -> FrozenBitMap:
        return self.all_under([facet])[facet]

    def all_under(self, facets: Iterable[str]) -> dict[str, FrozenBitMap]:
        """What stands under each of these facets, in one question for all that is not known."""
        facets = list(facets)
        missing = [facet for facet in facets if facet not in self._known]
        people = [facet for facet in missing if facet.startswith((PERSON, TELLER))]
        self._known |= {facet: _of_person(facet) for facet in people}
        if kept := [facet for facet in missing if facet not in self._known]:
            self._known |= self._held.facets(kept, self.version)
        return {facet: self._known[facet] for facet in facets}

    def under_any(self, facets: Iterable[str]) -> BitMap:
        """What stands under at least one of these facets, such as a team and those below it."""
        return BitMap.union(BitMap(), *self.all_under(facets).values())

    def group(self, prefix: str) -> dict[str, FrozenBitMap]:
        """All facets that begin with a prefix such as “retold:” and have anything under them."""
        return self._held.group(prefix, self.version)


def _of_person(facet: str) -> FrozenBitMap:
    """People are too many for bitmaps of their own, and their stories few: an index has them."""
    # Imported late: stories are built on their index.
    from .story import Story

    kind, _colon, pk = facet.partition(":")
    theirs: models.QuerySet = (
        Credit.objects.filter(employee=int(pk))
        if kind + ":" == PERSON
        else Story.objects.filter(teller=int(pk))
    )
    places = theirs.filter(seq__isnull=False).order_by().values_list("seq", flat=True)
    return FrozenBitMap(places)
