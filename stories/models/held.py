"""The index of the wall as a process holds it: read once, and after that only what has changed."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from django.db import connection, models
from django.db.models import Q, QuerySet
from pyroaring import BitMap, FrozenBitMap

from retold.memory import give_back_what_is_free
from retold.together import together
from staff.models import Credit

from .facets import CREDITS, OF_PEOPLE, TELLER
from .postings import BLOCK, Posting, Version, WallVersion

EMPTY = FrozenBitMap()
What = TypeVar("What")
# In seconds: no question of a page takes longer, see DATABASE_SECONDS in the README.
MOST_WAITED = 30
# Many facets that few pages ask for.
SELDOM = ("day:", "retold:", "saluted:")
# Sets that were put together of several, an eighth of a megabyte each at a million stories.
MOST_UNIONS = 16


class Held:
    """The bitmaps of all facets, as of a version of the wall.

    Threads share one; a bitmap is replaced, never changed, so whoever has one may keep it. Facets
    that are many and seldom asked for, as days are, are read when somebody asks for one.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reading_all = threading.Lock()
        self._as_of = Version("", -1)
        self._facets: dict[str, FrozenBitMap] = {}
        # Groups of facets, such as all “retold:”, that are held whole.
        self._groups: set[str] = set()
        # What stands under any of some facets, as of a team and those below it, at this version.
        self._unions: dict[tuple[str, ...], FrozenBitMap] = {}

    def facets(self, names: Iterable[str], version: Version) -> dict[str, FrozenBitMap]:
        """What stands under each of the facets, at this version or a little after it."""
        with self._lock:
            self._catch_up(version)
            return self._under(list(names))

    def union(self, names: tuple[str, ...], version: Version) -> FrozenBitMap:
        """What stands under any of the facets: put together once, as a page asks for the same sets
        as the page before."""
        with self._lock:
            self._catch_up(version)
            if names not in self._unions:
                if len(self._unions) >= MOST_UNIONS:
                    self._unions.clear()
                each = self._under(names)
                self._unions[names] = FrozenBitMap(BitMap.union(BitMap(), *each.values()))
            return self._unions[names]

    def group(self, prefix: str, version: Version) -> dict[str, FrozenBitMap]:
        """All facets that begin with a prefix such as “retold:” and have anything under them."""
        with self._lock:
            self._catch_up(version)
            if prefix.startswith(SELDOM) and prefix not in self._groups:
                self._facets |= _read(Posting.objects.filter(_numbered(prefix)))
                self._groups.add(prefix)
            return {
                name: seqs
                for name, seqs in self._facets.items()
                if name.startswith(prefix) and seqs
            }

    def changes(self, version: Version) -> QuerySet | None:
        """The question for what it takes to be as of this version; None if it is already."""
        known = self._as_of
        if version.era != known.era:
            found = Posting.objects.exclude(_begin_with(SELDOM))
        elif version.number > known.number:
            found = Posting.objects.filter(version__gt=known.number)
        else:
            # Another thread was there first, with what is newer.
            return None
        return found.values_list("facet", "block", "seqs")

    def take(self, found: Iterable[tuple], since: Version, version: Version) -> None:
        """What `changes` has found, which is forgotten if another thread was there first."""
        with self._lock:
            if self._as_of == since:
                self._take(found, version)

    @contextmanager
    def one_reads_all(self, version: Version) -> Iterator[None]:
        """Where the whole index has to be read, one thread does, and the others wait for it.

        At a million stories its rows and what is made of them take tens of megabytes for a moment,
        which the system is given back; after a start all threads would come to it together. Nobody
        waits longer than it can take.
        """
        waited = version.era != self._as_of.era and self._reading_all.acquire(timeout=MOST_WAITED)
        try:
            yield
        finally:
            if waited:
                self._reading_all.release()
                give_back_what_is_free()

    @property
    def as_of(self) -> Version:
        return self._as_of

    def _under(self, names: Sequence[str]) -> dict[str, FrozenBitMap]:
        if missing := {name for name in names if name.startswith(SELDOM)} - self._facets.keys():
            found = _read(Posting.objects.filter(facet__in=missing))
            self._facets |= {name: found.get(name, EMPTY) for name in missing}
        return {name: self._facets.get(name, EMPTY) for name in names}

    def _catch_up(self, version: Version) -> None:
        if (changed := self.changes(version)) is not None:
            self._take(changed, version)

    def _take(self, rows: Iterable[tuple], version: Version) -> None:
        if version.era != self._as_of.era:
            self._facets, self._groups = {}, set()
        known = version.era == self._as_of.era
        changed: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for facet, block, stored in rows:
            if not (known and facet.startswith(SELDOM) and not self._holds(facet)):
                changed[facet].append((block, stored))
        # One facet after the other: those of a million stories take eight megabytes each time that
        # all of them are there once more.
        for facet, blocks in changed.items():
            others = BitMap(self._facets.get(facet, EMPTY))
            if others:
                for block, _stored in blocks:
                    others -= BitMap(range(block * BLOCK, (block + 1) * BLOCK))
            seqs = (BitMap.deserialize(bytes(stored)) for _block, stored in blocks)
            self._facets[facet] = FrozenBitMap(BitMap.union(others, *seqs))
        self._as_of = version
        self._unions.clear()

    def _holds(self, facet: str) -> bool:
        return facet in self._facets or any(map(facet.startswith, self._groups))


