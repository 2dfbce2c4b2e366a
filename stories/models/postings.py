"""What stands under which facet: the index of the wall, as sets of places in its order.

A facet is something published stories are found by, written as a short word: `trait:12`, `gold`,
`month:2026-03`. The places (`Story.seq`) of all stories under a facet are kept as bitmaps, one for
each block of places, so that any mix of filters is a few operations on sets, at a million stories
as at ten, and every count is exact.

All writing goes through `Moves`, in the transaction of the change and under the lock of the one
row of `WallVersion`, which it counts up. Nothing else may write postings.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db import connection, models, transaction
from django.db.models import Func, Q, QuerySet, Value
from django.utils import timezone
from pyroaring import BitMap

from retold.counting import counted_up_in_the_one_row
from retold.prepared import Prepared
from retold.together import together
from staff.lengths import TextsFit

# How many places share a row: as many as a bitmap keeps together inside.
BLOCK = 65_536
# Rows that are written with one statement: what a hundred stories move, all over a large wall.
AT_ONCE = 2_000

PUBLISHED, PUBLIC, STALE, UNSURE = "published", "public", "stale", "unsure"
# What every change of a story moves; the few rows of all blocks are read with the story.
MARKS = frozenset({STALE, UNSURE})
# Which form the index has that is made today: one more whenever the entry of an unchanged story
# would say something else, so that upgrades make those anew that are there.
FORM = 2


class Version(NamedTuple):
    """How far the wall has changed. Numbers are compared within one era only."""

    era: str
    number: int

    def __str__(self) -> str:
        return f"{self.era}.{self.number}"


def new_era() -> str:
    return secrets.token_hex(4)


def newest_form() -> int:
    return FORM


class WallVersion(models.Model):
    """The one row that says how often anything changed that a wall shows.

    An era ends when the row is made anew: when the index was built again, or another database
    stands in its place. What was remembered in an era is worth nothing in another. `measures` is
    how many of the changes were nothing but a salute or a retelling of one story. `form` is that in
    which the whole index was made.
    """

    number = models.BigIntegerField(default=0)
    measures = models.BigIntegerField(default=0, db_default=0)
    era = models.CharField(max_length=8, default=new_era)
    # By the database: of an index from before forms were noted.
    form = models.PositiveSmallIntegerField(default=newest_form, db_default=0)

    class Meta:
        db_table = "stories_wall_version"
        constraints = [TextsFit(name="wall_version_texts_fit", most={"era": 8})]

    def __str__(self) -> str:
        return f"{self.era}.{self.number}"

    @classmethod
    def bump(cls, *, measured: bool = False) -> int:
        """The next version. Holds the row until the transaction ends, so changes come in order.

        `measured` says that only how often a story was saluted or retold is different.
        """
        steps = {"number": 1, "measures": 1} if measured else {"number": 1}
        return counted_up_in_the_one_row(cls, **steps)["number"]

    @classmethod
    def number_held(cls) -> QuerySet:
        """The number that this transaction has counted up to: asked with something else."""
        return cls.objects.filter(pk=1).values_list("number", flat=True)

    @classmethod
    def count_later(cls) -> None:
        """Until this transaction ends, no story that is stored counts up, which would hold the row.

        For those who store several and lock more in between: they count up once all is locked.
        SQLite lets one write at a time anyway.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL retold.wall_counted = 'later'")

    @classmethod
    def counting_later(cls) -> Func | Value:
        """The same, said by whoever reads the stories before."""
        if connection.vendor != "postgresql":
            return Value("later")
        later = Value("retold.wall_counted"), Value("later"), Value(True)
        return Func(*later, function="set_config", output_field=models.TextField())

    @classmethod
    def hold(cls) -> None:
        """Keep the index as it is for everybody else until the transaction ends."""
        if cls.objects.select_for_update().filter(pk=1).first() is None:
            cls.bump()

    @classmethod
    def is_of_an_older_form(cls) -> bool:
        """Whether what the index says of some stories is not what it would say today."""
        return cls.objects.filter(pk=1, form__lt=FORM).exists()

    @classmethod
    def is_made_anew(cls) -> None:
        """All of the index has the form of today."""
        cls.objects.filter(pk=1).update(form=FORM)

    @classmethod
    def current(cls) -> Version:
        return next((Version(*row) for row in _version.rows(1)), Version("", 0))

    @classmethod
    def asked(cls) -> QuerySet:
        """The question for the version, to be asked with something else."""
        return cls.objects.filter(pk=1).values_list("era", "number")


