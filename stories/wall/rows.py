"""Rows of posters: how a run of stories is hung on the wall.

The arrangement follows the *form* of each story alone, that is how long its line is and whether it
has a photo, never how often it was told or saluted. Reading order is source order. Rows are always
full, so any number of stories closes cleanly and a page that is loaded later starts on a straight
edge; what is on a later page changes nothing on an earlier one.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

COLUMNS = 12

# Forms, by the length of the line in em: up to 6, up to 10, … and the length that stands for each.
EDGES = (6, 10, 16, 26)
TYPICAL = (4.5, 8, 13, 20, 32)

# A wall as it is on most desks, to judge how large a line comes out in a place.
WALL, UNIT, GUTTER = 1192, 326, 6
MARGINS, WORDS_ABOVE_AND_BELOW = 28, 180
COMFORTABLE, WELL_FILLED = 52, 0.6

# What a photo leaves to the words beside or below it (as in poster.css), and what it costs to hang
# a story where its photo has no room, or little.
BESIDE, ABOVE = "beside", "above"
WIDTH_LEFT, HEIGHT_LEFT = 0.58, 0.53
PHOTO_UNSEEN, PHOTO_CRAMPED, ROOM_FOR_PHOTO = 0.7, 0.3, 7


class Sheet(Protocol):
    """What is hung: how long its line is in em, in which pair of inks, and whether with a photo."""

    @property
    def em(self) -> float: ...
    @property
    def hue(self) -> str: ...
    @property
    def has_photo(self) -> bool: ...


S = TypeVar("S", bound=Sheet)


class Form(NamedTuple):
    """The form of a story: how long its line is, as an index of TYPICAL, and if it has a photo."""

    length: int
    photo: bool = False


@dataclass(frozen=True)
class Place:
    """One place of a layout: where it stands in the twelve columns and what fits there."""

    left: int
    top: int
    span: int
    height: int
    mid: int
    units: float

    @property
    def right(self) -> int:
        return self.left + self.span

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def css(self) -> str:
        return f"s{self.span} m{self.mid}" + (" tall" if self.height > 1 else "")

    def touches(self, other: Place) -> bool:
        """Whether two places of one layout share an edge."""
        beside = self.right == other.left or other.right == self.left
        above = self.bottom == other.top or other.bottom == self.top
        return (beside and self.top < other.bottom and other.top < self.bottom) or (
            above and _overlap(self, other)
        )

    @property
    def photo(self) -> str:
        """Where a photo stands in this place; nowhere if it would leave too little to the words."""
        if self.span > 4:
            return BESIDE
        return ABOVE if self.units * self.height >= 1.5 else ""

    @cached_property
    def fills(self) -> tuple[float, ...]:
        return tuple(self._judge(length)[1] for length in TYPICAL)

    def cost(self, form: Form) -> float:
        """How ill a form looks here: a line too small to carry, or lost in an empty sheet."""
        return self._costs[form.photo][form.length]

    @cached_property
    def _costs(self) -> tuple[list[float], list[float]]:
        bare = [self._cost(length) for length in TYPICAL]
        if not self.photo:
            return bare, [cost + PHOTO_UNSEEN for cost in bare]
        cramped = PHOTO_CRAMPED if self.span * self.units * self.height < ROOM_FOR_PHOTO else 0
        return bare, [self._cost(length, self.photo) + cramped for length in TYPICAL]

    def _cost(self, length: float, photo: str = "") -> float:
        size, fill = self._judge(length, photo)
        return 3 * max(0, 1 - size / COMFORTABLE) + max(0, WELL_FILLED - fill)

    def _judge(self, length: float, photo: str = "") -> tuple[float, float]:
        """The type size a line of this length takes here, and how much of the height it fills."""
        width = self.span / COLUMNS * WALL - GUTTER
        height = self.units * self.height * UNIT
        width = width * (WIDTH_LEFT if photo == BESIDE else 1) - MARGINS
        height = height * (HEIGHT_LEFT if photo == ABOVE else 1) - WORDS_ABOVE_AND_BELOW
        size, count = max(
            (min(width / (length / n * 1.12 + 0.3), height / (n * 0.88), 216), n)
            for n in range(1, 8)
        )
        return size, size * count * 0.88 / height


@dataclass(frozen=True)
class Layout:
    """A row to hang stories in: full width, in reading order."""

    name: str
    places: tuple[Place, ...]
    half: bool = False

    @cached_property
    def touching(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (one, other)
            for other, place in enumerate(self.places)
            for one in range(other)
            if place.touches(self.places[one])
        )

    @cached_property
    def first_line(self) -> tuple[int, ...]:
        return tuple(i for i, place in enumerate(self.places) if place.top == 0)

    @cached_property
    def last_line(self) -> tuple[int, ...]:
        end = max(place.bottom for place in self.places)
        return tuple(i for i, place in enumerate(self.places) if place.bottom == end)


@dataclass(frozen=True)
class Slot(Generic[S]):
    """A card in its place; `css` is the list of classes for the poster."""

    card: S
    place: Place
    swap: bool = False
    low: bool = False

    @property
    def span(self) -> int:
        return self.place.span

    @property
    def css(self) -> str:
        photo = self.place.photo if self.card.has_photo else ""
        words = (self.place.css, photo, "swap" if self.swap else "", "low" if self.low else "")
        return " ".join(filter(None, words))


@dataclass(frozen=True)
class Row(Generic[S]):
    layout: Layout
    slots: tuple[Slot[S], ...]

    @property
    def css(self) -> str:
        return "row half" if self.layout.half else "row"


def _overlap(one: Place, other: Place) -> bool:
    return one.left < other.right and other.left < one.right


def _layout(name: str, *places: str, half: bool = False) -> Layout:
    """Read a layout from short words: “7/3” is 7 of 12 columns (3 of 6 between), “6t/6” is tall."""
    taken: set[tuple[int, int]] = set()
    made = []
    cell = 0
    for word in places:
        span, mid = word.split("/")
        height = 2 if span.endswith("t") else 1
        while divmod(cell, COLUMNS) in taken:
            cell += 1
        top, left = divmod(cell, COLUMNS)
        place = Place(left, top, int(span.rstrip("t")), height, int(mid), 1.5 if half else 1)
        taken |= {
            (line, column)
            for line in range(top, place.bottom)
            for column in range(left, place.right)
        }
        made.append(place)
    return Layout(name, tuple(made), half)


# In the order in which they are preferred when they suit equally well. Every layout is full, at
# twelve columns and at six.
LAYOUTS = (
    _layout("seven and five", "7t/3", "5t/3"),
    _layout("one and four", "4t/6", "4/3", "4/3", "4/3", "4/3"),
    _layout("six and two", "6t/6", "6/3", "6/3"),
    _layout("three six three", "3/3", "6/3", "3/6", half=True),
    _layout("seven and two", "7t/6", "5/3", "5/3"),
    _layout("five and seven", "5t/3", "7t/3"),
    _layout("two and six", "6/3", "6t/3", "6/6"),
    _layout("five four three", "5/6", "4/3", "3/3", half=True),
    _layout("two and one and two", "4/3", "4t/3", "4/6", "4/3", "4/3"),
    _layout("two and seven", "5/3", "7t/3", "5/6"),
    _layout("three four five", "3/3", "4/3", "5/6", half=True),
    _layout("four and eight", "4/3", "8/3", half=True),
    _layout("thirds", "4/3", "4/3", "4/6", half=True),
    _layout("halves", "6/3", "6/3"),
    _layout("one", "12/6"),
)
ONE = LAYOUTS[-1]


def rows(cards: Sequence[S]) -> list[Row[S]]:
    """Hang cards in full rows, in their order, neighbours in different inks where that can be."""
    forms = [Form(bisect(EDGES, card.em), card.has_photo) for card in cards]
    hung: list[tuple[Layout, int]] = []
    start = 0
    while start < len(cards):
        layout = _choose(forms, start, [layout for layout, _ in hung[-3:]])
        hung.append((layout, start))
        start += len(layout.places)
    swapped = _swaps(cards, _neighbours(hung))
    return [
        Row(
            layout,
            tuple(
                Slot(cards[i], place, i in swapped, _low(place, forms[i], i))
                for i, place in enumerate(layout.places, start)
            ),
        )
        for layout, start in hung
    ]


def _choose(forms: Sequence[Form], start: int, before: list[Layout]) -> Layout:
    """The layout that suits the next forms best and does not repeat what is just above."""
    left = len(forms) - start
    best, lowest = ONE, float("inf")
    for rank, layout in enumerate(LAYOUTS):
        count = len(layout.places)
        if count > left:
            continue
        cost = sum(place.cost(forms[start + i]) for i, place in enumerate(layout.places)) / count
        cost += 0.01 * ((rank - len(before)) % len(LAYOUTS))
        if layout in before:
            cost += 0.6 if layout is before[-1] else 0.25
        if left - count == 1 or (count == 1 and left > 1):
            cost += 0.4
        if cost < lowest:
            best, lowest = layout, cost
    return best


def _neighbours(hung: list[tuple[Layout, int]]) -> list[tuple[int, int]]:
    """Pairs of cards that share an edge, within a row and from one row to the next."""
    pairs = [(start + i, start + j) for layout, start in hung for i, j in layout.touching]
    for (upper, above), (lower, below) in pairwise(hung):
        pairs += [
            (above + i, below + j)
            for i in upper.last_line
            for j in lower.first_line
            if _overlap(upper.places[i], lower.places[j])
        ]
    return pairs


def _swaps(cards: Sequence[Sheet], neighbours: list[tuple[int, int]]) -> set[int]:
    """Whose ground and ink change places, so that no two neighbours look the same.

    Each cluster of neighbours in one hue is walked outwards from its first card; every card takes
    the look that fewest of its neighbours have. If two looks are enough for the cluster, this
    finds the way.
    """
    alike: dict[int, list[int]] = {}
    for one, other in neighbours:
        if cards[one].hue == cards[other].hue:
            alike.setdefault(one, []).append(other)
            alike.setdefault(other, []).append(one)
    swapped: dict[int, bool] = {}
    for first in sorted(alike):
        queue = [first]
        for card in queue:
            if card in swapped:
                continue
            looks = [swapped[other] for other in alike[card] if other in swapped]
            swapped[card] = looks.count(False) > looks.count(True)
            queue += alike[card]
    return {card for card, swap in swapped.items() if swap}


def _low(place: Place, form: Form, index: int) -> bool:
    """Now and then a line that leaves room stands at the foot of its sheet."""
    return index % 3 == 2 and not form.photo and place.fills[form.length] < 0.7