def _begin_with(prefixes: Iterable[str]) -> Q:
    found = Q()
    for prefix in prefixes:
        found |= Q(facet__startswith=prefix)
    return found


def _numbered(prefix: str) -> Q:
    """Facets with a number behind the prefix, such as “retold:12”.

    Asked for as a range, which the index serves, as it doesn't a beginning; and digits come before
    letters in whatever order a database sorts text.
    """
    return Q(facet__gte=f"{prefix}0", facet__lt=f"{prefix}a")


def _read(postings) -> dict[str, FrozenBitMap]:
    blocks = defaultdict(list)
    for facet, seqs in postings.values_list("facet", "seqs"):
        blocks[facet].append(BitMap.deserialize(bytes(seqs)))
    return {facet: FrozenBitMap(BitMap.union(*found)) for facet, found in blocks.items()}


OF_THE_PROCESS = Held()
# What a transaction sees may never come to be: it holds its own, as long as it lasts.
OF_TRANSACTIONS: WeakKeyDictionary[object, tuple[Version, Held]] = WeakKeyDictionary()


def _held(version: Version) -> Held:
    if not connection.in_atomic_block:
        return OF_THE_PROCESS
    outermost = connection.atomic_blocks[0]
    as_of, held = OF_TRANSACTIONS.get(outermost, (version, None))
    # A part of it that was undone has turned the version back.
    if held is None or as_of.era != version.era or version.number < as_of.number:
        held = Held()
    OF_TRANSACTIONS[outermost] = (version, held)
    return held


class Remembered(Generic[What]):
    """What is read from the database and holds as long as the wall has the same version: what
    `make` makes of what the `question` finds.

    Threads share it, so nobody may change it. Within a transaction nothing is shared.
    """

    def __init__(self, question: Callable[[], QuerySet], make: Callable[[QuerySet], What]) -> None:
        self._question, self._make = question, make
        self._of: WeakKeyDictionary[object, tuple[Version, What]] = WeakKeyDictionary()

    def at(self, version: Version) -> What:
        as_of, found = self._of.get(_whose(), (None, None))
        if as_of != version:
            found = self.now()
            self._of[_whose()] = (version, found)
        return cast(What, found)

    def now(self) -> What:
        """As it is at this moment, whatever is remembered."""
        return self._make(self._question())

    def question_at(self, version: Version) -> QuerySet | None:
        """The question for it; None if it is known at this version."""
        known, _found = self._of.get(_whose(), (None, None))
        return None if known == version else self._question()

    def keep(self, version: Version, found: QuerySet) -> None:
        """What the question has found is what holds at this version."""
        self._of[_whose()] = (version, self._make(found))