_version = Prepared(lambda pk: WallVersion.objects.filter(pk=pk).values_list("era", "number"))


class Posting(models.Model):
    """The places of one block that stand under one facet, as a serialised bitmap.

    `number` is how many there are and `version` the wall's version that last changed them. A row
    that has become empty stays, so that those who remember it learn of it.
    """

    facet = models.CharField(max_length=64)
    block = models.PositiveIntegerField()
    seqs = models.BinaryField()
    number = models.PositiveIntegerField()
    version = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["version"], name="posting_version")]
        constraints = [
            TextsFit(name="posting_texts_fit", most={"facet": 64}),
            models.UniqueConstraint(fields=["facet", "block"], name="posting_once"),
            models.CheckConstraint(condition=~models.Q(facet=""), name="posting_has_a_facet"),
        ]

    def __str__(self) -> str:
        return f"{self.facet} ({self.number})"


def under(facets: Iterable[str]) -> QuerySet[Any, memoryview | bytes]:
    """The question for what stands under any of these, as stored, for `places_in`."""
    return Posting.objects.filter(facet__in=list(facets)).values_list("seqs", flat=True)


def places_in(rows: Iterable[memoryview | bytes]) -> BitMap:
    """All places that stand in such rows."""
    return BitMap.union(BitMap(), *(BitMap.deserialize(bytes(seqs)) for seqs in rows))


def places_under(facets: Iterable[str], moves: Moves | None = None) -> BitMap:
    """What stands under any of these, as stored: for those who change the index, fetched with what
    their `moves` need.

    They want little of it, and hold others up meanwhile; pages read it by `Index`.
    """
    rows = under(facets)
    if moves is not None:
        moves.fetch_beside(rows)
    return places_in(rows)


class CardClaim(models.Model):
    """Stale cards that somebody draws anew just now; a place leaves it when it is stale again."""

    seqs = models.BinaryField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "stories_card_claim"

    def __str__(self) -> str:
        return f"{len(self.places)} since {self.since}"

    @property
    def places(self) -> BitMap:
        return BitMap.deserialize(bytes(self.seqs))

    @classmethod
    def spoil(cls, seqs: BitMap, claims: Iterable[CardClaim]) -> None:
        """What is drawn of these is overtaken. Only under the lock of the wall's version, and of
        all claims as they are then."""
        for claim in claims:
            left = claim.places - seqs
            if left != claim.places:
                claim.seqs = left.serialize()
                claim.save(update_fields=["seqs"])


