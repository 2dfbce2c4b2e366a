"""How stories are hung: full rows, in order, by form, neighbours in different inks."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.wall.rows import COLUMNS, LAYOUTS, Row, rows


@dataclass(frozen=True)
class Told:
    """As much of a card as decides its place."""

    public_id: int
    hue: str
    em: float
    told_on: int = 0
    has_photo: bool = False


def told(hues, lengths, told_on=0, photos=()):
    return [
        Told(number, hue, length, told_on, number in photos)
        for number, (hue, length) in enumerate(zip(hues, lengths, strict=True))
    ]


walls = st.lists(
    st.tuples(st.sampled_from(["personal", "caring", "noticed"]), st.floats(0, 70), st.booleans()),
    max_size=48,
).map(
    lambda drawn: told(
        [hue for hue, _, _ in drawn],
        [length for _, length, _ in drawn],
        photos=[number for number, (_, _, photo) in enumerate(drawn) if photo],
    )
)


def cells(row: Row) -> dict[tuple[int, int], int]:
    """Which card covers which cell of a row; no cell may be covered twice."""
    covered = {}
    for slot in row.slots:
        for line in range(slot.place.top, slot.place.bottom):
            for column in range(slot.place.left, slot.place.right):
                assert (line, column) not in covered
                covered[line, column] = slot.card.public_id
    return covered


def touching(hung: list[Row]) -> set[tuple[int, int]]:
    """Pairs of cards side by side or one above the other, seen cell by cell."""
    grid, top = {}, 0
    for row in hung:
        covered = cells(row)
        grid |= {(top + line, column): card for (line, column), card in covered.items()}
        top += 1 + max(line for line, _ in covered)
    pairs = set()
    for (line, column), card in grid.items():
        for other in (grid.get((line + 1, column)), grid.get((line, column + 1))):
            if other is not None and other != card:
                pairs.add((card, other))
    return pairs


def two_looks_are_enough(pairs: set[tuple[int, int]]) -> bool:
    """Whether the cards can be split in two so that every pair is split."""
    side: dict[int, bool] = {}
    for first in {card for pair in pairs for card in pair}:
        queue = [(first, side.get(first, False))]
        while queue:
            card, look = queue.pop()
            if card in side:
                if side[card] != look:
                    return False
                continue
            side[card] = look
            queue += [(b, not look) for a, b in pairs if a == card]
            queue += [(a, not look) for a, b in pairs if b == card]
    return True


@given(walls)
def test_every_story_hangs_once_and_in_its_order(cards):
    assert [slot.card for row in rows(cards) for slot in row.slots] == cards


@given(walls)
def test_every_row_is_full_so_that_pages_meet_on_a_straight_edge(cards):
    for row in rows(cards):
        covered = cells(row)
        lines_used = {line for line, _ in covered}
        assert len(covered) == COLUMNS * len(lines_used)
        assert {slot.place.span for slot in row.slots} <= {3, 4, 5, 6, 7, 8, 12}


@given(walls)
def test_neighbours_of_one_hue_look_different_where_two_looks_are_enough(cards):
    hung = rows(cards)
    slots = {slot.card.public_id: slot for row in hung for slot in row.slots}
    alike = {
        (one, other)
        for one, other in touching(hung)
        if slots[one].card.hue == slots[other].card.hue
    }
    if two_looks_are_enough(alike):
        assert all(slots[one].swap != slots[other].swap for one, other in alike)


@given(walls)
def test_a_story_is_swapped_only_beside_its_own_hue(cards):
    hung = rows(cards)
    slots = {slot.card.public_id: slot for row in hung for slot in row.slots}
    beside = {card: set() for card in slots}
    for one, other in touching(hung):
        beside[one].add(slots[other].card.hue)
        beside[other].add(slots[one].card.hue)
    assert all(slot.card.hue in beside[card] for card, slot in slots.items() if slot.swap)


@given(walls)
def test_the_same_stories_always_hang_the_same(cards):
    assert rows(cards) == rows(list(cards))


@pytest.mark.parametrize("count", range(1, 49))
def test_a_wall_of_one_trait_is_varied(count):
    hung = rows(told(["personal"] * count, [4 + (n * 7) % 20 for n in range(count)]))
    assert sum(len(row.slots) for row in hung) == count
    assert all(one.layout is not other.layout for one, other in pairwise(hung))
    if count > 2:
        assert {slot.swap for row in hung for slot in row.slots} == {True, False}


def test_how_often_it_was_told_on_changes_nothing():
    lengths = [3, 9, 15, 30, 5, 12, 20, 7]
    quiet, known = told(["caring"] * 8, lengths), told(["caring"] * 8, lengths, told_on=900)
    assert [row.css for row in rows(quiet)] == [row.css for row in rows(known)]
    assert [s.css for r in rows(quiet) for s in r.slots] == [
        s.css for r in rows(known) for s in r.slots
    ]


def test_a_long_line_gets_more_room_than_a_short_one():
    slots = rows(told(["caring", "noticed"], [3, 45]))[0].slots
    assert slots[1].place.span * slots[1].place.height >= slots[0].place.span


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_is_full_at_six_columns_too(layout):
    left = 0
    for place in layout.places:
        assert left + place.mid <= 6
        left = (left + place.mid) % 6
    assert left == 0


def test_a_place_says_its_classes():
    slot = rows(told(["caring"], [4]))[0].slots[0]
    assert slot.css.split() == ["s12", "m6"]


def test_a_photo_stands_beside_wide_words_and_above_narrow_ones():
    hung = rows(told(["caring", "noticed", "personal"] * 40, [8] * 120, photos=range(120)))
    for slot in (slot for row in hung for slot in row.slots):
        wide, high = slot.span > 4, slot.place.units * slot.place.height >= 1.5
        assert ("beside" in slot.css.split()) == wide
        assert ("above" in slot.css.split()) == (high and not wide)


@pytest.mark.parametrize("photos", [{n} for n in range(6)])
def test_a_story_with_a_photo_hangs_where_the_photo_can_be_seen(photos):
    hung = rows(told(["caring", "noticed", "personal"] * 4, [9] * 12, photos=photos))
    pictured = [slot for row in hung for slot in row.slots if slot.card.has_photo]
    assert all(slot.place.photo for slot in pictured)


def test_without_photos_no_place_speaks_of_one():
    hung = rows(told(["caring", "noticed"] * 12, [9] * 24))
    for slot in (slot for row in hung for slot in row.slots):
        assert not {"beside", "above"} & set(slot.css.split())


def test_no_stories_no_rows():
    assert rows([]) == []