def is_at_hand(version: Version, remembered: Iterable[Remembered[Any]]) -> bool:
    """Whether the index and all of these are known at this version."""
    wanted = (_held(version).changes(version), *(one.question_at(version) for one in remembered))
    return all(question is None for question in wanted)


def read_at_once(
    version: Version, remembered: Iterable[Remembered[Any]], beside: QuerySet | None = None
) -> None:
    """Have all of these and the index at hand, with one question for whatever is not, and for what
    is to be fetched `beside` them."""
    held = _held(version)
    with held.one_reads_all(version):
        _read_at_once(held, version, list(remembered), beside)


def _read_at_once(
    held: Held, version: Version, remembered: list[Remembered[Any]], beside: QuerySet | None
) -> None:
    since = held.as_of
    changes = held.changes(version)
    asked = [(one, new) for one in remembered if (new := one.question_at(version)) is not None]
    wanted = (changes, beside, *(found for _one, found in asked))
    together(*(question for question in wanted if question is not None))
    if changes is not None:
        held.take(changes, since, version)
    for one, found in asked:
        one.keep(version, found)


def _whose() -> object:
    return connection.atomic_blocks[0] if connection.in_atomic_block else OF_THE_PROCESS


class Index:
    """The index of the wall for one request: what stands under each facet.

    Asks for the wall's version once, unless it is given.
    """

    def __init__(self, version: Version | None = None) -> None:
        self.version = version or WallVersion.current()
        self._held = _held(self.version)
        self._people: dict[str, FrozenBitMap] = {}

    def under(self, facet: str) -> FrozenBitMap:
        return self.all_under([facet])[facet]

    def all_under(self, facets: Iterable[str]) -> dict[str, FrozenBitMap]:
        """What stands under each of these facets."""
        facets = list(facets)
        people = self.expect(facets)
        others = self._held.facets((one for one in facets if one not in people), self.version)
        return others | {facet: self._people[facet] for facet in people}

    def expect(self, facets: Iterable[str], beside: QuerySet | None = None) -> list[str]:
        """Those of the facets that are of people, asked for at once; with them what is to be
        fetched `beside`."""
        people = [facet for facet in facets if facet.startswith(OF_PEOPLE)]
        if missing := [facet for facet in dict.fromkeys(people) if facet not in self._people]:
            self._people |= _of_people(missing, beside)
        return people

    def under_any(self, facets: Iterable[str]) -> FrozenBitMap:
        """What stands under at least one of these facets, such as a team and those below it."""
        facets = tuple(facets)
        if any(facet.startswith(OF_PEOPLE) for facet in facets):
            return FrozenBitMap(BitMap.union(BitMap(), *self.all_under(facets).values()))
        return self._held.union(facets, self.version)

    def group(self, prefix: str) -> dict[str, FrozenBitMap]:
        """All facets that begin with a prefix such as “retold:” and have anything under them."""
        return self._held.group(prefix, self.version)


def _of_people(facets: Sequence[str], beside: QuerySet | None) -> dict[str, FrozenBitMap]:
    """People are too many for bitmaps of their own, and their stories few: an index has them."""
    # Imported late: stories are built on their index.
    from .story import Story

    asked: list[models.QuerySet] = []
    for facet in facets:
        kind, _colon, pk = facet.partition(":")
        theirs: models.QuerySet = (
            Story.objects.filter(teller=int(pk))
            if kind + ":" == TELLER
            else Credit.objects.filter(CREDITS[kind + ":"], employee=int(pk))
        )
        placed = theirs.filter(seq__isnull=False).order_by()
        asked.append(placed.values_list("seq", flat=True))
    together(*asked, *([] if beside is None else [beside]))
    return {facet: FrozenBitMap(places) for facet, places in zip(facets, asked, strict=True)}