class Moves:
    """Stories that come to stand under facets, or leave them, gathered and written at once.

    `marks` and `claims` are what stands under the marks (and under what is expected to move) and
    who draws cards, for those who fetch both with something else; only under the lock of the wall's
    version.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.marks = Posting.objects.filter(facet__in=MARKS)
        self._expected: set[tuple[int, str]] = set()
        self._expected_kinds: set[tuple[int, str]] = set()
        self.claims = CardClaim.objects.all()
        self.fetched = False
        self._in: dict[str, BitMap] = defaultdict(BitMap)
        self._out: dict[str, BitMap] = defaultdict(BitMap)

    def __bool__(self) -> bool:
        return any(self._in.values()) or any(self._out.values())

    def expect(
        self, block: int, facets: Iterable[str], kinds: Mapping[str, QuerySet] | None = None
    ) -> None:
        """Fetch with the marks what stands in a block under these facets: it is likely to move.

        Of some `kinds` (“team:”) the database finds itself which all that comes into the block may
        come to stand under. Whatever else moves is asked for when it is written.
        """
        facets = list(facets)
        likely = Q(facet__in=facets)
        for found in (kinds or {}).values():
            likely |= Q(facet__in=found)
        self.marks |= Posting.objects.filter(likely, block=block)
        self._expected |= {(block, facet) for facet in facets}
        self._expected_kinds |= {(block, kind) for kind in kinds or ()}

    def fetch_beside(self, *others: QuerySet) -> None:
        """Fetch both with these."""
        together(*others, self.marks, self.claims)
        self.fetched = True

    def into(self, facet: str, seqs: Iterable[int]) -> None:
        """These come to stand under the facet, whatever was said of them before."""
        seqs = BitMap(seqs)
        self._in[facet] |= seqs
        self._out[facet] -= seqs

    def out_of(self, facet: str, seqs: Iterable[int]) -> None:
        """These stand under the facet no more."""
        seqs = BitMap(seqs)
        self._out[facet] |= seqs
        self._in[facet] -= seqs

    def change(self, seq: int, before: Iterable[str], after: Iterable[str]) -> None:
        """What one story stood under, and what it stands under now."""
        before, after = set(before), set(after)
        for facet in before - after:
            self.out_of(facet, [seq])
        for facet in after - before:
            self.into(facet, [seq])

    @transaction.atomic
    def write(self, version: int | None = None) -> int:
        """Write all of it as of the next version of the wall, which is returned.

        `version` is the next one, if this transaction has counted it up before and has not read the
        index since.
        """
        if not self:
            return version or WallVersion.bump()
        version = version or WallVersion.bump()
        touched: set[tuple[int, str]] = set()
        for moved in (self._in, self._out):
            for facet, seqs in moved.items():
                touched |= {(block, facet) for block in _blocks(seqs)}
        stored = self._stored(touched)
        Posting.objects.bulk_create(
            [self._posting(*place, stored.get(place), version) for place in sorted(touched)],
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["facet", "block"],
            update_fields=["seqs", "number", "version"],
        )
        if stale := self._in.get(STALE):
            CardClaim.spoil(stale, self.claims)
            draw_when_committed()
        self._begin()
        return version

    def _posting(self, block: int, facet: str, stored: bytes | None, version: int) -> Posting:
        """What stands in the block under the facet from now on."""
        start, end = block * BLOCK, (block + 1) * BLOCK
        seqs = BitMap.deserialize(stored) if stored else BitMap()
        seqs |= _within(self._in.get(facet), start, end)
        seqs -= _within(self._out.get(facet), start, end)
        seqs.run_optimize()
        return Posting(
            facet=facet, block=block, seqs=seqs.serialize(), number=len(seqs), version=version
        )

    def _stored(self, touched: set[tuple[int, str]]) -> dict[tuple[int, str], bytes]:
        """What stands in these blocks under these facets now; the marks and what was expected may
        be at hand."""
        known = list(self.marks) if self.fetched else []
        missing: dict[int, set[str]] = defaultdict(set)
        for block, facet in touched:
            if not self._is_at_hand(block, facet):
                missing[block].add(facet)
        if missing:
            places = (Q(block=block, facet__in=facets) for block, facets in missing.items())
            known += Posting.objects.filter(reduce(or_, places))
        return {(one.block, one.facet): bytes(one.seqs) for one in known}

    def _is_at_hand(self, block: int, facet: str) -> bool:
        """Whether its row was fetched, if there is one."""
        if not self.fetched:
            return False
        if facet in MARKS or (block, facet) in self._expected:
            return True
        # What it leaves may be something the database does not find any more.
        kind = facet.partition(":")[0] + ":"
        comes = _within(self._in.get(facet), block * BLOCK, (block + 1) * BLOCK)
        return bool(comes) and (block, kind) in self._expected_kinds


def draw_when_committed() -> None:
    """Have what is stale drawn, and what goes in steps gone on with."""
    # What cannot be queued stays stale, and right.
    transaction.on_commit(_draw_cards, robust=True)


def _draw_cards() -> None:
    # Imported late: drawing needs templates and addresses, which need the models.
    from stories.drawing import draw_cards

    draw_cards.enqueue()


def _blocks(seqs: BitMap) -> Iterable[int]:
    """The blocks in which these places lie."""
    at = 0
    while at < len(seqs):
        block = seqs[at] // BLOCK
        yield block
        at = seqs.rank((block + 1) * BLOCK - 1)


def _within(seqs: BitMap | None, start: int, end: int) -> BitMap:
    if not seqs:
        return BitMap()
    first = seqs.rank(start - 1) if start else 0
    return BitMap(seqs[first : seqs.rank(end - 1)])
